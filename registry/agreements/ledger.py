"""Versions, frozen texts and signatures, held against the log's entries (`auditlog.reconcile.Ledger`)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, select

from registry.agreements.queries.acts import SIGNATURE
from registry.agreements.queries.versions import FLOW, FROZEN, VERSION
from registry.agreements.rules import OVER, FlowState, Status
from registry.auditlog import StoredEvent
from registry.auditlog.entries import SEALED
from registry.auditlog.reconcile import LedgerMaker
from registry.clock import stamp
from registry.db import Reading
from registry.organisations.queries import list_orders
from registry.verification.findings import Report
from registry.web.documents import digest

AT_ONCE = 1000
ANSWERS = frozenset({"agreement.signed", "agreement.refused"})
REACHED: dict[str, str] = {
    Status.READY_TO_SIGN: "agreement.ready",
    Status.EXECUTED: "agreement.executed",
    Status.ACTIVE: "agreement.activated",
    Status.UNDER_REVIEW: "agreement.activated",
    Status.SUSPENDED: "agreement.activated",
    Status.EXPIRED: "agreement.expired",
    Status.REJECTED: "agreement.rejected",
    Status.SUPERSEDED: "agreement.superseded",
    Status.TERMINATED: "agreement.terminated",
    Status.WITHDRAWN: "agreement.withdrawn",
}
"""What the log must have said before a version is in this status."""

OVER_BY = frozenset(REACHED[status] for status in OVER if status in REACHED)
FLOW_REACHED: dict[str, str] = {
    FlowState.LIVE: "flow.live",
    FlowState.SUSPENDED: "flow.suspended",
    FlowState.ENDED: "flow.ended",
}
"""What the log must have said before a flow is in this state."""

Key = tuple[str, int | None]


class SignatureLedger:
    """Every signature and refusal: one row for each entry, which says the same."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        named = select(SIGNATURE, VERSION.c.ref, VERSION.c.number).join(
            VERSION, VERSION.c.id == SIGNATURE.c.version_id
        )
        self._rows = _each(reading, named.order_by(SIGNATURE.c.log_index))
        self._next = next(self._rows, None)
        self._heirs = {
            body: {order.heir, *(share["successor"] for share in order.shares)}
            for order in list_orders(reading)
            if order.carried_out_at is not None
            for body in order.predecessors
        }

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of this entry against it."""
        row = self._row_of(event.index)
        if event.type not in ANSWERS:
            if row is not None and event.type != SEALED:
                self._foreign(row)
        elif row is None:
            self._report.add("row-missing", f"signature of log_entry {event.index}")
        elif differing := self._differing(row, event, actor):
            said = f"log_entry {event.index} says another {', '.join(differing)}"
            self._report.add("row-changed", f"signature {row.id}", said)

    def finish(self) -> None:
        """Name the signatures that no entry says."""
        while self._next is not None:
            self._foreign(self._next)
            self._next = next(self._rows, None)

    def _row_of(self, index: int) -> Row[Any] | None:
        """The row that names this entry. Those of entries that cannot be read are passed over."""
        while self._next is not None and self._next.log_index < index:
            self._next = next(self._rows, None)
        if self._next is None or self._next.log_index > index:
            return None
        row, self._next = self._next, next(self._rows, None)
        return row

    def _differing(self, row: Row[Any], event: StoredEvent, actor: str | None) -> list[str]:
        said, members = event.members, event.members["subject"]
        pairs = {
            "version_id": ((row.ref, row.number), (event.subject_id, event.version)),
            "role": (row.role, said["role"]),
            "decision": (row.decision, said["decision"]),
            "hash": (row.hash, members.get("digest")),
            "signed_at": (stamp(row.signed_at), said["at"]),
            "strength": (row.strength, said.get("strength", row.strength)),
            "marked": (row.marked, said.get("reason_code", "")),
            "person": (f"person:{row.person}", actor or f"person:{row.person}"),
        }
        differing = [name for name, (stored, logged) in pairs.items() if stored != logged]
        return differing + ([] if self._stands_for(row.organisation, event.org) else ["organisation"])

    def _stands_for(self, present: str, signer: str) -> bool:
        """Whether a body is the one that signed, or stands in its place by orders of succession."""
        heirs, seen = {signer}, set[str]()
        while heirs - seen:
            seen |= heirs
            heirs = {heir for body in seen for heir in self._heirs.get(body, ())}
        return present in seen

    def _foreign(self, row: Row[Any]) -> None:
        self._report.add("row-foreign", f"signature {row.id}")


class TextLedger:
    """Versions, flows and frozen texts: octets give the digests logged, states were reached."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report
        self._is_whole = True
        self._hashes: dict[Key, str] = {}
        self._said: dict[Key, set[str]] = {}
        self._texts: set[str] = set()
        self._submitted: set[str] = set()

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Remember what is said of a version."""
        self._is_whole = self._is_whole and event.type != SEALED
        if event.subject_kind != "agreement":
            return
        version = event.subject_id, event.version
        self._hashes[version] = hash_ = event.members["subject"]["digest"]
        self._texts.add(hash_)
        if event.type == "agreement.submitted":
            self._submitted.add(hash_)
        flow = event.members.get("flow")
        self._said.setdefault(version, set()).add(f"{event.type} {flow}" if flow else event.type)

    def finish(self) -> None:
        """Hold every version, flow and frozen text against what was said."""
        for row in _each(self._reading, select(VERSION)):
            self._check_version(row)
        flows = select(FLOW.c.flow, FLOW.c.state, VERSION.c.ref, VERSION.c.number)
        for row in _each(self._reading, flows.join(VERSION, VERSION.c.id == FLOW.c.version_id)):
            self._check_flow(row)
        for row in _each(self._reading, select(FROZEN)):
            self._check_frozen(row)
        for hash_ in sorted(self._submitted):
            self._report.add("row-missing", f"frozen_text {hash_}")

    def _check_version(self, row: Row[Any]) -> None:
        place, version = f"agreement_version {row.ref} {row.number}", (row.ref, row.number)
        if digest(bytes(row.document)) != row.hash:
            self._report.add("row-changed", place, "its document does not give its hash")
        said = self._said.get(version)
        if said is None:
            self._unknown(place)
        elif row.hash != self._hashes[version]:
            self._report.add("row-changed", place, "the log names another hash")
        elif REACHED.get(row.status, next(iter(said))) not in said:
            self._report.add("row-changed", place, f"the log never said that it became {row.status}")
        elif said & OVER_BY and row.status not in OVER:
            self._report.add("row-changed", place, f"it is over and cannot be {row.status}")

    def _check_flow(self, row: Row[Any]) -> None:
        place = f"agreement_flow {row.ref} {row.number} {row.flow}"
        said = self._said.get((row.ref, row.number))
        if said is None:
            return  # its version is named
        reached = FLOW_REACHED.get(row.state)
        is_over = row.state == FlowState.ENDED and said & OVER_BY  # with its version
        if reached is not None and f"{reached} {row.flow}" not in said and not is_over:
            self._report.add("row-changed", place, f"the log never said that it became {row.state}")
        elif f"flow.ended {row.flow}" in said and row.state != FlowState.ENDED:
            self._report.add("row-changed", place, f"it has ended and cannot be {row.state}")

    def _check_frozen(self, row: Row[Any]) -> None:
        place = f"frozen_text {row.hash}"
        if digest(bytes(row.document)) != row.hash:
            self._report.add("row-changed", place, "its document does not give its hash")
        if row.hash not in self._texts:
            self._unknown(place)
        self._submitted.discard(row.hash)

    def _unknown(self, place: str) -> None:
        """Name a row that no entry knows, unless there are entries that nobody can read any more."""
        if self._is_whole:
            self._report.add("row-foreign", place)


def _each(reading: Reading, statement: Select[Any]) -> Iterator[Row[Any]]:
    """Every row of a statement, few in memory at a time."""
    return iter(reading.execute(statement.execution_options(yield_per=AT_ONCE)))


LEDGERS: tuple[LedgerMaker, ...] = (SignatureLedger, TextLedger)
"""What of agreements `registry log verify` holds against the log."""
