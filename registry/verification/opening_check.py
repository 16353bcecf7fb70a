"""Checking the openings of an export while its entries pass by, so that each is read once."""

import re
from collections.abc import Iterator

from registry.verification.commitments import sealed_entry
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.openings import Opening

NAME = "openings.jsonl"
_INDEX = re.compile(rb'\{"field":"entry","index":([0-9]{1,19}),')


class OpeningCheck:
    """Holds the openings of some of the entries against the sealed entries they name."""

    def __init__(self, contents: Contents, entries: range, size: int, report: Report) -> None:
        self._report = report
        self._openings = self._read(contents, entries, size)
        self._next = next(self._openings, None)

    def visit(self, first: int, entries: list[bytes]) -> Iterator[Opening]:
        """Check the openings of these entries, the first of which has this index; the sound ones."""
        end = first + len(entries)
        while self._next and self._next[1].index < end:
            place, opening = self._next
            at = opening.index - first
            if at >= 0 and entries[at] == sealed_entry(opening.commitment()).encode():
                yield opening
            else:
                self._report.add("opening-wrong", place)
            self._next = next(self._openings, None)

    def finish(self) -> None:
        """Name the openings of entries that never passed, because they could not be read."""
        while self._next:
            self._report.add("opening-wrong", self._next[0])
            self._next = next(self._openings, None)

    def _read(self, contents: Contents, entries: range, size: int) -> Iterator[tuple[str, Opening]]:
        """The openings of these entries in order, with the place where each stands.

        A line that names no entry of the log is told to whoever looks at the first ones.
        """
        before = -1
        for number, line in enumerate(contents.lines(NAME), 1):
            match = _INDEX.match(line)
            index = int(match[1]) if match else size
            is_next = before < index < size
            before = index if is_next else before
            if index in entries or (index >= size and entries.start == 0):
                yield from self._parse(f"{NAME} line {number}", line, is_next=is_next)

    def _parse(self, place: str, line: bytes, *, is_next: bool) -> Iterator[tuple[str, Opening]]:
        try:
            opening = Opening.parse(line)
        except ValueError as fault:
            self._report.add("opening-malformed", place, fault)
            return
        if is_next:
            yield place, opening
        else:
            self._report.add("opening-malformed", place, "out of order, or beyond the log")
