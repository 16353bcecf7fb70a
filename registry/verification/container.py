"""The octets of a zip as the registry writes it: they follow from the files alone, so two runs agree.

Files are stored, not compressed: two compressors rarely agree on one spelling, and hashes do not shrink. All
have one time, one mode, and sizes of 64 bits, so that none is written in another form once it is large.
(PKWARE APPNOTE 6.3.9 sections 4.3 and 4.5.3; every zip program of this century reads it.)
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import IO

BUFFER_OCTETS = 1 << 20
_VERSION, _UNIX = 45, 3 << 8
_MIDNIGHT, _DAY = 0, 1 << 5 | 1  # 1 January 1980, the first day that a zip can name
_IN_EXTRA, _MANY = 0xFFFFFFFF, 0xFFFF
_MODE = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_EXTRA = struct.Struct("<2H2Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_EXTRA = struct.Struct("<2H3Q")
_LARGEST = 1 << 60
_END = struct.Struct("<4sQ2H2L4Q4sLQL4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip: where its header begins, the CRC-32, length and SHA-256 of its content."""

    name: str
    offset: int
    crc: int
    size: int
    digest: str = ""

    @property
    def end(self) -> int:
        """Where the next file begins."""
        return self.offset + header_length(self.name) + self.size


def header_length(name: str) -> int:
    """How many octets stand before a file's content."""
    return _LOCAL.size + len(name) + _LOCAL_EXTRA.size


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before a file's content."""
    about = (_VERSION, 0, 0, _MIDNIGHT, _DAY, crc, _IN_EXTRA, _IN_EXTRA, len(name), _LOCAL_EXTRA.size)
    return _LOCAL.pack(b"PK\3\4", *about) + name.encode("ascii") + _LOCAL_EXTRA.pack(1, 16, size, size)


def directory(members: Iterable[Member]) -> bytes:
    """What stands after the last file: the list of all, and the end of the zip."""
    entries, start = [], 0
    for member in members:
        about = (_UNIX | _VERSION, _VERSION, 0, 0, _MIDNIGHT, _DAY, member.crc, _IN_EXTRA, _IN_EXTRA)
        lengths = (len(member.name), _ENTRY_EXTRA.size, 0)
        fixed = _ENTRY.pack(b"PK\1\2", *about, *lengths, 0, 0, _MODE, _IN_EXTRA)
        extra = _ENTRY_EXTRA.pack(1, 24, member.size, member.size, member.offset)
        entries.append(fixed + member.name.encode("ascii") + extra)
        start = member.end
    listing = b"".join(entries)
    counts = (len(entries), len(entries))
    end = _END.pack(
        *(b"PK\6\6", 44, _UNIX | _VERSION, _VERSION, 0, 0, *counts, len(listing), start),
        *(b"PK\6\7", 0, start + len(listing), 1),
        *(b"PK\5\6", 0, 0, _MANY, _MANY, _IN_EXTRA, _IN_EXTRA, 0),
    )
    return listing + end


def members_of(file: IO[bytes]) -> Iterator[Member]:
    """The files that stand one after another from the beginning of a zip, their contents not looked at."""
    offset = 0
    while member := member_at(file, offset):
        yield member
        offset = member.end


def whole_members(file: IO[bytes]) -> Iterator[Member]:
    """The files at the beginning of a zip that was being written, up to the first that is not whole."""
    for member in members_of(file):
        file.seek(member.end - member.size)
        crc, digest = _sums(file, member.size)
        if crc != member.crc:
            return
        yield replace(member, digest=digest)


def member_at(file: IO[bytes], offset: int) -> Member | None:
    """The file whose header begins here; None where there is none that the registry writes."""
    if not 0 <= offset <= _LARGEST:
        return None
    file.seek(offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        return None
    _, _, _, _, _, _, crc, _, _, length, _ = _LOCAL.unpack(head)
    name, extra = file.read(length), file.read(_LOCAL_EXTRA.size)
    if len(extra) < _LOCAL_EXTRA.size or not name.isascii():
        return None
    size = _LOCAL_EXTRA.unpack(extra)[2]
    if local_header(name.decode(), crc, size) != head + name + extra or offset + size > _LARGEST:
        return None
    return Member(name.decode(), offset, crc, size)


def _sums(file: IO[bytes], size: int) -> tuple[int | None, str]:
    """CRC-32 and SHA-256 of the next octets; None when there are not so many."""
    crc, digest = 0, sha256()
    while size:
        chunk = file.read(min(size, BUFFER_OCTETS))
        if not chunk:
            return None, ""
        crc, size = zlib.crc32(chunk, crc), size - len(chunk)
        digest.update(chunk)
    return crc, digest.hexdigest()
