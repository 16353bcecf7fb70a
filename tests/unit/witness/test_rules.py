"""What a witness cosigns: every answer of the protocol, in the order in which it is decided."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import Note, sign_note
from registry.tlog.policy import Log, Policy
from registry.tlog.signing import KeySigner, Signers
from registry.witness.request import Growth, write_request
from registry.witness.rules import (
    BadRequest,
    NotContinued,
    NotCosigned,
    NotTrusted,
    OtherSize,
    Seen,
    UnknownLog,
    check_growth,
    trusted_logs,
)
from tests.auditlog_world import ORIGIN, SIGNER
from tests.witness_world import LOGS, NOW, History, cosigner

OURS, FORKED = History(), History("another")
STRANGER = KeySigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
ELSEWHERE = KeySigner("elsewhere.example/log", SIGNER.private_key)


def seen(size: int, history: History = OURS) -> Callable[[str], Seen]:
    if not size:
        return lambda _: Seen()
    return lambda _: Seen(size, history.checkpoint(size).root, history.note(size))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 7), (1, 2), (3, 3), (6, 7), (8, 100), (99, 100)])
def test_what_continues_the_tree_seen_is_cosigned(old: int, new: int) -> None:
    before, checkpoint, note = check_growth(OURS.request(old, new), LOGS, seen(old))
    assert (before.size, checkpoint) == (old, OURS.checkpoint(new))
    assert note.text() == OURS.note(new)


def forged(note: str) -> str:
    """The note under a line that bears the key's name and id and is no signature of it."""
    parsed = Note.parse(note.encode())
    return Note(parsed.body, (replace(parsed.signatures[0], octets=bytes(64)),)).text()


def sent(old: int, note: str, *path: bytes) -> bytes:
    return write_request(Growth(old, path), note)


EXTENDED = sign_note(OURS.checkpoint(7).text() + "an extension\n", SIGNER)
PATH = tuple(OURS.path(5, 7))

REFUSALS: dict[str, tuple[bytes, type[NotCosigned]]] = {
    "no request": (b"", BadRequest),
    "no note": (b"old 0\n\nregistry", BadRequest),
    "not UTF-8": (b"old 0\n\n\xff\n\n\xe2\x80\x94 x y\n", BadRequest),
    "another log": (History(signer=ELSEWHERE).request(5, 7), UnknownLog),
    "another log, old size malformed": (
        b"old x\n\n" + History(signer=ELSEWHERE).note(7).encode(),
        UnknownLog,
    ),
    "another key": (History(signer=STRANGER).request(5, 7), NotTrusted),
    "a forged line": (sent(5, forged(OURS.note(7)), *PATH), NotTrusted),
    "a forged line, old size malformed": (b"old x\n\n" + forged(OURS.note(7)).encode(), NotTrusted),
    "old size malformed": (b"old 05\n\n" + OURS.note(7).encode(), BadRequest),
    "a hash malformed": (b"old 5\nAAAA\n\n" + OURS.note(7).encode(), BadRequest),
    "an extension line": (sent(5, EXTENDED, *PATH), BadRequest),
    "old size above the new one": (sent(8, OURS.note(7)), BadRequest),
    "old size below the one seen": (OURS.request(4, 7), OtherSize),
    "old size above the one seen": (OURS.request(6, 7), OtherSize),
    "old size 0, as who asks what was seen": (OURS.request(0, 0), OtherSize),
    "old size above the one seen, proof wrong too": (sent(6, OURS.note(7), bytes(32)), OtherSize),
    "no proof": (sent(5, OURS.note(7)), NotContinued),
    "a proof of something else": (sent(5, OURS.note(7), *OURS.path(4, 7)), NotContinued),
    "a proof that goes on": (sent(5, OURS.note(7), *PATH, bytes(32)), NotContinued),
    "another history": (FORKED.request(5, 7), NotContinued),
    "another history of the same size": (FORKED.request(5, 5), NotContinued),
    "a proof where none is needed": (sent(5, OURS.note(5), bytes(32)), NotContinued),
}


@pytest.mark.spec("c2sp.org/tlog-witness", "add-checkpoint")
@pytest.mark.parametrize("what", REFUSALS)
def test_what_does_not_is_refused_for_the_first_reason_in_order(what: str) -> None:
    body, refusal = REFUSALS[what]
    with pytest.raises(NotCosigned) as refused:
        check_growth(body, LOGS, seen(5))
    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (sent(0, OURS.note(7), bytes(32)), NotContinued),
        (sent(0, Checkpoint(ORIGIN, 0, bytes(32)).signed(SIGNER)), NotContinued),
        (OURS.request(5, 7), OtherSize),
    ],
    ids=["a proof from nothing", "an empty tree with a root", "an old size where nothing was seen"],
)
def test_a_log_not_seen_before_begins_at_nothing(body: bytes, refusal: type[NotCosigned]) -> None:
    with pytest.raises(refusal):
        check_growth(body, LOGS, seen(0))


def test_another_size_is_told() -> None:
    with pytest.raises(OtherSize) as refused:
        check_growth(OURS.request(0, 7), LOGS, seen(5))
    assert refused.value.size == 5


def test_lines_of_others_are_not_kept() -> None:
    note = Note.parse(OURS.note(7).encode())
    planted = Note(note.body, (*note.signatures, cosigner(1).cosign(note.body, NOW))).text()
    assert check_growth(sent(0, planted), LOGS, seen(0))[2] == note


def test_one_of_several_keys_of_a_log_is_enough() -> None:
    second = KeySigner(ORIGIN, MLDSA44PrivateKey.from_seed_bytes(bytes(32)))
    logs = trusted_logs(Policy((Log(SIGNER.key), Log(second.key), Log(ELSEWHERE.key))))
    assert logs == {ORIGIN: (SIGNER.key, second.key), ELSEWHERE.name: (ELSEWHERE.key,)}
    for signer in (SIGNER, second, Signers((SIGNER, second))):
        assert check_growth(History(signer=signer).request(0, 7), logs, seen(0))[1] == OURS.checkpoint(7)
