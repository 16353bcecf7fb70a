"""The daily pass over records: what is due becomes a task, a task whose cause is gone ends, old words go.

Idempotent: it compares the tasks that the state of things calls for with those that are there.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from registry.auditlog import append_many, read_events
from registry.db import Database, Reading, Transaction
from registry.records import queries
from registry.records.actions import complaints, emergencies, erasing, exits, incidents, resets, stubs
from registry.records.actions.acting import Acting
from registry.records.actions.tasks import end_rows, raise_tasks, wanted_of
from registry.records.rules import LASTING, Wanted

ASKED_FOR = timedelta(days=30)
"""How long after it was due the record of an emergency is asked for."""

BATCH = 500
"""Tasks raised or ended in one transaction, so that the log is never locked for long."""


CALLING = frozenset(
    {
        "agreement.confirmed",
        "agreement.expired",
        "agreement.party_left",
        "agreement.terminated",
        "flow.degraded",
        "flow.restored",
        "organisation_key.proposed",
        "organisation_key.registered",
        "organisation_key.withdrawn",
    }
)
"""Events after which nobody waits for the next day: an alert goes out, a duty begins, a reminder ends."""


def remind_at_once(db: Database, since: int, *, acting: Acting) -> int:
    """Remind where the log calls for it from an index on; returns the index to go on from."""
    with db.read() as reading:
        events = read_events(reading, since)
    if any(event.type in CALLING for event in events):
        remind(db, acting=acting)
    return events[-1].index + 1 if events else since


def remind(db: Database, *, acting: Acting) -> int:
    """Raise and end what is due, batch by batch; returns how many things were done."""
    done = 0
    while batch := _remind(db, acting):
        done += batch
    return done


def _remind(db: Database, acting: Acting) -> int:
    """Do one batch in a transaction of its own."""
    try:
        with db.write() as tx:
            return _settle(tx, acting)
    except IntegrityError:
        # Another worker raised the same task first, and goes on with the rest.
        return 0


def _settle(tx: Transaction, acting: Acting) -> int:
    events = [*erasing.erase_due(tx, acting), *exits.raise_duties(tx, acting)]
    wanted = _wanted(tx, acting)
    gone = [
        row for row in queries.list_open_tasks(tx) if row.kind not in LASTING and wanted_of(row) not in wanted
    ]
    events += end_rows(tx, gone[:BATCH], acting)
    new = sorted(wanted - queries.known_tasks(tx, min((one.due_on for one in wanted), default=acting.today)))
    events += raise_tasks(tx, new[:BATCH], acting)
    if events:
        append_many(tx, events)
    return len(events)


def _wanted(reading: Reading, acting: Acting) -> frozenset[Wanted]:
    """Every task that the state of things calls for today."""
    return frozenset(
        (
            *acting.register.wanted(reading, acting.today, acting.policies.records),
            *incidents.wanted_tasks(queries.list_running_incidents(reading)),
            *emergencies.wanted_tasks(queries.list_unreviewed(reading)),
            *stubs.wanted_tasks(queries.list_stubs_due(reading, acting.today - ASKED_FOR)),
            *complaints.wanted_tasks(queries.list_unacknowledged(reading)),
            *exits.wanted_tasks(queries.list_exits(reading)),
            *resets.wanted_tasks(reading),
        )
    )
