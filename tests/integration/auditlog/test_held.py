"""LOG acceptance 12: whoever changes, adds or removes a row of any table is found, and the row named.

A register with one row in every table that the log answers for. What each column holds means nothing here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Table,
    delete,
    insert,
    text,
    update,
)
from sqlmodel import AutoString

from registry import clock
from registry.agreements import ledger as agreements
from registry.agreements.events import AgreementConfirmed
from registry.auditlog import Event, Subject, append, conceal, log_size, read_events
from registry.auditlog.checking.proofs import Proofs
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.auditlog.checking.restating import restate
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.tables import (
    CHECKPOINT,
    ENTRY,
    ERASURE,
    OPENING,
    ROWS,
    SERVED,
    STATE,
    SUBJECT,
    TILE,
    TOKEN,
)
from registry.db import Database, Transaction, new_id
from registry.db.held import is_held
from registry.db.metadata import metadata
from registry.db.types import Instant
from registry.signing import ledger as signing
from registry.signing.events import QuestionAsked
from registry.web.documents import digest
from tests.auditlog_world import COUNCIL, DIGEST, NOW, OFFICER, SIGNER, happened
from tests.samples.agreements import furnish

HELD = [table for table in metadata.sorted_tables if is_held(table)]
SOME: dict[type, tuple[Any, Any]] = {
    AutoString: ("one", "another"),
    Boolean: (False, True),
    Integer: (1, 2),
    LargeBinary: (b"one", b"another"),
    Date: (date(2026, 1, 1), date(2026, 1, 2)),
    Instant: (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
    JSON: ({"a": [1]}, {"a": [2]}),
}
"""Two values for each type of column."""

LOG = (ENTRY, TILE, STATE, OPENING, ROWS, SUBJECT, CHECKPOINT, ERASURE, SERVED, TOKEN)
BOUNDS = (
    "SELECT conname, conrelid::regclass::text AS owner FROM pg_constraint"
    " WHERE contype IN ('c', 'f') AND conrelid <> 0 AND connamespace = 'public'::regnamespace"
)


def one_row(table: Table, which: int = 0) -> dict[str, Any]:
    """A value for every column, of the first kind or the second."""
    row = {column.name: values_of(column)[which] for column in table.columns}
    for column in table.columns:
        if "digest" in column.info:
            row[column.info["digest"]] = digest(row[column.name])
    return row


def values_of(column: Column[Any]) -> tuple[Any, Any]:
    return next(values for kind, values in SOME.items() if isinstance(column.type, kind))


def key(table: Table, which: int = 0) -> str:
    row = one_row(table, which)
    return " ".join([table.name, *(str(row[column.name]) for column in table.primary_key)])


class LookedAt(Exception):
    """What ends a transaction in a test."""


@contextmanager
def register(db: Database) -> Iterator[Transaction]:
    """A row in every table, which one entry states; nothing refers to anything, and nothing stays."""
    with looking(db) as tx:
        for table in HELD:
            tx.execute(insert(table), one_row(table))
        append(tx, happened(tx))
        yield tx


@contextmanager
def looking(db: Database) -> Iterator[Transaction]:
    """A transaction in which anything can be written, and that leaves nothing."""
    with suppress(LookedAt), db.write() as tx:
        loosen(tx)
        yield tx
        raise LookedAt


def loosen(tx: Transaction) -> None:
    """Let rows be what they cannot be in a register that means something."""
    if tx.dialect == "sqlite":
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        tx.execute(text("PRAGMA ignore_check_constraints = ON"))
        triggers = tx.all(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        taken = [f'DROP TRIGGER "{row.name}"' for row in triggers]
    else:
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        taken = [f'ALTER TABLE {row.owner} DROP CONSTRAINT "{row.conname}"' for row in tx.all(text(BOUNDS))]
    for statement in taken:
        tx.execute(text(statement))


def found(tx: Transaction, *ledgers: LedgerMaker) -> set[tuple[str, str]]:
    report = find_tampering(tx, SIGNER.keys, ledgers=ledgers)
    assert len(report.findings) == sum(report.counts.values()), "all of them are told"
    return {(finding.code, finding.place) for finding in report.findings}


def test_rows_that_the_log_states_are_sound(database: Database) -> None:
    with register(database) as tx:
        assert found(tx) == set()


def test_a_row_of_any_table_that_is_added_or_removed_is_named(database: Database) -> None:
    with register(database) as tx:
        for table in HELD:
            tx.execute(insert(table), one_row(table, 1))
        assert found(tx) == {("row-foreign", key(table, 1)) for table in HELD}
        for table in HELD:
            tx.execute(delete(table))
        assert found(tx) == {("row-missing", key(table)) for table in HELD}


def test_any_column_of_any_table_that_is_changed_is_named(database: Database) -> None:
    columns = {table: [column for column in table.columns if "entry" not in column.info] for table in HELD}
    with register(database) as tx:
        for place in range(max(map(len, columns.values()))):
            changed = {table: some[place].name for table, some in columns.items() if place < len(some)}
            with tx.connection.begin_nested() as before:
                for table, column in changed.items():
                    tx.execute(update(table).values({column: one_row(table, 1)[column]}))
                named = {name for _, name in found(tx)}
                before.rollback()
            assert {name.split()[0] for name in named} == {table.name for table in changed}, changed


def test_rows_that_the_operator_answers_for_are_stated_anew(database: Database) -> None:
    furnish(database)
    changes = (
        "UPDATE organisation SET name_en = 'Another' WHERE id = 'gss:E10000017'",
        "DELETE FROM organisation_alias WHERE alias = 'orgid:GB-LAE-LAN'",
        "INSERT INTO organisation_alias (alias, organisation) VALUES ('another', 'gss:E10000017')",
    )
    with database.write() as tx:
        for change in changes:
            tx.execute(text(change))
    with database.read() as reading:
        assert len(find_tampering(reading, SIGNER.keys).findings) == len(changes)
        before = log_size(reading)

    assert restate(database, "repaired", clock.now()) == len(changes)

    with database.read() as reading:
        assert find_tampering(reading, SIGNER.keys).findings == []
        assert [event.type for event in read_events(reading, before)] == ["rows.restated"]
    assert restate(database, "repaired", clock.now()) == 0


def prove(tx: Transaction, proofs: Proofs, event: type[Event], **fields: Any) -> str:
    """A row of a kind that proves an entry, with its entry; what a finding calls it."""
    octets = SOME[LargeBinary][0]
    subject = Subject("agreement", "ISA-1", 1, DIGEST)
    proved = event(
        at=NOW, org=COUNCIL, actor=conceal(tx, OFFICER), subject=subject, evidence=digest(octets), **fields
    )
    index = append(tx, proved)
    row = one_row(proofs.table) | {proofs.octets: octets, "id": new_id(), "log_index": index}
    if proofs.table.name == "signing_question" and proofs.index == "log_index":
        row["answer_index"] = None
    said = {proofs.index: index, proofs.at: NOW, proofs.person: OFFICER.person}
    tx.execute(insert(proofs.table), row | {name: value for name, value in said.items() if name})
    return f"{proofs.table.name} {index}"


def test_a_row_that_proves_an_entry_is_named_when_it_is_changed_or_removed(database: Database) -> None:
    ledgers = (*agreements.LEDGERS[1:], *signing.LEDGERS)
    with looking(database) as tx:
        review, question, _ = (one for one in ledgers if isinstance(one, Proofs))
        proved = {
            review: prove(tx, review, AgreementConfirmed),
            question: prove(tx, question, QuestionAsked, role="signatory"),
        }
        assert found(tx, *ledgers) == set()
        for proofs, place in proved.items():
            others = {proofs.octets: b"another", proofs.person: "another", proofs.at: NOW + timedelta(days=1)}
            for column, other in others.items():
                with tx.connection.begin_nested() as before:
                    tx.execute(update(proofs.table).values({column: other}))
                    assert found(tx, *ledgers) == {("row-changed", place)}
                    before.rollback()
            with tx.connection.begin_nested() as before:
                tx.execute(delete(proofs.table))
                assert found(tx, *ledgers) == {("row-missing", place)}
                before.rollback()


def test_every_table_is_in_one_class() -> None:
    page = (Path(__file__).parents[3] / "docs" / "log-entries.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| (held|bound|the log|memory) \|", page, re.MULTILINE)
    assert dict(rows) == {table.name: kind_of(table) for table in metadata.sorted_tables}
    assert len(rows) == len(metadata.sorted_tables)


def kind_of(table: Table) -> str:
    """What the page calls a table of this kind."""
    if is_held(table):
        return "held"
    if table in LOG:
        return "the log"
    return "memory" if "technical" in table.info else "bound"
