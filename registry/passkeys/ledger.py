"""Evidence, rosters, organisations' keys and passkeys, held against the log (`auditlog.reconcile.Ledger`)."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import Row, Table, select
from webauthn.helpers.exceptions import WebAuthnException

from registry.auditlog import StoredEvent
from registry.auditlog.reconcile import LedgerMaker
from registry.db import Reading, table
from registry.passkeys.actions.verifying import plain_key
from registry.passkeys.events import KeyRegistered, PasskeyEnded, PasskeyEnrolled, RosterSigned
from registry.passkeys.tables import ApprovalEvidence, OrganisationKeyRow, Passkey, RosterRow
from registry.tlog.faults import Malformed
from registry.verification.approvals import STRONG
from registry.verification.findings import Report
from registry.verification.rosters import Roster, Rostered
from registry.web.documents import digest

EVIDENCE, KEY, ROSTER, PASSKEY = map(table, (ApprovalEvidence, OrganisationKeyRow, RosterRow, Passkey))


class EvidenceLedger:
    """What proves approvals: the octets give the digest that the entry of the approval names."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        found = reading.execute(select(EVIDENCE.c.log_index, EVIDENCE.c.document))
        self._digests = {row.log_index: digest(bytes(row.document)) for row in found}

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the evidence of an entry against it."""
        named, kept = event.members.get("evidence"), self._digests.pop(event.index, None)
        place = f"approval_evidence {event.index}"
        if kept is None and event.members.get("strength") in STRONG:
            self._report.add("row-missing", place)
        elif kept is not None and named is not None and kept != named:
            self._report.add("row-changed", place, "it does not give the digest in the entry")
        elif kept is not None and named is None and event.subject_kind:
            self._report.add("row-foreign", place)

    def finish(self) -> None:
        """Name the evidence of entries that are not there."""
        for index in sorted(self._digests):
            self._report.add("row-foreign", f"approval_evidence {index}")


class VouchingLedger:
    """Rosters and registered keys: document and evidence give the digests in the entry that brought them."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        self._rows = {
            RosterSigned.type: _by_index(reading, ROSTER),
            KeyRegistered.type: _by_index(reading, KEY),
        }

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of an entry against it."""
        if event.type not in self._rows:
            return
        row, place = self._rows[event.type].pop(event.index, None), f"{_name(event.type)} {event.index}"
        if row is None:
            self._report.add("row-missing", place)
            return
        named = event.members["subject"].get("digest"), event.members["evidence"]
        found = digest(bytes(row.document)), digest(bytes(row.evidence or b""))
        if found != named or row.digest != named[0] or row.organisation != event.org:
            self._report.add("row-changed", place, f"log_entry {event.index} says otherwise")

    def finish(self) -> None:
        """Name the rows that no entry brought."""
        for kind, rows in self._rows.items():
            for index in sorted(rows):
                self._report.add("row-foreign", f"{_name(kind)} {index}")


class PasskeyLedger:
    """Passkeys: each was enrolled by an entry, has ended where one says so, and is as the roster says."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report
        self._rows = {row.id: row for row in reading.all(select(PASSKEY))}
        self._enrolled: set[str] = set()

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row that an entry is about against it. That of an erased person is gone."""
        row = self._rows.get(event.subject_id)
        if row is None or event.type not in (PasskeyEnrolled.type, PasskeyEnded.type):
            return
        self._enrolled.add(row.id)
        said = event.members["evidence"], event.org
        if said != (digest(bytes(row.credential)), row.organisation) or said[0] != row.credential_digest:
            self._changed(row, f"log_entry {event.index} says otherwise")
        elif event.type == PasskeyEnded.type and row.ended_at is None:
            self._changed(row, f"log_entry {event.index} ended it")

    def finish(self) -> None:
        """Name the passkeys that no entry brought, and those that a roster in force describes otherwise."""
        for identifier in sorted(self._rows.keys() - self._enrolled):
            self._report.add("row-foreign", f"passkey {identifier}")
        listed = {one.credential: one for one in self._listed()}
        for row in self._rows.values():
            one = listed.get(row.credential_digest)
            if one is not None and (one.public_key, one.synced, one.backed_up) != _stored(row):
                self._changed(row, "the roster says otherwise")

    def _listed(self) -> Iterator[Rostered]:
        """The passkeys in every roster that can be read, the newest roster's last."""
        for row in self._reading.all(select(ROSTER.c.document).order_by(ROSTER.c.log_index)):
            with suppress(Malformed):
                yield from Roster.parse(bytes(row.document)).credentials

    def _changed(self, row: Row[Any], said: str) -> None:
        self._report.add("row-changed", f"passkey {row.id}", said)


def _stored(row: Row[Any]) -> tuple[bytes | None, bool, bool]:
    """What rosters say of a passkey, as its row has it; no key where that is none."""
    try:
        return plain_key(bytes(row.public_key)), row.synced, row.backed_up
    except (WebAuthnException, KeyError, TypeError, ValueError):
        return None, row.synced, row.backed_up


def _by_index(reading: Reading, source: Table) -> dict[int, Row[Any]]:
    rows = reading.execute(select(source).where(source.c.log_index.is_not(None)))
    return {row.log_index: row for row in rows}


def _name(kind: str) -> str:
    return {RosterSigned.type: ROSTER, KeyRegistered.type: KEY}[kind].name


LEDGERS: tuple[LedgerMaker, ...] = (EvidenceLedger, VouchingLedger, PasskeyLedger)
"""What of approvals' evidence `registry log verify` holds against the log."""
