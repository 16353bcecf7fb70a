"""What a signature covers, by the kind of its key (c2sp.org/signed-note, c2sp.org/tlog-cosignature).

A key of kind 0x01 signs the text of a note as it stands. A key of kind 0x04 signs it behind a header and
the time. A key of kind 0x06 signs checkpoints only: a structure of its own name, the time, the log's origin,
and the tree, as the subtree from entry 0 to the size.
"""

import struct
from enum import IntEnum

from registry.tlog.faults import Malformed
from registry.tlog.spelling import parse_decimal, parse_hash

_SUBTREE = b"subtree/v1\n\0"
_MAX_NAME = 255


class Kind(IntEnum):
    """The kind of a key: the octet before it in its text form."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06

    @property
    def is_timed(self) -> bool:
        """Whether its signatures begin with the time at which they were made."""
        return self is not Kind.ED25519


def read_head(text: str) -> tuple[str, int, bytes]:
    """The origin, size and root that the three lines of a checkpoint spell.

    Raises:
        Malformed: other lines, a number or a hash in another spelling, an empty origin.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Malformed("a checkpoint is an origin, a size and a root")
    return lines[0], parse_decimal(lines[1]), parse_hash(lines[2])


def message(kind: Kind, name: str, text: str, *, time: int = 0) -> bytes:
    """The octets that the key of this kind and name signs for a note's text.

    The time is in Unix seconds. Zero says nothing about time: a log may leave it unsaid, a witness may not.

    Raises:
        Malformed: the text is not a checkpoint, which is all that a key of kind 0x06 signs.
    """
    match kind:
        case Kind.ED25519:
            return text.encode()
        case Kind.COSIGNATURE:
            return f"cosignature/v1\ntime {time}\n{text}".encode()
        case Kind.ML_DSA_44:
            origin, size, root = read_head(text)
            said_by = _counted(name) + struct.pack(">Q", time)
            return _SUBTREE + said_by + _counted(origin) + struct.pack(">QQ", 0, size) + root


def _counted(text: str) -> bytes:
    """A text behind its length in one octet."""
    octets = text.encode()
    if len(octets) > _MAX_NAME:
        raise Malformed(f"a name of more than {_MAX_NAME} octets")
    return bytes([len(octets)]) + octets
