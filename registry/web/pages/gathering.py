"""Which sentences each part of the pages says, and its catalogue brought up to them.

`python -m registry.web.pages.gathering public bodies` adds to the `cy.po` of these features what is new,
without its Welsh, and sorts it. Nothing of this runs while the registry serves.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from registry.web.pages.words import REGISTRY

KIT = REGISTRY / "web"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy": None}
HEADER = b"""\
msgid ""
msgstr ""
"Language: cy\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=5; plural=(n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 0);\\n"

"""
OPTIONS = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}

MessageId = str | tuple[str, ...]


def parts() -> list[Path]:
    """The folders that say something."""
    return sorted(folder for folder in REGISTRY.iterdir() if folder.is_dir() and sentences_of(folder))


def sentences_of(part: Path) -> set[MessageId]:
    """Every sentence in the templates and the Python of a part; a plural is a pair."""
    return {sentence for path in _sources(part) for sentence in _sentences_in(path)}


def catalogue_of(part: Path) -> Catalog:
    """The Welsh of a part as it is written down; empty where there is none."""
    path = part / "cy.po"
    if not path.exists():
        return Catalog(locale="cy")
    with path.open("rb") as file:
        return read_po(file, locale="cy")


def add_what_is_new(part: Path, said_elsewhere: set[MessageId]) -> None:
    """Write the catalogue of a part anew, with what it says now and has no Welsh for yet."""
    catalogue = catalogue_of(part)
    for sentence in sentences_of(part) - said_elsewhere:
        if sentence not in catalogue:
            catalogue.add(sentence)
    with (part / "cy.po").open("wb") as file:
        file.write(HEADER)
        write_po(file, catalogue, width=110, omit_header=True, sort_output=True)


def _sources(part: Path) -> list[Path]:
    return sorted([*part.rglob("*.py"), *part.rglob("*.html")])


def _sentences_in(path: Path) -> Iterator[MessageId]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    if method == "python" and b"lazy(" not in path.read_bytes():
        return
    with path.open("rb") as file:
        for _line, sentence, _comments, _context in extract(method, file, KEYWORDS, options=OPTIONS):
            yield sentence


if __name__ == "__main__":
    of_the_kit = sentences_of(KIT)
    for name in sys.argv[1:]:
        folder = REGISTRY / name
        add_what_is_new(folder, set() if folder == KIT else of_the_kit)
