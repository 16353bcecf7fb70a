"""The high-water mark: the largest checkpoint ever signed, kept outside the database, next to the key.

A restored backup looks perfect from inside: signing it again would show the world two histories. So the
newest signed note is also kept in a file, and nothing is signed that does not continue it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.note import Signer


@dataclass(frozen=True, slots=True)
class HighWater:
    """The file that holds the newest note signed by one of the log's keys, whichever these are by then."""

    path: Path
    signer: Signer

    @classmethod
    def beside(cls, key_file: Path, signer: Signer) -> "HighWater":
        """The mark of the log whose first key is in this file."""
        return cls(key_file.with_name(key_file.name + ".highwater"), signer)

    def read(self) -> Checkpoint | None:
        """The largest checkpoint signed so far, None before the first.

        Raises:
            Malformed, Unproved: the file is not a note that a key of the log signed.
        """
        try:
            return open_checkpoint(self.path.read_bytes(), *self.signer.keys)
        except FileNotFoundError:
            return None

    def raise_to(self, note: str) -> None:
        """Keep this note if it is of a larger tree than the one kept; durable when it returns.

        Raises:
            Malformed, Unproved: the note, or the file, is not one that a key of the log signed.
        """
        checkpoint = open_checkpoint(note.encode(), *self.signer.keys)
        with self._alone():
            kept = self.read()
            if kept is None or kept.size < checkpoint.size:
                self._replace(note)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other publishers of this machine from the file."""
        with self.path.with_name(self.path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _replace(self, note: str) -> None:
        """Write beside, flush, rename, flush the folder: a crash leaves the old note or the new one."""
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
