"""Checkpoints: the signed statement of how large a log is and what its root is (c2sp.org/tlog-checkpoint)."""

from dataclasses import dataclass

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Signer, VerifierKey, open_note, sign_note
from registry.tlog.spelling import parse_decimal, parse_hash, write_base64


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
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise Malformed("a checkpoint is an origin, a size and a root")
        return cls(lines[0], parse_decimal(lines[1]), parse_hash(lines[2]))

    def signed(self, signer: Signer) -> str:
        """The note of this checkpoint.

        Raises:
            Malformed: the signer's name is not the origin.
        """
        if signer.name != self.origin:
            raise Malformed(f"the key of {signer.name} does not sign for {self.origin}")
        return sign_note(self.text(), signer)


def open_checkpoint(octets: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note signed by the log's key, whose name is the log's origin.

    Raises:
        Malformed: not a note, or its text not a checkpoint.
        Unproved: not signed by the key, or about another log.
    """
    checkpoint = Checkpoint.parse(open_note(octets, [key]))
    if checkpoint.origin != key.name:
        raise Unproved(f"a checkpoint of {checkpoint.origin}, not of {key.name}")
    return checkpoint
