"""The papers for people: PDF/A that poppler takes for tagged, Word, a calendar that is read back."""

import io
import shutil
import subprocess
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar
from pydantic import BaseModel

from registry.agreements.terms import Terms
from registry.exchange.dates import calendar, days_of
from registry.exchange.outline import SECTIONS, Table, outline_of
from registry.exchange.pdf import pdf
from registry.exchange.voice import Language, words
from registry.exchange.word import word
from tests.samples.agreements import TODAY
from tests.unit.exchange.samples import NOW, every_sample, paper, voice

SAMPLES = every_sample()


def poppler(program: str, octets: bytes, folder: Path, *options: str) -> str:
    """What a program of poppler says of a PDF."""
    assert shutil.which(program), f"{program} is missing: install poppler-utils"
    path = folder / "paper.pdf"
    path.write_bytes(octets)
    ran = subprocess.run(
        [program, *options, str(path), *(["-"] if program == "pdftotext" else [])],
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_the_pdf_is_tagged_pdf_a(tmp_path: Path) -> None:
    octets = pdf(paper(), voice())
    told = dict(line.split(":", 1) for line in poppler("pdfinfo", octets, tmp_path).splitlines())
    assert (told["Title"].strip(), told["Tagged"].strip()) == ("Empty homes figures", "yes")
    meta = poppler("pdfinfo", octets, tmp_path, "-meta")
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    structure = poppler("pdfinfo", octets, tmp_path, "-struct")
    assert {"H1", "Table", "TH"} <= {word.strip() for word in structure.split()}


def test_the_pdf_says_which_text_it_is_of(tmp_path: Path) -> None:
    given = paper()
    told = " ".join(poppler("pdftotext", pdf(given, voice()), tmp_path).split())
    for said in (given.ref, given.hash, "Log index: 17", "Lancashire", "signed in to"):
        assert said in told


def test_the_pdf_speaks_welsh(tmp_path: Path) -> None:
    told = poppler("pdftotext", pdf(paper(), voice("cy")), tmp_path)
    assert "Ffigurau cartrefi gwag" in told
    assert "Sir Gaerhirfryn" in told
    assert f"{TODAY.day} Tachwedd {TODAY.year}" in told


@pytest.mark.parametrize(("name", "language"), list(zip(SAMPLES, cycle(["en", "cy"]))))
def test_the_same_version_gives_the_same_bytes(name: str, language: Language) -> None:
    given = paper(SAMPLES[name])
    assert pdf(given, voice(language)) == pdf(given, voice(language))
    assert word(given, voice(language)) == word(given, voice(language))


def test_the_word_document_says_what_the_outline_says() -> None:
    outline = outline_of(paper(), voice())
    document = Document(io.BytesIO(word(paper(), voice())))
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings == [section.heading for section in outline.sections]
    tables = [section.body for section in outline.sections if isinstance(section.body, Table)]
    said = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in document.tables]
    assert said == [[table.columns, *table.rows] for table in tables]
    assert document.core_properties.language == "en"


def test_every_field_that_is_told_as_it_stands_has_a_name_in_both_languages() -> None:
    for section in SECTIONS:
        model = Terms.model_fields[section].annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        keys = {section, *(f"{section}.{name}" for name in model.model_fields)}
        assert keys <= words().keys(), keys - words().keys()


def test_the_calendar_is_read_back() -> None:
    octets = calendar(days_of(paper(), voice()), host="registry.test", now=NOW)
    events = Calendar.from_ical(octets).walk("VEVENT")
    days: dict[str, date] = {str(event["UID"]): event.decoded("DTSTART") for event in events}
    terms = paper().terms
    assert days == {
        f"ISA-2222222222-1-{name}@registry.test": getattr(terms, name)
        for name in ("starts_on", "review_on", "expires_on")
    }
    assert {event.decoded("DTEND") - event.decoded("DTSTART") for event in events} == {date.resolution}
