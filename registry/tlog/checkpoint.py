"""Checkpoints: the signed statement of how large a log is and what its root is (c2sp.org/tlog-checkpoint)."""

from dataclasses import dataclass

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import read_head
from registry.tlog.note import Note, Signer, sign_note
from registry.tlog.spelling import write_base64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of `size` entries of the log `origin` has this root (32 octets)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed. Extension lines are allowed by the format and never written."""
        return f"{self.origin}\n{self.size}\n{write_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint that three lines spell.

        Raises:
            Malformed: other lines, a number or a hash in another spelling, an empty origin.
        """
        return cls(*read_head(text))

    def signed(self, signer: Signer) -> str:
        """The note of this checkpoint.

        Raises:
            Malformed: the signer's name is not the origin.
        """
        if signer.name != self.origin:
            raise Malformed(f"the key of {signer.name} does not sign for {self.origin}")
        return sign_note(self.text(), signer)


def open_checkpoint(octets: bytes, *keys: VerifierKey) -> Checkpoint:
    """The checkpoint of a note signed by at least one of the log's keys, whose name is the log's origin.

    Raises:
        Malformed: not a note, or its text not a checkpoint.
        Unproved: not signed by any of the keys, or about another log.
    """
    note = Note.parse(octets)
    checkpoint = Checkpoint.parse(note.body)
    of_the_log = [key for key in keys if key.name == checkpoint.origin]
    if not of_the_log:
        raise Unproved(f"a checkpoint of {checkpoint.origin}, and no key here is of that log")
    note.check(of_the_log)
    return checkpoint
