"""Asking a witness: to cosign a checkpoint, and what it has seen (c2sp.org/tlog-witness)."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.egress import Answer, Egress, Unreachable
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.cosignature import read_answer
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Note, Signature
from registry.tlog.policy import Witness
from registry.tlog.spelling import parse_decimal
from registry.witness.request import TREE_SIZE, Growth, log_id, write_request
from registry.witness.rules import Known

ATTEMPTS = 3
"""How often a checkpoint is sent: others may ask the same witness for the same log in between."""

CODES = {400: "refused-request", 403: "key-not-trusted", 404: "log-unknown", 422: "not-continued"}
"""Why a witness did not cosign, by its status."""

CONTRADICTING = frozenset({"not-continued", "knows-more"})
"""Codes by which a witness says that it has seen another history than the one it was sent."""

Prover = Callable[[int], tuple[bytes, ...]]
"""The consistency proof from a size to that of the checkpoint."""


class NoCosignature(Exception):
    """A witness has not cosigned; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class KnowsMore(NoCosignature):
    """The witness says it has seen a larger tree of this log."""

    def __init__(self, size: int) -> None:
        super().__init__("knows-more", f"{size} entries")
        self.size = size


@dataclass(frozen=True, slots=True)
class Client:
    """One witness of the policy, and the way there."""

    witness: Witness
    egress: Egress

    def cosign(self, note: str, *, from_size: int, prove: Prover) -> Signature:
        """The witness's cosignature of a log's note. `from_size` is what the witness is believed to know.

        Raises:
            NoCosignature: there is none, and why.
        """
        text = Note.parse(note.encode()).body
        size, old_size = Checkpoint.parse(text).size, from_size
        for _ in range(ATTEMPTS):
            answer = self._add(Growth(old_size, prove(old_size)), note)
            if answer.status == 200:
                return self._cosignature(text, answer)
            if answer.status != 409:
                raise NoCosignature(CODES.get(answer.status, "bad-answer"), f"status {answer.status}")
            old_size = _size(answer)
            if old_size > size:
                raise KnowsMore(old_size)
        raise NoCosignature("busy", f"{ATTEMPTS} times another size")

    def known(self, empty: str, keys: tuple[VerifierKey, ...]) -> Known:
        """What the witness has seen of the log with these keys.

        It is asked for its newest note. When it shows none it is sent `empty`, the signed checkpoint of the
        empty tree, which every history continues: if it has seen more, it answers with the size.

        Raises:
            NoCosignature: it cannot be told.
        """
        shown = self._call(lambda: self.egress.get(f"{self._url}/{log_id(keys[0].name)}/checkpoint"))
        if shown.status == 200:
            try:
                checkpoint = open_checkpoint(shown.body, *keys)
            except (Malformed, Unproved) as fault:
                raise NoCosignature("bad-answer", str(fault)) from fault
            return Known(self.witness.name, checkpoint.size, checkpoint.root)
        answer = self._add(Growth(0), empty)
        if answer.status in (200, 409):
            return Known(self.witness.name, _size(answer) if answer.status == 409 else 0)
        raise NoCosignature(CODES.get(answer.status, "bad-answer"), f"status {answer.status}")

    @property
    def _url(self) -> str:
        return (self.witness.url or "").rstrip("/")

    def _add(self, growth: Growth, note: str) -> Answer:
        body = write_request(growth, note)
        return self._call(
            lambda: self.egress.post(f"{self._url}/add-checkpoint", body, media_type="text/plain")
        )

    def _call(self, call: Callable[[], Answer]) -> Answer:
        try:
            return call()
        except Unreachable as fault:
            raise NoCosignature("unreachable", str(fault)) from fault

    def _cosignature(self, text: str, answer: Answer) -> Signature:
        """The line of this witness that holds. Lines of others are dropped, so none can be planted."""
        try:
            return read_answer(text, answer.body, self.witness.key)
        except (Malformed, Unproved) as fault:
            raise NoCosignature("bad-answer", str(fault)) from fault


def _size(answer: Answer) -> int:
    """The size in an answer 409."""
    try:
        if answer.media_type == TREE_SIZE and answer.body.endswith(b"\n"):
            return parse_decimal(answer.body[:-1].decode("ascii"))
    except (Malformed, UnicodeDecodeError) as fault:
        raise NoCosignature("bad-answer", "not a size") from fault
    raise NoCosignature("bad-answer", "a size of another media type")
