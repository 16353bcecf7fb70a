"""Bringing a database to the schema of this release by the migrations under `migrations/`.

A change of schema is one transaction on both engines: it happens entirely or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from registry.db.database import Database, Reading
from registry.db.guards import grant_application
from registry.db.metadata import metadata

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def migrate(url: str, *, revision: str = "head", app_role: str = "") -> None:
    """Bring the database at `url` up to a revision; one that is there already changes nothing.

    On PostgreSQL `app_role` is then given what it needs to run the registry, and no more (`guards`).
    """
    with changing_schema(url) as connection:
        command.upgrade(configuration(connection), revision)
        if app_role and connection.dialect.name == "postgresql":
            grant_application(connection, metadata.tables.values(), app_role)


def is_current(reading: Reading) -> bool:
    """Whether the database has the schema of this release."""
    return MigrationContext.configure(reading.connection).get_current_heads() == newest()


@cache
def newest() -> tuple[str, ...]:
    """The revision this release was written for, as the one head of the migrations."""
    return tuple(ScriptDirectory(str(MIGRATIONS)).get_heads())


def configuration(connection: Connection) -> Config:
    """What Alembic needs to work on a connection that is already open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def changing_schema(url: str) -> Iterator[Connection]:
    """A connection with one transaction, in which SQLite lets a table be rebuilt while others refer to it."""
    database = Database(url)
    is_sqlite = database.engine.dialect.name == "sqlite"
    try:
        with database.engine.connect() as connection:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            if is_sqlite:
                _check_references(connection)
            connection.commit()
    finally:
        database.dispose()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"rows refer to rows that are gone: {broken[:10]}")
