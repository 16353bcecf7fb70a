"""Appending: the one way into the log, in the transaction of the change it records."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.auditlog import queries
from registry.auditlog.entries import encode, seal_entry
from registry.auditlog.events import Event
from registry.auditlog.rows import NewRows, write_rows
from registry.callers import Caller
from registry.db import Transaction
from registry.tlog.tile import TILE_HEIGHT
from registry.tlog.tree import leaf_hash
from registry.verification.commitments import Concealed, seal


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event whose entry stands in the log as a commitment; `public` when anyone may read its opening.

    What opens it and its actor is erased after the day `erase_after`, where one is given.
    """

    event: Event
    public: bool = False
    erase_after: date | None = None


def conceal(tx: Transaction, caller: Caller) -> Concealed | None:  # noqa: ARG001 - only inside a change
    """A fresh commitment to who acts, `person:<id>` or `client:<id>`; None when the registry itself does.

    Make one for each event: two entries never share a commitment. `append` stores the opening.
    """
    if caller.kind == "system":
        return None
    return seal("actor", f"{caller.kind}:{caller.person or caller.client}")


def append(tx: Transaction, event: Event, *, sealed: bool = False) -> int:
    """Append one event and return its index. Everything appended stands or falls with the transaction.

    The row lock taken here orders all appends, so append last, when the rest of the change is written.

    Raises:
        EntryTooLong: the entry would be longer than 16 KiB.
    """
    return append_many(tx, [Sealed(event) if sealed else event])[0]


def append_many(
    tx: Transaction, events: Sequence[Event | Sealed], write: Callable[[range], None] = lambda _: None
) -> range:
    """Append events in order and return their indices.

    The last entry states the rows that were written before (`registry.db.held`). What has to name an index is
    written by `write`, which is told them all and may not lean on their being there yet.

    Raises:
        EntryTooLong: an entry would be longer than 16 KiB.
    """
    frontier = queries.lock_frontier(tx)
    indices = range(frontier.size, frontier.size + len(events))
    write(indices)
    stated = _state_written(tx) if events else None
    rows = NewRows(newest=queries.newest_entries(tx, (_subject(item) for item in events)))
    for index, item in zip(indices, events, strict=True):
        says = stated if index == indices[-1] else None
        body = _write_entry(item, index, rows, says)
        rows.newest[_subject(item)] = index
        completed = frontier.append(leaf_hash(body))
        rows.entries.append({"idx": index, "leaf_hash": completed[0], "body": body})
        # Every 8th height is a tile level: this entry may complete a hash of level 1, and with it of level 2.
        for level, root in enumerate(completed[TILE_HEIGHT::TILE_HEIGHT], 1):
            rows.tiles.append({"level": level, "idx": index >> TILE_HEIGHT * level, "hash": root})
    if events:
        write_rows(tx, frontier, rows)
        tx.note_event(len(events))
    return indices


def _state_written(tx: Transaction) -> Concealed | None:
    """A commitment to what became of the rows that the transaction has written, for its next entry."""
    written = tx.take_written()
    return seal("rows", json.dumps(written, separators=(",", ":"))) if written else None


def _write_entry(item: Event | Sealed, index: int, rows: NewRows, stated: Concealed | None) -> bytes:
    """The octets of an item's entry; what opens it is added to the rows."""
    event = item.event if isinstance(item, Sealed) else item
    erase_after = item.erase_after if isinstance(item, Sealed) else None
    body = encode(event, rows.newest.get(_subject(item)), stated.commitment if stated else None)
    if stated:
        rows.stated.append({"idx": index, "salt": stated.salt, "value": stated.value})
    if event.actor:
        opening = _opening(index, "actor", event.actor, public=False)
        rows.openings.append(opening | {"erase_after": erase_after})
    if isinstance(item, Sealed):
        body, sealed = seal_entry(body)
        opening = _opening(index, "entry", sealed, public=item.public)
        rows.openings.append(opening | {"erase_after": erase_after})
    return body


def _opening(index: int, field: str, concealed: Concealed, *, public: bool) -> dict[str, object]:
    return {
        "idx": index,
        "field": field,
        "salt": concealed.salt,
        "value": concealed.value,
        "public": public,
    }


def _subject(item: Event | Sealed) -> queries.SubjectKey:
    event = item.event if isinstance(item, Sealed) else item
    return event.subject.kind, event.subject.id
