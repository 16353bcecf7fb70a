"""What must be true of a registry after any crash: its rows, its log and its tree tell one story."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from registry.agreements.tables import Signature
from registry.auditlog import StoredEvent, log_size, read_events
from registry.auditlog.queries import all_checkpoints, all_rows
from registry.db import Database, Reading, table
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import Note
from registry.tlog.tree import Frontier, leaf_hash
from tests.signoffs import SignOff


def check_whole(db: Database, acknowledged: Iterable[tuple[SignOff, int]]) -> None:
    """Rows, log and tree agree; every signature has its entry, every entry its signature; none is lost."""
    with db.read() as reading:
        _check_one_history(reading)
        signed = {event.index: event for event in _events(reading) if event.type == "agreement.signed"}
        rows = {row.log_index: row for row in reading.all(select(table(Signature)))}
    assert rows.keys() == signed.keys(), "orphans"
    for index, row in rows.items():
        assert signed[index].members["subject"]["digest"] == row.hash
    for sign_off, index in acknowledged:
        assert (rows[index].organisation, signed[index].subject_id) == (sign_off.organisation, sign_off.ref)


def check_never_forked(db: Database, served: Iterable[str]) -> None:
    """Every checkpoint that anyone was ever shown is one of the log as it is now."""
    with db.read() as reading:
        roots = _check_one_history(reading)
    for note in served:
        shown = checkpoint_of(note)
        assert roots[shown.size] == shown.root, "a fork"


def still_open(db: Database, sign_offs: Iterable[SignOff]) -> list[SignOff]:
    """The sign-offs that did not come about, acknowledged or not."""
    with db.read() as reading:
        events = [event for event in _events(reading) if event.type == "agreement.signed"]
    given = {(event.subject_id, event.org) for event in events}
    return [one for one in sign_offs if (one.ref, one.organisation) not in given]


def checkpoint_of(note: str) -> Checkpoint:
    """The checkpoint a note is of; whose signatures it has does not matter here."""
    return Checkpoint.parse(Note.parse(note.encode()).body)


def _check_one_history(reading: Reading) -> list[bytes]:
    """The entries are contiguous and hashed right, and every stored checkpoint is one of theirs.

    Returns the root after each number of entries.
    """
    tree = Frontier()
    roots = [tree.root()]
    for row in all_rows(reading, 0):
        assert row.idx == tree.size, "a gap"
        assert row.leaf_hash == leaf_hash(row.body)
        tree.append(row.leaf_hash)
        roots.append(tree.root())
    assert tree.size == log_size(reading)
    for row in all_checkpoints(reading):
        assert roots[row.size] == bytes(row.root) == checkpoint_of(row.note).root, "a fork"
    return roots


def _events(reading: Reading) -> Iterator[StoredEvent]:
    position = 0
    while events := read_events(reading, position, 1000):
        yield from events
        position = events[-1].index + 1
