"""What a log sends to a witness: its old size, the proof that it only grew, and its signed checkpoint.

old <size>
<hash of the consistency proof, base64>...

<signed checkpoint>
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.tlog.faults import Malformed
from registry.tlog.spelling import parse_decimal, parse_hash, write_base64

MAX_PATH = 63
TREE_SIZE = "text/x.tlog.size"
"""The media type of the size that a witness has seen."""

_OLD = "old "


@dataclass(frozen=True, slots=True)
class Growth:
    """The size a witness has seen, and the hashes that prove the new tree continues that one."""

    old_size: int
    path: tuple[bytes, ...] = ()

    def text(self) -> str:
        """The lines before the blank one."""
        return f"{_OLD}{self.old_size}\n" + "".join(f"{write_base64(one)}\n" for one in self.path)

    @classmethod
    def parse(cls, octets: bytes) -> "Growth":
        """The growth that these lines, the last of them without its newline, spell.

        Raises:
            Malformed: other lines, more than 63 hashes, a number or a hash in another spelling.
        """
        try:
            first, *rest = octets.decode("ascii").split("\n")
        except UnicodeDecodeError as fault:
            raise Malformed("an old size and hashes are ASCII") from fault
        if not first.startswith(_OLD) or len(rest) > MAX_PATH:
            raise Malformed(f"an old size and at most {MAX_PATH} hashes come first")
        return cls(parse_decimal(first.removeprefix(_OLD)), tuple(parse_hash(line) for line in rest))


def write_request(growth: Growth, note: str) -> bytes:
    """The body of an add-checkpoint request."""
    return f"{growth.text()}\n{note}".encode()


def split_request(body: bytes) -> tuple[bytes, bytes]:
    """The lines of growth and the signed checkpoint, neither of them looked at yet.

    Raises:
        Malformed: no blank line divides them.
    """
    growth, blank, note = body.partition(b"\n\n")
    if not blank:
        raise Malformed("a blank line comes before the checkpoint")
    return growth, note


def log_id(origin: str) -> str:
    """What stands for a log in addresses: the SHA-256 of its origin, in lower-case hexadecimal."""
    return sha256(origin.encode()).hexdigest()
