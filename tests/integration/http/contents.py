"""What a register holds, as one digest: the same before and after means that nothing was changed."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import make_url, select

from registry.auditlog import log_size
from registry.db import Database
from registry.db.metadata import metadata


class Contents:
    """A digest of every row of the register and the log; what is merely technical is left out.

    It is made anew only when somebody has written since: `written` is a number that every write changes.
    """

    def __init__(self, db: Database, written: Callable[[], int]) -> None:
        self._db = db
        self._written = written
        self._made = (-1, "")

    def digest(self) -> str:
        """The digest, in hexadecimal."""
        written = self._written()  # read first: a write meanwhile then counts as one since
        if self._made[0] != written:
            self._made = written, self._read()
        return self._made[1]

    def _read(self) -> str:
        sums = hashlib.sha256()
        with self._db.read() as reading:
            sums.update(b"%d" % log_size(reading))
            for table in metadata.sorted_tables:
                if not table.info.get("technical"):
                    rows = reading.all(select(table).order_by(*table.primary_key))
                    sums.update(f"{table.name}{[tuple(row) for row in rows]}".encode())
        return sums.hexdigest()


@contextmanager
def contents_of(db: Database, url: str) -> Iterator[Contents]:
    """The contents of a database, watched over a connection of its own.

    SQLite counts the commits of other connections; PostgreSQL numbers transactions once they write.
    """
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(at.database), check_same_thread=False)) as watch:
            yield Contents(db, lambda: int(watch.execute("PRAGMA data_version").fetchone()[0]))
        return
    place = at.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place, autocommit=True) as connection:
        newest = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        yield Contents(db, lambda: int((connection.execute(newest).fetchone() or (0,))[0]))
