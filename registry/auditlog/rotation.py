"""Changing the log's keys: the log keeps its name, new keys sign, and the old ones sign along for a while.

1. The new keys are opened, so that nothing begins with a key that cannot sign.
2. The ring says that they sign from now on, and until when the others do. Every worker reads it again.
3. An entry `key.rotated` for each new key is appended.
4. The policy with the keys of this time is written, and as a note that the old keys have signed.

After 2 checkpoints carry lines of both; to whoever does not know a key yet, its lines are unknown and say
nothing. A crash after 2 leaves a key that signs and is not in the log: rotating again then goes on with 3
and makes no other key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.auditlog.append import append_many
from registry.auditlog.events import KeyRotated, Subject
from registry.auditlog.feed import history
from registry.auditlog.rules import KeyInUse
from registry.clock import stamp
from registry.db import Database, Reading
from registry.signers.command import Refused
from registry.signers.durable import alone
from registry.signers.log import LogSigner
from registry.signers.policies import sign_policy, with_keys
from registry.signers.ring import Held, Ring
from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.policy import Policy
from registry.tlog.signing import Signers

SUBJECT = "log-key"
NAMES = {Kind.ED25519: "ed25519", Kind.ML_DSA_44: "ml-dsa-44"}


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation that is in force and in the log: which keys it is to, which sign along, and until when."""

    new: tuple[VerifierKey, ...]
    old: tuple[VerifierKey, ...]
    until: datetime
    log_indices: range


def rotate(
    db: Database,
    signer: LogSigner,
    make: Callable[[], Sequence[str]],
    *,
    overlap: timedelta,
    now: datetime,
) -> Rotation:
    """Rotate to the keys in the sources that `make` returns, or complete a rotation that was interrupted.

    Raises:
        KeyInUse: the log has had one of the keys.
        OSError, ValueError: a source cannot be opened.
    """
    now = now.replace(microsecond=0)
    with alone(signer.ring_file):
        pending = _unlogged(db, signer.ring)
        if not pending:
            pending = tuple(Held(source, signer.open(source).keys, since=now) for source in make())  # 1
            _check_new(signer.ring, pending)
            signer.ring.rotated(pending, until=now + overlap).write(signer.ring_file)  # 2
        return _log(db, signer.ring, pending, now)  # 3


def write_policy(signer: LogSigner, policy: Policy | None, now: datetime) -> tuple[str, str | None]:
    """The policy with every key that signs at this time; and as a note, signed by those that are leaving (4).

    None in place of the note where no key is leaving, or none of those signs such a text.
    """
    signing = signer.ring.signing(now)
    made = with_keys(policy, (key for held in signing for key in held.keys))
    leaving = tuple(signer.open(held.source) for held in signing if held.until)
    try:
        return made.text(), sign_policy(made, Signers(leaving)) if leaving else None
    except (Malformed, Refused):
        return made.text(), None


def _unlogged(db: Database, ring: Ring) -> tuple[Held, ...]:
    """What signs by the ring and not by the log."""
    with db.read() as reading:
        logged = _logged_keys(reading)
    return tuple(
        held for held in ring.held if held.since and not logged.issuperset(key.text() for key in held.keys)
    )


def _logged_keys(reading: Reading) -> set[str]:
    return {event.members["new_key"] for name in NAMES.values() for event in history(reading, SUBJECT, name)}


def _check_new(ring: Ring, pending: tuple[Held, ...]) -> None:
    known = ring.every_key()
    for key in (key for held in pending for key in held.keys):
        if key in known:
            raise KeyInUse(key=key.text())


def _log(db: Database, ring: Ring, pending: tuple[Held, ...], now: datetime) -> Rotation:
    """Append the entries of what is pending, each beside the newest key of its kind before it."""
    began = min(held.since for held in pending if held.since)
    before = tuple(held for held in ring.held if held.until and (held.since is None or held.since < began))
    old = {key.kind: key for held in reversed(before) for key in held.keys}
    until = max((held.until for held in before if held.until), default=now)
    new = tuple(key for held in pending for key in held.keys)
    with db.write() as tx:
        indices = append_many(tx, [_event(key, old.get(key.kind), until, now) for key in new])
    return Rotation(new, tuple(key for held in before for key in held.keys), until, indices)


def _event(new: VerifierKey, old: VerifierKey | None, until: datetime, now: datetime) -> KeyRotated:
    return KeyRotated(
        at=now,
        org="",
        actor=None,
        subject=Subject(SUBJECT, NAMES[new.kind]),
        old_key=old.text() if old else None,
        new_key=new.text(),
        until=stamp(until),
    )
