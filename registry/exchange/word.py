"""An agreement as a Word document: headings, tables with heading rows, its language set."""

import io
import zipfile

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from registry import clock
from registry.exchange.outline import Facts, Outline, Table, outline_of
from registry.exchange.papers import Paper
from registry.exchange.voice import Voice

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every member of the archive, so that the same version gives the same bytes."""


def word(paper: Paper, voice: Voice) -> bytes:
    """The Word document of one version in the language of the voice."""
    outline = outline_of(paper, voice)
    document = Document()
    _describe(document, outline, paper)
    document.add_heading(outline.title, level=0)
    document.add_paragraph(outline.subtitle)
    for section in outline.sections:
        document.add_heading(section.heading, level=1)
        match section.body:
            case Facts(pairs):
                for name, value in pairs:
                    document.add_paragraph().add_run(f"{name}: ").bold = True
                    document.paragraphs[-1].add_run(value)
            case Table() as table:
                _add_table(document, table)
            case str() as text:
                document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


def _describe(document: WordDocument, outline: Outline, paper: Paper) -> None:
    """Set what the file says about itself, its language, and the foot of each page."""
    properties = document.core_properties
    properties.title, properties.subject = outline.title, outline.footer
    properties.author, properties.language = "", outline.language
    properties.created = properties.modified = clock.day_start(paper.terms.starts_on)
    document.sections[0].footer.paragraphs[0].text = outline.footer
    style = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), f"{outline.language}-GB")
    style.append(language)


def _add_table(document: WordDocument, table: Table) -> None:
    made = document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    heading = made.rows[0]
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row, values in ((heading, table.columns), *((made.add_row(), values) for values in table.rows)):
        for cell, value in zip(row.cells, values, strict=True):
            run = cell.paragraphs[0].add_run(value)
            run.font.size, run.bold = Pt(8), row is heading


def _undated(archive: bytes) -> bytes:
    """The archive with the time of its making taken out."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, LONG_AGO), old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
