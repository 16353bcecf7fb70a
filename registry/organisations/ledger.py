"""Roles and delegations, held against the log's entries (`auditlog.reconcile.Ledger`).

The log names a holding by its id and never says whose it is: a holding that was given to somebody else stays
unseen here. That one was made up, widened, begun early or brought back is found.
"""

import json
from typing import Any

from sqlalchemy import Row, select

from registry.auditlog import StoredEvent
from registry.auditlog.reconcile import LedgerMaker
from registry.clock import stamp
from registry.db import Reading, table
from registry.organisations.events import (
    DelegationEnded,
    DelegationGiven,
    DelegationProposed,
    PersonLeft,
    RoleEnded,
    RoleGranted,
)
from registry.organisations.tables import Delegation, RoleHeld
from registry.verification.findings import Report
from registry.web.documents import digest

HELD, DELEGATION = map(table, (RoleHeld, Delegation))


class RoleLedger:
    """Every holding of a role: granted by an entry, as that says, and ended where one says so."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        self._rows = {row.id: row for row in reading.all(select(HELD))}
        self._granted: dict[str, Row[Any]] = {}

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of an entry against it. Those of an erased person may be gone."""
        if event.type == PersonLeft.type:
            for held in self._granted.values():
                if (held.person, held.organisation) == (event.subject_id, event.members["party"]):
                    self._check_ended(held, event)
            return
        row = self._rows.get(event.subject_id)
        if row is None or event.type not in (RoleGranted.type, RoleEnded.type):
            return
        self._granted[row.id] = row
        said = event.members["role"], event.members["party"]
        if (row.role, row.organisation) != said:
            self._changed(row, event)
        elif event.type == RoleEnded.type:
            self._check_ended(row, event)
        elif stamp(row.granted_at) < event.members["at"]:
            self._changed(row, event)

    def finish(self) -> None:
        """Name the holdings that no entry granted."""
        for identifier in sorted(self._rows.keys() - self._granted.keys()):
            self._report.add("row-foreign", f"role_held {identifier}")

    def _check_ended(self, row: Row[Any], event: StoredEvent) -> None:
        if row.ended_at is None:
            self._changed(row, event)

    def _changed(self, row: Row[Any], event: StoredEvent) -> None:
        self._report.add("row-changed", f"role_held {row.id}", f"log_entry {event.index} says otherwise")


class DelegationLedger:
    """Every delegation: its document gives the digest logged, its columns say the same, and it has ended."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        self._rows = {row.id: row for row in reading.all(select(DELEGATION))}
        self._said: dict[str, set[str]] = {}

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of an entry against it."""
        row = self._rows.get(event.subject_id) if event.subject_kind == "delegation" else None
        if row is None:
            return
        self._said.setdefault(row.id, set()).add(event.type)
        if event.members["subject"].get("digest") != row.digest or not _is_its_document(row):
            self._changed(row)

    def finish(self) -> None:
        """Name the delegations that no entry brought, that count without one, or in spite of one."""
        for identifier, row in sorted(self._rows.items()):
            said = self._said.get(identifier, set())
            if not said & {DelegationGiven.type, DelegationProposed.type}:
                self._report.add("row-foreign", f"delegation {identifier}")
            elif (row.given_at is not None and DelegationGiven.type not in said) or (
                row.ended_at is None and DelegationEnded.type in said
            ):
                self._changed(row)

    def _changed(self, row: Row[Any]) -> None:
        self._report.add("row-changed", f"delegation {row.id}", "the log says otherwise")


def _is_its_document(row: Row[Any]) -> bool:
    """Whether a delegation's columns, which are what counts, say what its document says."""
    document = bytes(row.document)
    if digest(document) != row.digest:
        return False
    said = json.loads(document)
    columns: dict[str, Any] = {
        "role": row.role,
        "organisation": row.organisation,
        "kinds": row.kinds,
        "max_risk": row.max_risk,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }
    return all(said[name] == value for name, value in columns.items())


LEDGERS: tuple[LedgerMaker, ...] = (RoleLedger, DelegationLedger)
"""What of organisations `registry log verify` holds against the log."""
