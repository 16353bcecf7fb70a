"""Reading an export: a zip, or a folder of its files.

A zip that has our spelling anywhere is held to it everywhere, octet by octet. One that another program has
packed again has it nowhere and is as good: what counts is in the files.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Protocol, cast

from registry.verification.container import BUFFER_OCTETS, directory, member_at, members_of

_LOCAL_HEADER = struct.Struct("<26x2H")
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How files may be packed. The others expand a piece of a file whole, however large it becomes."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)


class Unreadable(Exception):
    """A file of an archive, or the archive itself, cannot be read; the text says why."""


class Archive(Protocol):
    """Files by name, read only."""

    def names(self) -> list[str]:
        """The name of every file, as often as it occurs."""

    def read(self, name: str, at_most: int) -> bytes:
        """The octets of a file.

        Raises:
            Unreadable: no such file, longer than `at_most`, or damaged.
        """

    def open(self, name: str) -> BufferedReader:
        """A file to read from the beginning. What goes wrong later is an `OSError` or a `BadZipFile`.

        Raises:
            Unreadable: no such file, or damaged.
        """

    def is_misspelt(self) -> bool:
        """Whether the registry wrote what is around the files, and it has been changed since."""


class ZipArchive:
    """The files of a zip."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except DAMAGE as fault:
            raise Unreadable(str(fault)) from fault
        self._infos = {info.filename: info for info in self._zip.infolist()}

    def names(self) -> list[str]:
        """The name of every file, as often as it occurs."""
        # A damaged name may be empty, which `is_dir` does not expect.
        return [info.filename for info in self._zip.infolist() if not info.filename.endswith("/")]

    def read(self, name: str, at_most: int) -> bytes:
        """The octets of a file. Where they are stored as they are, the checksum of the zip is not consulted.

        The tree and the manifest say more exactly what is wrong with them. No more is expanded than may be
        read: the directory may say another size than the file has.
        """
        info = self._info(name)
        if info.file_size > at_most:
            raise Unreadable(f"longer than {at_most} octets")
        try:
            self._file.seek(info.header_offset)
            lengths = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
            self._file.seek(sum(lengths), 1)
            if info.compress_type == zipfile.ZIP_STORED:
                return self._file.read(info.file_size)
            return _expand(self._file.read(info.compress_size), info)
        except DAMAGE as fault:
            raise Unreadable(str(fault)) from fault

    def open(self, name: str) -> BufferedReader:
        """A file to read from the beginning."""
        try:
            member = cast(RawIOBase, self._zip.open(self._info(name)))
            return BufferedReader(member, BUFFER_OCTETS)
        except DAMAGE as fault:
            raise Unreadable(str(fault)) from fault

    def is_misspelt(self) -> bool:
        """Whether the registry wrote this zip, and what is around its files has been changed since."""
        if not any(member_at(self._file, info.header_offset) for info in self._zip.infolist()):
            return False
        members = list(members_of(self._file))
        self._file.seek(members[-1].end if members else 0)
        return self._file.read() != directory(members)

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self._infos:
            raise Unreadable("missing")
        info = self._infos[name]
        if info.compress_type not in _COMPRESSIONS:
            raise Unreadable("compressed in a way that is not read")
        return info


def _expand(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    """What a deflated file holds; one octet more than its directory says shows that it is longer."""
    deflated = zlib.decompressobj(-zlib.MAX_WBITS)
    octets = deflated.decompress(packed, info.file_size + 1)
    if not deflated.eof or len(octets) != info.file_size or zlib.crc32(octets) != info.CRC:
        raise Unreadable("not what the directory of the zip says")
    return octets


class FolderArchive:
    """The files below a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """The name of every file."""
        files = (path for path in self._path.rglob("*") if path.is_file())
        return [path.relative_to(self._path).as_posix() for path in files]

    def read(self, name: str, at_most: int) -> bytes:
        """The octets of a file."""
        with self.open(name) as file:
            octets = file.read(at_most + 1)
        if len(octets) > at_most:
            raise Unreadable(f"longer than {at_most} octets")
        return octets

    def open(self, name: str) -> BufferedReader:
        """A file to read from the beginning."""
        try:
            return (self._path / name).open("rb")
        except FileNotFoundError as fault:
            raise Unreadable("missing") from fault
        except OSError as fault:
            raise Unreadable(str(fault)) from fault

    def is_misspelt(self) -> bool:
        """Never: a folder has nothing around its files."""
        return False


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive at a path: a folder, or else a zip.

    Raises:
        Unreadable: there is nothing, or not a zip.
    """
    if path.is_dir():
        yield FolderArchive(path)
        return
    try:
        file = path.open("rb")
    except OSError as fault:
        raise Unreadable(str(fault)) from fault
    with file:
        yield ZipArchive(file)
