"""What every transaction does, on both engines."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from registry import clock
from registry.db import Database, UnrecordedChange
from registry.organisations.tables import Person
from registry.web.tables import IdempotentAnswer


def answer() -> dict[str, Any]:
    """A row of a technical table."""
    words = dict.fromkeys(("caller", "key", "fingerprint", "body"), "x")
    return {**words, "status": 200, "headers": {}, "at": clock.now()}


def person() -> dict[str, Any]:
    """A row of a register table."""
    return {**dict.fromkeys(("id", "username", "name", "email", "password_hash"), "x"), "demo": False}


def test_a_register_row_changed_without_an_event_is_refused_at_commit(database: Database) -> None:
    with pytest.raises(UnrecordedChange, match="person"), database.write() as tx:
        tx.insert(Person, **person())

    with database.read() as reading:
        assert reading.all(select(col(Person.id))) == []


def test_a_register_row_written_after_the_event_that_should_state_it_is_refused(database: Database) -> None:
    def write_late() -> None:
        with database.write() as tx:
            tx.note_event()
            tx.insert(Person, **person())

    with pytest.raises(UnrecordedChange, match="person"):
        write_late()


def test_what_a_change_returns_is_handed_on(database: Database) -> None:
    with database.write() as tx:
        rows = [person() | dict.fromkeys(("id", "username"), f"{number:04}") for number in range(1200)]
        tx.execute(insert(Person), rows)
        assert len(tx.take_written()["person"]) == 1200
        gone = tx.all(
            delete(Person).where(col(Person.id) < "0002").returning(col(Person.id), col(Person.name))
        )
        assert sorted(map(tuple, gone)) == [("0000", "x"), ("0001", "x")]
        assert tx.take_written() == {"person": {"0000": None, "0001": None}}
        tx.note_event()


def test_a_register_row_changed_with_an_event_stands(database: Database) -> None:
    with database.write() as tx:
        tx.insert(Person, **person())
        tx.note_event()

    with database.read() as reading:
        assert reading.scalar(select(col(Person.id))) == "x"


def test_a_technical_row_needs_no_event(database: Database) -> None:
    with database.write() as tx:
        tx.insert(IdempotentAnswer, **answer())

    with database.read() as reading:
        assert reading.scalar(select(col(IdempotentAnswer.key))) == "x"


def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    row = answer()
    with database.write() as tx:
        tx.insert(IdempotentAnswer, **row)

    with database.read() as reading:
        assert reading.scalar(select(col(IdempotentAnswer.at))) == row["at"]


def test_rows_come_one_after_another_and_whoever_has_enough_goes_on_with_the_same_look(
    database: Database,
) -> None:
    keys = [f"{number:03}" for number in range(500)]
    with database.write() as tx:
        tx.execute(insert(IdempotentAnswer), [{**answer(), "key": key} for key in keys])

    every = select(col(IdempotentAnswer.key)).where(col(IdempotentAnswer.caller) == "x")
    with database.read() as reading:
        assert sorted(key for (key,) in reading.stream(every, size=7)) == keys
        with database.write() as tx:
            tx.execute(delete(IdempotentAnswer))
        rows = reading.stream(every, size=7)
        next(rows)
        rows.close()
        assert len(reading.all(every)) == len(keys)


def test_what_is_prepared_outlives_a_look(postgresql_url: str) -> None:
    database, asked = Database(postgresql_url), select(col(Person.id))
    for _ in range(3):
        with database.read() as reading:
            reading.all(asked)
    with database.read() as reading:
        prepared = reading.all(text("SELECT statement FROM pg_prepared_statements"))
    assert [row.statement for row in prepared if "person.id" in row.statement]
    database.dispose()


def test_after_a_commit_that_failed_the_next_change_stands(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    orphan = "INSERT INTO organisation_alias (alias, organisation) VALUES ('x', 'nobody')"
    with pytest.raises(IntegrityError), database.write() as tx:  # noqa: PT012 - the end of the block commits
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        tx.execute(text(orphan))
    with database.write() as tx:
        tx.insert(IdempotentAnswer, **answer())
    with database.read() as reading:
        assert reading.scalar(select(col(IdempotentAnswer.key))) == "x"
        assert reading.scalar(text("SELECT count(*) FROM organisation_alias")) == 0
    database.dispose()
