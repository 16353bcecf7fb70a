"""The high-water mark: the largest checkpoint ever signed, kept outside the database, next to the key.

A restored backup looks perfect from inside: signing it again would show the world two histories. So the
newest signed note is also kept in a file, and nothing is signed that does not continue it.
"""

from dataclasses import dataclass
from pathlib import Path

from registry.signers.durable import alone, replace
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
        with alone(self.path):
            kept = self.read()
            if kept is None or kept.size < checkpoint.size:
                replace(self.path, note)
