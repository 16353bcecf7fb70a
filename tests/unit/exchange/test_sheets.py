"""Files that are no register, and files that would do harm."""

import io
import zipfile

import pytest

from registry.errors import Refusal
from registry.exchange import sheets
from registry.exchange.sheets import CSV, XLSX, NotASpreadsheet, UnreadableSpreadsheet, read_sheet


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", CSV),
        (b"Title\n", CSV),
        (b"\xff\xfe", CSV),
        (b"a,b\n\0,1\n", CSV),
        (b'a,b\n"unclosed', CSV),
        (b"a\n" + b"x" * 30_000, CSV),
        (b"a\n" * 6_000, CSV),
        (b"," * 200 + b"x\n1", CSV),
        (b"", XLSX),
        (b"PK\x03\x04 no archive", XLSX),
        (b"Title\nHousing", XLSX),
    ],
)
def test_what_is_no_register_is_refused(content: bytes, media_type: str) -> None:
    with pytest.raises(UnreadableSpreadsheet):
        read_sheet(content, media_type)


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1000)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2000)
    with pytest.raises(UnreadableSpreadsheet, match="unreadable-spreadsheet"):
        read_sheet(written.getvalue(), XLSX)


@pytest.mark.parametrize("media_type", ["application/json", "", "text/html"])
def test_another_media_type_is_refused(media_type: str) -> None:
    with pytest.raises(NotASpreadsheet) as refused:
        read_sheet(b"a\n1", media_type)
    assert isinstance(refused.value, Refusal)


def test_semicolons_and_a_mark_at_the_start_are_read() -> None:
    content = "Teitl;Diben\nTŷ;ŵyn\n\n".encode("utf-8-sig")
    sheet = read_sheet(content, "text/csv; charset=utf-8")
    assert sheet.headings == ("Teitl", "Diben")
    assert sheet.rows == ((2, ("Tŷ", "ŵyn")),)
