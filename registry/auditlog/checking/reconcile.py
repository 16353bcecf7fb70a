"""What the entries say, held against the rows beside them: openings, subjects, erasures, features' own rows.

A row of a feature that stands for an entry - a signature, a frozen text, a decision - is held against it by
a `Ledger`, which the feature writes and a command or the housekeeping hands in. It sees every entry in order,
and the person or client behind it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Row

from registry.auditlog import erasures, queries
from registry.auditlog.checking.stated import StatedRows
from registry.auditlog.entries import SEALED, decode
from registry.auditlog.events import OpeningErased
from registry.auditlog.feed import StoredEvent, stored_event
from registry.auditlog.published import PublishedLedger
from registry.db import Reading
from registry.verification.commitments import commit
from registry.verification.findings import Report


class Ledger(Protocol):
    """Rows of a feature that stand for entries of the log."""

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Look at the next entry; `actor` is None where nobody acted or it was erased.

        What cannot be read, because its opening is gone, is of the type `sealed`.
        """

    def finish(self) -> None:
        """Report what the entries do not account for."""


LedgerMaker = Callable[[Reading, Report], Ledger]


class Words:
    """The words of every entry, in order."""

    def __init__(self, reading: Reading, report: Report, ledgers: Sequence[LedgerMaker]) -> None:
        self._reading, self._report = reading, report
        self._erasures = ErasureLedger(reading, report)
        self._rows = StatedRows(reading)
        made = (make(reading, report) for make in (PublishedLedger, *ledgers))
        self._ledgers: list[Ledger] = [self._erasures, *made]
        self._newest: dict[queries.SubjectKey, int] = {}
        self._missing: list[tuple[int, str]] = []
        self._unread: set[int] = set()
        done = (row for row in erasures.list_all(reading) if row.field == "entry")
        self._before: dict[int, int | None] = {row.idx: row.previous for row in done}

    def check(self, row: Row[Any]) -> None:
        """Check what an entry says: its openings, and the entry before it about the same subject.

        Raises:
            ValueError, KeyError, TypeError: it is no entry.
        """
        members = decode(row.body)
        is_sealed = members["type"] == SEALED
        if not self._opens(row.idx, "entry", members.get("c"), row.entry_salt, row.entry) and is_sealed:
            self._show(stored_event(row.idx, members), None)
            return
        members = decode(row.entry) if is_sealed else members
        knows_actor = self._opens(row.idx, "actor", members["actor"], row.actor_salt, row.actor)
        self._take_rows(row, members.get("rows"))
        event = stored_event(row.idx, members)
        self._check_history(event)
        self._show(event, row.actor if knows_actor else None)

    def check_end(self) -> None:
        """Check what the entries do not account for."""
        for code, table, key, detail in self._rows.differing():
            self._report.add(code, f"{table.name} {key}", detail)
        for ledger in self._ledgers:
            ledger.finish()
        for place in self._missing:
            if place not in self._erasures.done:
                self._report.add("row-missing", f"log_opening {place[0]} {place[1]}")
        stored = {(row.kind, row.id): row.idx for row in queries.all_subjects(self._reading)}
        for subject in sorted(stored.keys() | self._newest.keys()):
            if not self._continues(stored.get(subject), self._newest.get(subject)):
                self._report.add("row-changed", f"log_subject {' '.join(subject)}", "it names another entry")

    def _show(self, event: StoredEvent, actor: str | None) -> None:
        for ledger in self._ledgers:
            ledger.visit(event, actor)

    def _take_rows(self, row: Row[Any], commitment: str | None) -> None:
        """Remember what an entry states of rows, or report that this does not open its commitment."""
        place = f"log_rows {row.idx}"
        if row.rows is None:
            if commitment is not None:
                self._report.add("row-missing", place)
        elif commitment is None:
            self._report.add("row-foreign", place)
        elif commit("rows", row.rows, bytes(row.rows_salt)) != commitment:
            self._report.add("row-changed", place, "it does not open the commitment in the entry")
        else:
            self._rows.take(row.rows)

    def _check_history(self, event: StoredEvent) -> None:
        """Check that an entry names the one before it about its subject, and remember it as the newest."""
        subject = event.subject_kind, event.subject_id
        if not self._continues(event.previous, self._newest.get(subject)):
            self._report.add("row-changed", f"log_entry {event.index}", "it names another entry before it")
        self._newest[subject] = event.index

    def _continues(self, named: int | None, known: int | None) -> bool:
        """Whether an index is that of a subject's newest entry, or leads there over erased ones."""
        while named is not None and named in self._unread:
            named = self._before.get(named, known)
        return named == known

    def _opens(self, index: int, field: str, commitment: str | None, salt: bytes | None, value: str) -> bool:
        """Whether a stored opening, if any, is that of the commitment, if any; reported when not."""
        place = f"log_opening {index} {field}"
        if commitment is None or salt is None:
            if commitment is not None:
                self._missing.append((index, field))
                self._unread |= {index} if field == "entry" else set()
            elif salt is not None:
                self._report.add("row-foreign", place)
            return False
        if commit(field, value, bytes(salt)) != commitment:
            self._report.add("row-changed", place, "it does not open the commitment in the entry")
            return False
        return True


class ErasureLedger:
    """Every opening that was erased is gone, and its row says what the entry says."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report
        self.done: dict[tuple[int, str], StoredEvent] = {}

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Remember an erasure."""
        if event.type == OpeningErased.type:
            index, _, field = event.subject_id.partition(":")
            self.done[int(index), field] = event

    def finish(self) -> None:
        """Compare with the rows."""
        rows = {(row.idx, row.field): row for row in erasures.list_all(self._reading)}
        for place, event in self.done.items():
            named = f"{place[0]} {place[1]}"
            row = rows.pop(place, None)
            if row is None:
                self._report.add("row-missing", f"log_erasure {named}")
            elif (row.log_index, row.reason_code) != (event.index, event.members["reason_code"]):
                self._report.add("row-changed", f"log_erasure {named}", f"entry {event.index} says otherwise")
            if erasures.find_opening(self._reading, *place) is not None:
                self._report.add("row-foreign", f"log_opening {named}")
        for (index, field), row in rows.items():
            if row.log_index is not None:
                self._report.add("row-foreign", f"log_erasure {index} {field}")
