"""Opening the database, and the one rule of every write: what changes the register is in the log.

A transaction that changed register rows and appended no event afterwards refuses to commit: the event states
what they became (`held`). Tables marked `info={"technical": True}` - tokens, sessions, leases, cursors,
checkpoints - are exempt. On SQLite, writers queue on one lock of this process and begin IMMEDIATE, because a
read transaction that turns into a write one fails under concurrency; PostgreSQL locks rows.
"""

import secrets
import threading
import time
import uuid
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, Literal, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Row,
    Select,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    update,
)
from sqlalchemy.sql.dml import Delete, Insert, Update, UpdateBase

from registry.db.held import Stated, columns_of, digest_of, is_held, key_of, rows_near

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class UnrecordedChange(Exception):
    """A bug: register rows were changed and no event was appended to the log."""


def new_id() -> str:
    """A fresh UUIDv7 as text, sortable by when it was made: to a quarter of a microsecond.

    Source: RFC 9562 sections 5.7 and 6.2, method 3.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def table(model: type[Any]) -> Table:
    """The table of a `table=True` class, for Core statements: `table(Person).c.username`."""
    return cast(Table, model.__table__)


class Reading:
    """One consistent look at the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection, for what the short forms below do not cover."""
        return self._connection

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which engine answers."""
        return cast(Literal["sqlite", "postgresql"], self._connection.dialect.name)

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement and return its result."""
        return self._connection.execute(statement, parameters)

    def all(self, statement: Executable, **parameters: Any) -> Sequence[Row[Any]]:
        """Every row. Parameters are for a statement that was built once, with `bindparam`."""
        return self.execute(statement, parameters).all()

    def stream(self, statement: Select[Any], *, size: int) -> Generator[Sequence[Any], None, None]:
        """The rows of a statement without parameters, so many at a time, as the engine's driver reads them.

        PostgreSQL makes the next rows while these are used. SQLAlchemy has no way to let it: its cursor asks
        for each lot and waits, and so does this where the driver's own library is old.
        """
        driver: Any = self._connection.dialect.dbapi
        if self.dialect == "postgresql" and driver.capabilities.has_stream_chunked():
            text = str(statement.compile(self._connection, compile_kwargs={"literal_binds": True}))
            connection: Any = self._connection.connection.driver_connection
            with connection.cursor() as cursor:
                yield from cursor.stream(text, {}, size=size)
        else:
            with self.execute(statement.execution_options(yield_per=size)) as rows:
                yield from rows

    def one_or_none(self, statement: Executable, **parameters: Any) -> Row[Any] | None:
        """The only row, or None."""
        return self.execute(statement, parameters).one_or_none()

    def scalar(self, statement: Executable, **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        return self.execute(statement, parameters).scalar()


class Transaction(Reading):
    """A change in progress: it stands or falls with the events it appended."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._changed: set[str] = set()
        self._written: Stated = {}
        self._stated: Stated = {}
        self._events = 0

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement, and note which rows of the register it changes."""
        if isinstance(parameters, list) and len(parameters) == 1:
            # psycopg sends a list in a pipeline, which takes longer for a single row.
            parameters = parameters[0]
        if not isinstance(statement, UpdateBase):
            return super().execute(statement, parameters)
        table = cast(Table, statement.table)
        if not table.info.get("technical"):
            self._changed.add(table.name)
        if not is_held(table):
            return super().execute(statement, parameters)
        return self._write(table, statement, parameters)

    def insert(self, model: type[Any], **values: Any) -> None:
        """Insert one row into the table of a class."""
        self.execute(_insert_into(table(model)), values)

    def update(self, model: type[Any], key: Mapping[str, Any], **values: Any) -> None:
        """Set columns of the rows of a class whose key columns have these values."""
        keys = {f"key_{name}": value for name, value in key.items()}
        self.execute(_update_of(table(model), tuple(key)), {**keys, **values})

    def take_written(self) -> Stated:
        """What became of the rows written since this was last asked. Only `auditlog` calls this."""
        self._stated, self._written = self._written, {}
        return self._stated

    def state(self, table: Table, keys: Collection[str]) -> None:
        """Let the next event state these rows once more, as they are."""
        written = self._written.setdefault(table.name, {})
        found = {key_of(table, row): digest_of(table, row) for row in self.all(rows_near(table, keys))}
        written |= {key: found.get(key) for key in keys}

    def note_event(self, count: int = 1) -> None:
        """Say that events were appended. Only `auditlog` calls this."""
        self._events += count
        self._written = {}

    def check_recorded(self) -> None:
        """Refuse to go on to commit when the register changed and the log did not, or does not say how.

        Raises:
            UnrecordedChange: naming the tables.
        """
        unsaid = self._written if self._events else self._changed
        if unsaid:
            raise UnrecordedChange(f"changed without an event: {', '.join(sorted(unsaid))}")

    def _write(self, table: Table, statement: UpdateBase, parameters: Parameters | None) -> CursorResult[Any]:
        """Change held rows and note what each became; what the statement itself returns is handed on."""
        is_gone = isinstance(statement, Delete)
        noted = tuple(table.primary_key) if is_gone else columns_of(table)
        result = super().execute(_returning(statement, noted), parameters)
        own = len(result.keys()) - len(noted)
        rows = result.freeze() if own else None
        for row in rows().all() if rows else result.all():
            key, became = key_of(table, row[own:]), None if is_gone else digest_of(table, row[own:])
            if self._stated.get(table.name, {}).get(key, "") != became:
                self._written.setdefault(table.name, {})[key] = became
        return cast(CursorResult[Any], rows().columns(*range(own))) if rows else result


@lru_cache(maxsize=512)
def _returning(statement: UpdateBase, noted: tuple[ColumnElement[Any], ...]) -> UpdateBase:
    """Built once for each statement that is, too; those made for one run are soon forgotten."""
    return statement.returning(*noted)


@cache
def _insert_into(target: Table) -> Insert:
    """The statement is built once for each table: building one costs as much as running it."""
    return insert(target)


@cache
def _update_of(target: Table, key: tuple[str, ...]) -> Update:
    """Built once for each key, too. What it sets are the names of the parameters it is run with."""
    return update(target).where(*(target.c[name] == bindparam(f"key_{name}") for name in key))


class Database:
    """An engine and the way transactions are opened on it."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """One consistent look; nothing is written."""
        with self.engine.connect() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield Reading(connection)
            # Not rolled back: after that psycopg forgets, and the server too, every statement prepared.
            connection.commit()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: commits when the block ends, rolls back when it raises.

        Raises:
            UnrecordedChange: see `Transaction.check_recorded`.
        """
        if not self._is_sqlite:
            with self.engine.begin() as connection:
                tx = Transaction(connection)
                yield tx
                tx.check_recorded()
            return
        with self._writing, self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            tx = Transaction(connection)
            yield tx
            tx.check_recorded()
            try:
                connection.commit()
            except BaseException:
                # SQLite may keep open what it did not commit, while SQLAlchemy takes it for closed.
                connection.invalidate()
                raise

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    """An engine with the settings this registry relies on."""
    if not url.startswith("sqlite"):
        from registry.db.cursor import BriefCursor  # noqa: PLC0415

        # The few connections in use stay in use, and prepare a statement the second time they run it.
        return create_engine(
            url,
            pool_size=20,
            max_overflow=20,
            pool_use_lifo=True,
            connect_args={
                "options": "-c lock_timeout=5000 -c timezone=utc",
                "prepare_threshold": 1,
                "cursor_factory": BriefCursor,
            },
        )
    engine = create_engine(url, pool_size=20, max_overflow=20, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Durable, checked, and with transactions begun by us rather than by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
