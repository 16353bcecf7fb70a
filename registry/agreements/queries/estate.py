"""What a body has in agreements, and how it goes to a successor (`organisations.estates.Estate`).

A signature stands for the body that is bound by it. When another takes that body's place the row says so; the
log keeps who signed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, insert, select, update

from registry.agreements.queries.versions import AGREEMENT, FLOW, PARTY, VERSION
from registry.agreements.rules import IN_FORCE, Status
from registry.agreements.tables import Confirmation, Notice, ReviewAnswer, Signature, Suspension
from registry.db import Reading, Transaction, table
from registry.organisations.estates import Passing

UNFINISHED = frozenset({Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.ASSESSMENTS_PENDING})
SIGNATURE, CONFIRMATION, NOTICE = map(table, (Signature, Confirmation, Notice))
SUSPENSION, ANSWER = map(table, (Suspension, ReviewAnswer))


class AgreementEstate:
    """Agreements as bodies hold them."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """The drafts of an organisation that a person wrote and that nobody may sign yet."""
        statement = select(VERSION.c.ref, VERSION.c.authors).where(
            VERSION.c.author_organisation == organisation, VERSION.c.status.in_(sorted(UNFINISHED))
        )
        return sorted(row.ref for row in reading.all(statement) if person in row.authors)

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """Whether the organisation is a party of an agreement in force."""
        statement = (
            select(VERSION.c.id)
            .join(PARTY, PARTY.c.version_id == VERSION.c.id)
            .where(PARTY.c.organisation == organisation, VERSION.c.status.in_(sorted(IN_FORCE)))
        )
        return reading.scalar(statement.limit(1)) is not None

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Put the successors in the predecessor's place in every version."""
        for successor in {*passing.shares.values()}:
            refs = [ref for ref, given in passing.shares.items() if given == successor]
            _pass_on(tx, passing.predecessor, successor, AGREEMENT.c.ref.in_(refs))
        _pass_on(tx, passing.predecessor, passing.heir, AGREEMENT.c.ref.not_in([*passing.shares]))


def _pass_on(tx: Transaction, predecessor: str, successor: str, which: ColumnElement[bool]) -> None:
    """Put one successor in the predecessor's place in these agreements."""
    refs = select(AGREEMENT.c.ref).where(which)
    versions = select(VERSION.c.id).where(VERSION.c.ref.in_(refs))
    _replace_party(tx, predecessor, successor, versions)
    for column in (FLOW.c.holder, FLOW.c.recipient):
        _replace(tx, column, predecessor, successor, FLOW.c.ref.in_(refs))
    for column in (AGREEMENT.c.author_organisation, VERSION.c.author_organisation):
        _replace(tx, column, predecessor, successor, column.table.c.ref.in_(refs))
    for done in (SUSPENSION, ANSWER):
        _replace(tx, done.c.organisation, predecessor, successor, done.c.version_id.in_(versions))
    for given, told_apart in ((SIGNATURE, "role"), (CONFIRMATION, "review_on"), (NOTICE, "version_id")):
        _replace_once(tx, given, told_apart, predecessor, successor, versions)
    _replace_awaited(tx, predecessor, successor, refs)


def _replace(
    tx: Transaction, column: Any, predecessor: str, successor: str, where: ColumnElement[bool]
) -> None:
    concerned = column == predecessor, where
    if not column.primary_key:
        tx.execute(update(column.table).where(*concerned).values({column.name: successor}))
    elif moved := tx.all(delete(column.table).where(*concerned).returning(*column.table.columns)):
        # A row under another key is another row: the log says of the one that it is gone.
        tx.execute(insert(column.table), [{**row._mapping, column.name: successor} for row in moved])


def _replace_party(tx: Transaction, predecessor: str, successor: str, versions: Select[Any]) -> None:
    """Make the successor a party; where it is one already, the predecessor's part in deciding is its own."""
    theirs = (PARTY.c.organisation == predecessor) & PARTY.c.version_id.in_(versions)
    decided = select(PARTY.c.version_id).where(theirs, PARTY.c.is_controller)
    tx.execute(
        update(PARTY)
        .where(PARTY.c.organisation == successor, PARTY.c.version_id.in_(decided))
        .values(is_controller=True)
    )
    both = select(PARTY.c.version_id).where(PARTY.c.organisation == successor)
    tx.execute(delete(PARTY).where(theirs, PARTY.c.version_id.in_(both)))
    _replace(tx, PARTY.c.organisation, predecessor, successor, PARTY.c.version_id.in_(versions))


def _replace_once(
    tx: Transaction, given: Table, told_apart: str, predecessor: str, successor: str, versions: Select[Any]
) -> None:
    """Let what the predecessor gave count for the successor, unless that has given the same itself."""
    own = given.alias()
    same = select(own.c.version_id).where(
        own.c.version_id == given.c.version_id,
        own.c.organisation == successor,
        own.c[told_apart] == given.c[told_apart],
    )
    where = given.c.version_id.in_(versions) & ~same.exists()
    _replace(tx, given.c.organisation, predecessor, successor, where)


def _replace_awaited(tx: Transaction, predecessor: str, successor: str, refs: Select[Any]) -> None:
    """Await the successor's signature where the predecessor's was awaited."""
    statement = select(FLOW.c.version_id, FLOW.c.flow, FLOW.c.awaiting).where(
        FLOW.c.ref.in_(refs), (FLOW.c.holder == successor) | (FLOW.c.recipient == successor)
    )
    for row in tx.all(statement):
        if predecessor in row.awaiting:
            awaited = [successor if body == predecessor else body for body in row.awaiting]
            tx.execute(
                update(FLOW)
                .where(FLOW.c.version_id == row.version_id, FLOW.c.flow == row.flow)
                .values(awaiting=list(dict.fromkeys(awaited)))
            )
