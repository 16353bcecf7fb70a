"""What a witness remembers: the largest tree of each log, in a file of its own, durable before it answers.

This memory is the witness. A copy of the file put back later would let a log fork from there, so it is never
restored from a backup: a witness that lost it takes a new name and key. So the file is made once, with the
key, and never again: a disk that was not mounted must not look like a witness that has seen nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from registry.tlog.checkpoint import Checkpoint
from registry.witness.rules import Seen

_SCHEMA = """CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL
) STRICT"""
_FIRST = "INSERT INTO seen (origin, size, root, note) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_GROW = "UPDATE seen SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? AND root = ?"


class SeenLost(OSError):
    """What the witness has seen is gone: under its key it must not cosign again."""


class Store:
    """The file. Several threads and processes may use it at once.

    Raises:
        SeenLost: there is none, or it is not what a witness remembers.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.seen("")
        except sqlite3.DatabaseError as fault:
            raise SeenLost(f"what this witness has seen is not in {path}: {fault}") from fault

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Make the file of a new witness."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_SCHEMA)
        return cls(path)

    def seen(self, origin: str) -> Seen:
        """The largest tree that was cosigned of a log; the empty one before the first."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT size, root, note FROM seen WHERE origin = ?", (origin,)
            ).fetchone()
        return Seen(*row) if row else Seen()

    def advance(self, before: Seen, checkpoint: Checkpoint, note: str) -> bool:
        """Remember a cosigned checkpoint if the tree seen is still the one before; durable when True."""
        new = (checkpoint.size, checkpoint.root, note)
        with self._open() as connection:
            if before.note is None:
                changed = connection.execute(_FIRST, (checkpoint.origin, *new))
            else:
                changed = connection.execute(_GROW, (*new, checkpoint.origin, before.size, before.root))
            return changed.rowcount == 1

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of one call. Each statement is a transaction, on the disk when it returns.

        A file that is gone is not made again.
        """
        there = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(there, uri=True, timeout=10, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
