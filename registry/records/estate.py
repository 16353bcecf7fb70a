"""What a body has in records, and how it goes to a successor (`organisations.estates.Estate`).

The words of an emergency are sealed to the body that owns them: they are opened once, and sealed to the heir.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, select, true, update

from registry.db import Reading, Transaction
from registry.organisations.estates import Passing
from registry.records.queries import COMPLAINT, EMERGENCY, EXIT, INCIDENT, REPORT, STUB, TASK
from registry.records.vault import Vault

BY_AGREEMENT: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (INCIDENT, ("id",)),
    (COMPLAINT, ("id",)),
    (REPORT, ("evaluation_id",)),
    (EXIT, ("ref",)),
)
"""What goes to the successor that stands in its agreement, and by what a body's own rows are told apart."""

TASK_KEY = ("role", "kind", "subject", "due_on")


class RecordEstate:
    """Incidents, disclosures, emergencies, complaints, duties on exit and tasks, as bodies keep them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: a record belongs to the body from the first moment, and its tasks to a role."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: what relies on a body is an agreement."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Let the successors keep what the predecessor kept. The next daily pass sets the tasks right."""
        for stored, key in BY_AGREEMENT:
            for ref, successor in passing.shares.items():
                _move(tx, stored, key, passing.predecessor, successor, stored.c.ref == ref)
            _move(tx, stored, key, passing.predecessor, passing.heir)
        _move(tx, TASK, TASK_KEY, passing.predecessor, passing.heir)
        self._pass_emergencies_on(tx, passing)
        for end in (STUB.c.owner, STUB.c.holder, STUB.c.recipient):
            tx.execute(update(STUB).where(end == passing.predecessor).values({end: passing.heir}))

    def _pass_emergencies_on(self, tx: Transaction, passing: Passing) -> None:
        received = update(EMERGENCY).where(EMERGENCY.c.recipient == passing.predecessor)
        tx.execute(received.values(recipient=passing.heir))
        theirs = select(EMERGENCY.c.id, EMERGENCY.c.words).where(EMERGENCY.c.owner == passing.predecessor)
        for row in tx.all(theirs):
            words = row.words and self._sealed_anew(row.words, row.id, passing)
            statement = update(EMERGENCY).where(EMERGENCY.c.id == row.id)
            tx.execute(statement.values(owner=passing.heir, words=words))

    def _sealed_anew(self, words: bytes, record: str, passing: Passing) -> bytes:
        said = self._vault.open(words, owner=passing.predecessor, record=record)
        return self._vault.seal(said, owner=passing.heir, record=record)


def _move(
    tx: Transaction,
    stored: Table,
    key: Sequence[str],
    predecessor: str,
    successor: str,
    which: ColumnElement[bool] | None = None,
) -> None:
    """Make rows the successor's, save those of which it has the same already."""
    own = stored.alias()
    same = select(own.c.id).where(
        own.c.organisation == successor, *(own.c[name] == stored.c[name] for name in key)
    )
    statement = update(stored).where(
        stored.c.organisation == predecessor, true() if which is None else which, ~same.exists()
    )
    tx.execute(statement.values(organisation=successor))
