"""Checking the openings of an export while its entries pass by, so that each is read once."""

from collections.abc import Iterator

from registry.verification.commitments import sealed_entry
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.openings import Opening

NAME = "openings.jsonl"


class OpeningCheck:
    """Holds each opening against the sealed entry it names."""

    def __init__(self, contents: Contents, size: int, report: Report) -> None:
        self._report = report
        self._openings = self._read(contents, size)
        self._next = next(self._openings, None)

    def visit(self, first: int, entries: list[bytes]) -> Iterator[str]:
        """Check the openings of these entries, the first of which has this index; what is sound they say."""
        end = first + len(entries)
        while self._next and self._next[1].index < end:
            place, opening = self._next
            at = opening.index - first
            if at >= 0 and entries[at] == sealed_entry(opening.commitment()).encode():
                yield opening.value
            else:
                self._report.add("opening-wrong", place)
            self._next = next(self._openings, None)

    def finish(self) -> None:
        """Name the openings of entries that never passed, because they could not be read."""
        while self._next:
            self._report.add("opening-wrong", self._next[0])
            self._next = next(self._openings, None)

    def _read(self, contents: Contents, size: int) -> Iterator[tuple[str, Opening]]:
        """Every opening in order, with the place where it stands."""
        before = -1
        for number, line in enumerate(contents.lines(NAME), 1):
            place = f"{NAME} line {number}"
            try:
                opening = Opening.parse(line)
            except ValueError as fault:
                self._report.add("opening-malformed", place, fault)
                continue
            if before < opening.index < size:
                before = opening.index
                yield place, opening
            else:
                self._report.add("opening-malformed", place, "out of order, or beyond the log")
