"""Having checkpoints cosigned: whom to ask and how long to wait, and when what came may be served.

Witnesses are asked side by side, never inside a transaction. Once those who answered make the quorum of the
policy, the others have a short grace; what they say later is added later. Without a quorum a checkpoint is
served as it is where the operator wants a quorum, and held back where the operator requires one. An unchanged
tree is cosigned anew each hour.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from registry.auditlog import queries, served
from registry.auditlog.rules import Unheard
from registry.db import Database
from registry.egress import Egress
from registry.settings import Settings
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Note, Signature, Signer
from registry.tlog.policy import Policy
from registry.tlog.tree import EMPTY_ROOT, consistency_path
from registry.witness.client import Client, NoCosignature
from registry.witness.panel import Answers, Panel
from registry.witness.rules import Known

logger = logging.getLogger("registry.log")

COSIGN_ANEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's line, and the size of the tree it cosigns: an answer may come late."""

    size: int
    line: Signature


class Witnesses:
    """The witnesses of a policy that have an address, and what the operator wants of them."""

    def __init__(
        self, policy: Policy, egress: Egress, signer: Signer, *, is_required: bool, grace_seconds: float
    ) -> None:
        self.policy, self.is_required = policy, is_required
        self._signer, self._grace_seconds = signer, grace_seconds
        clients = [Client(witness, egress) for witness in policy.witnesses if witness.url]
        self._hearing, self._cosigning = Panel[Known](clients), Panel[Cosignature](clients)
        self._empty: tuple[datetime, str] | None = None
        self._lines: tuple[int, dict[str, Signature]] = (-1, {})
        self.rounds_short = 0
        """How often, since this process began, too few witnesses have cosigned."""

    def hear(self, now: datetime, *, patiently: bool = False) -> tuple[Known, ...]:
        """What the witnesses have seen of this log. Patiently: all are waited for, not the quorum alone.

        Raises:
            Unheard: a quorum is required, and those who told do not make one.
        """
        # Signed anew from time to time: a rotation changes the keys, and witnesses forget the old ones.
        if self._empty is None or now - self._empty[0] >= COSIGN_ANEW:
            self._empty = now, Checkpoint(self._signer.name, 0, EMPTY_ROOT).signed(self._signer)
        (_, empty), keys = self._empty, self._signer.keys
        self._hearing.late(now)
        heard = self._hearing.ask(
            self._hearing.ways,
            lambda client: client.known(empty, keys),
            now,
            is_enough=lambda names: not patiently and self.policy.is_met_by(set(names)),
            grace_seconds=self._grace_seconds,
        )
        known = tuple(heard.good.values())
        if self.is_required and not self.policy.is_met_by(set(heard.good)):
            raise Unheard(f"too few witnesses can be heard: {_told(heard.bad)}", known)
        return known

    def turn(self, db: Database, now: datetime, *, mark: Checkpoint | None) -> None:
        """Have the newest checkpoint cosigned by who has not, and serve what may be served.

        One that the high-water mark has not reached yet waits: nobody may see what a crash could still undo.
        """
        with db.read() as reading:
            newest, shown = queries.newest_checkpoint(reading), served.newest_served(reading)
            sizes = {row.witness: row.size for row in served.witness_states(reading)}
        if newest is None or mark is None or mark.size < newest.size:
            return
        here = shown if shown is not None and shown.size == newest.size else None
        lines = self._lines_so_far(newest.size, here.note if here else None)
        # An hour old lines stay until new ones take their place, and nobody counts as having answered.
        fresh = {} if here and now - here.served_at >= COSIGN_ANEW else lines
        heard = self._cosigning.late(now)
        fresh = fresh | _lines_for(newest.size, heard)
        heard |= self._cosigning.ask(
            self._cosigning.ways.keys() - fresh.keys(),
            _cosigning(db, newest, sizes),
            now,
            is_enough=lambda names: self.policy.is_met_by({*names, *fresh}),
            grace_seconds=self._grace_seconds,
        )
        lines |= _lines_for(newest.size, heard)
        self._lines = newest.size, lines
        self._store(db, newest, lines, heard, is_shown=here is not None, now=now)

    def close(self) -> None:
        """Ask nobody any more."""
        self._hearing.close()
        self._cosigning.close()

    def _store(
        self,
        db: Database,
        newest: Row[Any],
        lines: Mapping[str, Signature],
        heard: Answers[Cosignature],
        *,
        is_shown: bool,
        now: datetime,
    ) -> None:
        """Keep what the witnesses said; serve the checkpoint under their lines where that may be."""
        has_quorum = self.policy.is_met_by(set(lines))
        if heard and not has_quorum:
            self.rounds_short += 1
            logger.warning("too few witnesses for %s entries: %s", newest.size, _told(heard.bad))
        is_served = (has_quorum or not self.is_required) and bool(heard.good or not is_shown)
        if not (heard or is_served):
            return
        with db.write() as tx:
            for name, cosigned in heard.good.items():
                served.remember_cosigned(tx, name, cosigned.size, now)
            for name, fault in heard.bad.items():
                served.remember_failure(tx, name, fault.code)
            if is_served:
                note = Note.parse(newest.note.encode())
                whole = Note(note.body, (*note.signatures, *lines.values()))
                served.serve(tx, newest.size, whole.text(), has_quorum=has_quorum, now=now)

    def _lines_so_far(self, size: int, text: str | None) -> dict[str, Signature]:
        """The witnesses' lines for a tree of this size: those held back, and those of the note served."""
        names = {witness.key: witness.name for witness in self.policy.witnesses}
        held_back = self._lines[1] if self._lines[0] == size else {}
        try:
            signed = Note.parse(text.encode()).signatures_of(names) if text is not None else ()
        except (Malformed, Unproved):  # somebody changed the row: good lines take its place
            signed = ()
        return {names[key]: line for key, line in signed} | held_back


def witnesses_of(settings: Settings, egress: Egress, signer: Signer) -> Witnesses | None:
    """The witnesses that the operator has named, or None.

    Raises:
        FileNotFoundError: there is no such policy file.
        Malformed: it is not in its form.
    """
    if settings.witness_policy_file is None:
        return None
    policy = Policy.parse(settings.witness_policy_file.read_bytes())
    if not any(witness.url for witness in policy.witnesses):
        return None
    is_required = settings.witness_quorum == "required"
    grace_seconds = settings.witness_grace_seconds
    return Witnesses(policy, egress, signer, is_required=is_required, grace_seconds=grace_seconds)


def _cosigning(db: Database, newest: Row[Any], sizes: Mapping[str, int]) -> Callable[[Client], Cosignature]:
    """The question for a cosignature of the newest checkpoint, with proofs from rows."""

    def prove(old_size: int) -> tuple[bytes, ...]:
        with db.read() as reading:
            return tuple(consistency_path(old_size, newest.size, queries.subtrees(reading)))

    def ask(client: Client) -> Cosignature:
        believed = min(sizes.get(client.witness.name, 0), newest.size)
        return Cosignature(newest.size, client.cosign(newest.note, from_size=believed, prove=prove))

    return ask


def _lines_for(size: int, heard: Answers[Cosignature]) -> dict[str, Signature]:
    """The lines among these answers that cosign the tree of this size: an answer may have come late."""
    return {name: cosigned.line for name, cosigned in heard.good.items() if cosigned.size == size}


def _told(bad: Mapping[str, NoCosignature]) -> str:
    return ", ".join(f"{name} ({fault})" for name, fault in sorted(bad.items())) or "they were not asked"
