"""The list of agreements as it is shown, and as it is taken away: CSV and JSON of all that was found."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from registry.agreements.rules import OVER
from registry.organisations.naming import PublicName
from registry.policy import Law
from registry.public.lines import Line
from registry.public.searching import AT_ONCE, Search
from registry.public.words import STATUSES, Pair, Tag, pair, words_of
from registry.web.pages import Language

COLUMNS = (
    "reference",
    "version",
    "status",
    "title_en",
    "title_cy",
    "parties",
    "purposes",
    "categories",
    "starts_on",
    "expires_on",
    "review_on",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""

CHUNK = 1000
SHOWN = 6
"""How many bodies of an agreement the list names."""

Names = Mapping[str, PublicName]


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement in the list."""

    ref: str
    title: Pair
    tag: Tag
    is_public: bool
    parties: Sequence[Pair]
    further: int
    purposes: Sequence[Pair]
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found, and how much there is in all."""

    rows: Sequence[Row]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // AT_ONCE))

    @property
    def first(self) -> int:
        """The number of the first row, counted from 1."""
        return (self.page - 1) * AT_ONCE + 1


def found(lines: Sequence[Line], search: Search, names: Names, law: Law) -> Found:
    """The page of the list that a search asks for, or the last there is."""
    pages = max(1, -(-len(lines) // AT_ONCE))
    page = min(search.page, pages)
    shown = lines[(page - 1) * AT_ONCE : page * AT_ONCE]
    return Found([_row(line, names, law) for line in shown], len(lines), page)


def _row(line: Line, names: Names, law: Law) -> Row:
    called = bodies_of(line, names)
    return Row(
        ref=line.ref,
        title=pair(line),
        tag=STATUSES[line.status],
        is_public=line.is_public,
        parties=[pair(name) for name in called[:SHOWN]],
        further=max(0, len(called) - SHOWN),
        purposes=words_of(law.purposes, line.purposes),
        review_on=None if line.status in OVER else line.review_on,
    )


def bodies_of(line: Line, names: Names) -> list[PublicName]:
    """What the parties of a line are called, those that may not be told apart once."""
    return list({(name := names[party]).id: name for party in line.parties}.values())


def pagination(found: Found, search: Search, address: str) -> dict[str, Any]:
    """The links to other pages, as the component takes them."""
    pages, page = found.pages, found.page
    if pages == 1:
        return {}
    near = sorted({1, *range(max(1, page - 1), min(pages, page + 1) + 1), pages})
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            items.append({"ellipsis": True})
        href = address + search.on_page(number).query
        items.append({"number": str(number), "href": href, "current": number == page})
    links: dict[str, Any] = {"items": items}
    for name, number in (("previous", page - 1), ("next", page + 1)):
        if 1 <= number <= pages:
            links[name] = {"href": address + search.on_page(number).query}
    return links


def as_csv(lines: Sequence[Line], names: Names, language: Language) -> Iterator[bytes]:
    """The lines as CSV, with the mark at its start that spreadsheets need to read Welsh."""
    yield "\ufeff".encode() + _csv([COLUMNS])
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield _csv([_cells(line, names, language) for line in chunk])


def _cells(line: Line, names: Names, language: Language) -> tuple[str, ...]:
    called = [name.cy if language == "cy" else name.en for name in bodies_of(line, names)]
    return (
        line.ref,
        str(line.number),
        line.status,
        line.title_en,
        line.title_cy,
        "; ".join(called),
        "; ".join(line.purposes),
        "; ".join(line.categories),
        line.starts_on.isoformat(),
        line.expires_on.isoformat(),
        line.review_on.isoformat(),
    )


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    guarded = ([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    csv.writer(written).writerows(guarded)
    return written.getvalue().encode()


def as_json(lines: Sequence[Line], names: Names, base_url: str) -> Iterator[bytes]:
    """The lines as one JSON document."""
    yield f'{{"total":{len(lines)},"results":['.encode()
    rest, mark = iter(lines), ""
    while chunk := list(islice(rest, CHUNK)):
        yield (mark + ",".join(json.dumps(_members(line, names, base_url)) for line in chunk)).encode()
        mark = ","
    yield b"]}\n"


def _members(line: Line, names: Names, base_url: str) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "version": line.number,
        "status": line.status,
        "title": {"en": line.title_en, "cy": line.title_cy},
        "parties": [{"id": name.id, "en": name.en, "cy": name.cy} for name in bodies_of(line, names)],
        "purposes": list(line.purposes),
        "categories": list(line.categories),
        "starts_on": line.starts_on.isoformat(),
        "expires_on": line.expires_on.isoformat(),
        "review_on": line.review_on.isoformat(),
        "url": f"{base_url}/register/{line.ref}",
    }
