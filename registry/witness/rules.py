"""What a witness cosigns, and what it refuses, as the protocol numbers it (c2sp.org/tlog-witness)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Note
from registry.tlog.policy import Policy
from registry.tlog.tree import EMPTY_ROOT, check_consistency
from registry.witness.request import Growth, split_request

TrustedLogs = Mapping[str, tuple[VerifierKey, ...]]
"""The keys of each log, by its origin."""


class NotCosigned(Exception):
    """The witness does not cosign."""

    status: ClassVar[int]


class UnknownLog(NotCosigned):
    """It does not know the log."""

    status = 404


class NotTrusted(NotCosigned):
    """No key of the log has signed the checkpoint, or a line under one of its keys is bad."""

    status = 403


class BadRequest(NotCosigned):
    """The request is in another form, or its old size is larger than its new one."""

    status = 400


class OtherSize(NotCosigned):
    """The witness has seen another size of the log than the request grows from."""

    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(str(size))
        self.size = size


class NotContinued(NotCosigned):
    """The checkpoint is not shown to continue the tree that the witness has seen."""

    status = 422


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest tree that a witness has seen of a log, under the note it then cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a witness has seen of a log. Without a root when it gave a number and nothing that is signed."""

    witness: str
    size: int
    root: bytes | None = None


def trusted_logs(policy: Policy) -> TrustedLogs:
    """The logs of a policy. A log may have several keys: of two kinds, or an old and a new one."""
    keys: dict[str, tuple[VerifierKey, ...]] = {}
    for log in policy.logs:
        keys[log.key.name] = (*keys.get(log.key.name, ()), log.key)
    return keys


def check_growth(
    body: bytes, logs: TrustedLogs, seen: Callable[[str], Seen]
) -> tuple[Seen, Checkpoint, Note]:
    """Check a request: what was seen of the log before, what is to be cosigned, under the log's own lines.

    1. The log is one that the witness knows.
    2. A key of the log has signed, and no line under any of its keys is bad.
    3. The request is in its form, and its old size no larger than its new one.
    4. The old size is the one that the witness has seen.
    5. The new tree continues it. Of one size there is one root; nothing needs proof to continue nothing.

    Raises:
        UnknownLog, NotTrusted, BadRequest, OtherSize, NotContinued: the step that fails, in this order.
    """
    try:
        head, octets = split_request(body)
        note = Note.parse(octets)
    except Malformed as fault:
        raise BadRequest(str(fault)) from fault
    keys = logs.get(note.body.partition("\n")[0])
    if keys is None:  # 1
        raise UnknownLog("this witness does not know the log")
    note = _signed_by(note, keys)  # 2
    try:
        growth, checkpoint = Growth.parse(head), Checkpoint.parse(note.body)
    except Malformed as fault:
        raise BadRequest(str(fault)) from fault
    if growth.old_size > checkpoint.size:  # 3
        raise BadRequest("the old size is larger than the new one")
    before = seen(checkpoint.origin)
    if growth.old_size != before.size:  # 4
        raise OtherSize(before.size)
    _check_continued(before, checkpoint, growth)  # 5
    return before, checkpoint, note


def _signed_by(note: Note, keys: tuple[VerifierKey, ...]) -> Note:
    """The note under the lines of these keys alone: nothing else is kept, so that nobody can plant a line."""
    try:
        note.check(keys)
    except Unproved as fault:
        raise NotTrusted(str(fault)) from fault
    return Note(note.body, tuple(signature for _, signature in note.signatures_of(keys)))


def _check_continued(before: Seen, checkpoint: Checkpoint, growth: Growth) -> None:
    try:
        check_consistency(
            old_size=before.size,
            old_root=before.root,
            new_size=checkpoint.size,
            new_root=checkpoint.root,
            path=growth.path,
        )
    except Unproved as fault:
        raise NotContinued(str(fault)) from fault
