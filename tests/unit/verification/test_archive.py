"""Reading archives that strangers hand in: what a zip says of itself is not believed."""

import io
import tracemalloc
import zipfile

import pytest

from registry.verification.archive import Unreadable, ZipArchive

MEGABYTE = 1 << 20


def packed(
    octets: bytes, *, compression: int = zipfile.ZIP_DEFLATED, said_size: int | None = None
) -> ZipArchive:
    """A zip of the file `a`, whose directory may say another size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as written:
        written.writestr("a", octets)
        if said_size is not None:
            written.getinfo("a").file_size = said_size
    return ZipArchive(file)


def test_a_file_that_is_compressed_is_read_whole() -> None:
    assert packed(b"x" * 1000).read("a", 1000) == b"x" * 1000
    assert packed(b"x" * 1000).open("a").read() == b"x" * 1000


@pytest.mark.parametrize("said_size", [None, 10])
def test_a_file_is_never_expanded_beyond_what_may_be_read(said_size: int | None) -> None:
    bomb = packed(bytes(32 * MEGABYTE), said_size=said_size)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            bomb.read("a", 1000)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_expand_without_bound_are_not_read(compression: int) -> None:
    archive = packed(b"octets", compression=compression)
    with pytest.raises(Unreadable, match="compress"):
        archive.read("a", 1000)
    with pytest.raises(Unreadable, match="compress"):
        archive.open("a")
