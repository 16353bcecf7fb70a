"""Packing: files written one by one into a zip, which can be continued where it was interrupted.

What is being written stands beside its target as `<target>.part`. Whoever finds one there goes on after its
last whole file: each has its length and CRC-32 in front, written when its content was.
"""

import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from registry.verification.container import Member, directory, header_length, local_header, whole_members


class Packer:
    """Writes files into a zip in the order given, taking what an interrupted run left behind."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = deque(whole_members(file))
        self._members: list[Member] = []

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file so far, by name."""
        return {member.name: member.digest for member in self._members}

    def left(self, name: str) -> bytes | None:
        """The content of a file that an interrupted run left behind."""
        for member in self._left:
            if member.name == name:
                self._file.seek(member.offset + header_length(name))
                return self._file.read(member.size)
        return None

    def start_over(self) -> None:
        """Take nothing of what an interrupted run left behind."""
        self._left.clear()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add one file. The chunks are asked for only when an interrupted run has not left it behind."""
        if self._left and self._left[0].name == name:
            self._members.append(self._left.popleft())
            return
        self._left.clear()
        offset = self._end()
        self._file.seek(offset)
        self._file.truncate()
        self._file.write(local_header(name, 0, 0))
        crc, size, digest = 0, 0, sha256()
        for chunk in chunks:
            self._file.write(chunk)
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            digest.update(chunk)
        # The header comes last: where it is not yet written, the file is seen not to be whole.
        self._file.seek(offset)
        self._file.write(local_header(name, crc, size))
        self._members.append(Member(name, offset, crc, size, digest.hexdigest()))

    def close(self) -> None:
        """Write the directory, which makes it a zip."""
        self._file.seek(self._end())
        self._file.truncate()
        self._file.write(directory(self._members))

    def _end(self) -> int:
        return self._members[-1].end if self._members else 0


@contextmanager
def packing(target: Path) -> Iterator[Packer]:
    """A zip that is there under its name once it is whole and durable; until then it can be continued."""
    unfinished = target.with_name(target.name + ".part")
    unfinished.touch()
    with unfinished.open("r+b") as file:
        packer = Packer(file)
        try:
            yield packer
        except BaseException:
            if not packer.digests:
                unfinished.unlink()
            raise
        packer.close()
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
