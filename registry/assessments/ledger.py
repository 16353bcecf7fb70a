"""Assessments, their texts and what was decided, held against the log (`auditlog.reconcile.Ledger`)."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Row, Table, select

from registry.assessments.tables import Adoption, Advice, Assessment, AssessmentText, Decision
from registry.auditlog import StoredEvent
from registry.auditlog.entries import SEALED
from registry.auditlog.reconcile import LedgerMaker
from registry.clock import stamp
from registry.db import Reading, table
from registry.verification.findings import Report
from registry.web.documents import digest

KINDS = frozenset({"dpia", "ethics-assessment"})
DECISION, ADVICE, ADOPTION = map(table, (Decision, Advice, Adoption))
ASSESSMENT, TEXT = map(table, (Assessment, AssessmentText))


class ActLedger:
    """What people decided, advised and adopted: one row for each entry, in the order of the log."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        self._is_whole = True
        self._rows = {
            "decided": _by_assessment(reading, DECISION, "decided_at"),
            "advised": _by_assessment(reading, ADVICE, "advised_at"),
            "adopted": _by_assessment(reading, ADOPTION, "adopted_at"),
        }

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the next row of this assessment and act against the entry."""
        self._is_whole = self._is_whole and event.type != SEALED
        act = event.type.partition(".")[2]
        act = "decided" if act == "revoked" else act
        if event.subject_kind not in KINDS or act not in self._rows:
            return
        waiting = self._rows[act][event.subject_id]
        if not waiting:
            self._report.add("row-missing", f"{act} of log_entry {event.index}")
        elif differing := _differing(waiting[0], event, actor):
            place = f"{_table_of(act)} {event.subject_id}"
            self._report.add("row-changed", place, f"log_entry {event.index} says another {differing}")
        del waiting[:1]

    def finish(self) -> None:
        """Name the acts that no entry says, unless some entries cannot be read any more."""
        for act, rows in self._rows.items():
            for identifier in sorted(one for one, waiting in rows.items() if waiting and self._is_whole):
                self._report.add("row-foreign", f"{_table_of(act)} {identifier}")


class AssessmentTextLedger:
    """Texts of assessments: their octets give the digests that the entries name."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report
        self._is_whole = True
        self._newest: dict[str, str] = {}
        self._texts: set[str] = set()

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Remember the digest that is named."""
        self._is_whole = self._is_whole and event.type != SEALED
        if event.subject_kind in KINDS:
            self._newest[event.subject_id] = event.members["subject"]["digest"]
            self._texts.add(self._newest[event.subject_id])

    def finish(self) -> None:
        """Hold every text, and what each assessment calls its present one, against what was said."""
        found = set()
        for row in self._reading.execute(select(TEXT)):
            place = f"assessment_text {row.assessment} {row.hash}"
            found.add(row.hash)
            if digest(bytes(row.document)) != row.hash:
                self._report.add("row-changed", place, "its document does not give its hash")
            if row.hash not in self._texts and self._is_whole:
                self._report.add("row-foreign", place)
        for hash_ in sorted(self._texts - found):
            self._report.add("row-missing", f"assessment_text {hash_}")
        for row in self._reading.execute(select(ASSESSMENT.c.id, ASSESSMENT.c.hash)):
            if row.hash != self._newest.get(row.id, row.hash):
                self._report.add("row-changed", f"assessment {row.id}", "the log names another hash")


def _by_assessment(reading: Reading, acts: Table, at: str) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in reading.execute(select(acts, acts.c[at].label("at")).order_by(acts.c[at], *acts.primary_key)):
        found[row.assessment].append(row)
    return found


def _differing(row: Row[Any], event: StoredEvent, actor: str | None) -> str:
    """The columns in which a row says something else than its entry."""
    said, columns = event.members, row._mapping
    logged = {
        "hash": said["subject"]["digest"],
        "decision": said.get("decision", "revoke"),
        "advice": said.get("decision"),
        "role": said.get("role"),
        "strength": said.get("strength", columns.get("strength")),
    }
    differing = [name for name, value in logged.items() if name in columns and columns[name] != value]
    if stamp(row.at) != said["at"]:
        differing.append("instant")
    if actor is not None and actor != f"person:{row.person}":
        differing.append("person")
    return ", ".join(differing)


def _table_of(act: str) -> str:
    return {"decided": DECISION, "advised": ADVICE, "adopted": ADOPTION}[act].name


LEDGERS: tuple[LedgerMaker, ...] = (ActLedger, AssessmentTextLedger)
"""What of assessments `registry log verify` holds against the log."""
