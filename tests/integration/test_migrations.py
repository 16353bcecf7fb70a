"""The schema comes from the migrations, and the migrations say what the tables say."""

import pytest
from alembic import command
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from registry.auditlog.tables import LogEntry
from registry.db import Database
from registry.db.migrate import changing_schema, configuration, is_current, migrate


def table_names(url: str) -> set[str]:
    database = Database(url)
    names = set(inspect(database.engine).get_table_names())
    database.dispose()
    return names


def test_migrations_run_up_agree_with_the_tables_run_down_and_up_again(empty_database_url: str) -> None:
    migrate(empty_database_url)
    first = table_names(empty_database_url)
    with changing_schema(empty_database_url) as connection:
        command.check(configuration(connection))

    with changing_schema(empty_database_url) as connection:
        command.downgrade(configuration(connection), "base")
    assert table_names(empty_database_url) == {"alembic_version"}

    migrate(empty_database_url)
    assert table_names(empty_database_url) == first


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    before = table_names(database_url)
    migrate(database_url)
    assert table_names(database_url) == before


def test_a_database_is_current_only_at_the_newest_migration(empty_database_url: str) -> None:
    migrate(empty_database_url, revision="0001")
    database = Database(empty_database_url)
    with database.read() as reading:
        assert not is_current(reading)

    migrate(empty_database_url)
    with database.read() as reading:
        assert is_current(reading)
    database.dispose()


def test_a_change_of_schema_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    def change_and_fail(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half_done (id INTEGER)")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"), changing_schema(empty_database_url) as connection:
        change_and_fail(connection)
    assert table_names(empty_database_url) == set()


@pytest.mark.parametrize("change", ["UPDATE log_entry SET body = leaf_hash", "DELETE FROM log_entry"])
def test_the_database_refuses_to_change_or_remove_a_log_entry(database: Database, change: str) -> None:
    with database.write() as tx:
        tx.insert(LogEntry, idx=0, leaf_hash=b"hash", body=b"entry")
        tx.note_event()

    with pytest.raises(DBAPIError, match="a log entry is never"), database.engine.begin() as connection:
        connection.exec_driver_sql(change)
