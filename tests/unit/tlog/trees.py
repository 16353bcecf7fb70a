"""Trees for tests, by the definition of RFC 6962 section 2.1 written out, sharing nothing with the code."""

from collections.abc import Sequence
from hashlib import sha256

from registry.tlog.tree import SubtreeReader

RFC6962_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]


def entries(count: int) -> list[bytes]:
    """Entries that all differ."""
    return [b"entry %d" % index for index in range(count)]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])).digest()


def reader(leaves: Sequence[bytes]) -> SubtreeReader:
    """Complete subtrees of these entries, each from the definition."""
    known: dict[tuple[int, int], bytes] = {}

    def read(height: int, index: int) -> bytes:
        if (height, index) not in known:
            start = index << height
            known[height, index] = root_by_definition(leaves[start : start + (1 << height)])
        return known[height, index]

    return read
