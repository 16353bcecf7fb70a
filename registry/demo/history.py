"""What a generated agreement leaves behind: the events of its life so far, and the rows they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.agreements.events import (
    AgreementActivated,
    AgreementDrafted,
    AgreementReady,
    AgreementReviewed,
    AgreementSigned,
    AgreementSubmitted,
    FlowLive,
)
from registry.agreements.projections import columns_of, rows_of
from registry.agreements.rules import FlowState, Status
from registry.agreements.tables import (
    Agreement,
    AgreementFlow,
    AgreementVersion,
    FrozenText,
    QualityReview,
    Signature,
)
from registry.agreements.terms import Terms
from registry.auditlog import Event, Sealed, Subject, conceal
from registry.callers import Caller
from registry.db import Transaction, new_id
from registry.demo.crowd import Staff

SYSTEM = Caller(organisation="", demo=True)
OPENED = (AgreementSubmitted, AgreementReviewed, AgreementSigned)
Rows = dict[type[Any], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Generated:
    """One agreement, the people at both ends, and by which policies and when all of it happened."""

    ref: str
    version_id: str
    document: bytes
    hash: str
    terms: Terms
    author: Staff
    partner: Staff
    policy: str
    at: datetime

    def events(self, tx: Transaction) -> list[Event | Sealed]:
        """Drafted, submitted, reviewed, signed by both and live, all sealed until the first flow is."""
        author, partner = self.author, self.partner
        before = [
            self._event(tx, AgreementDrafted, author.officer),
            self._event(tx, AgreementSubmitted, author.officer, policy=self.policy),
            self._event(tx, AgreementReviewed, partner.officer),
            self._event(tx, AgreementReady, SYSTEM, policy=self.policy),
            *(
                self._event(
                    tx,
                    AgreementSigned,
                    signatory,
                    role="signatory",
                    decision="sign",
                    policy=self.policy,
                    strength="session",
                )
                for signatory in (author.signatory, partner.signatory)
            ),
        ]
        live = (
            self._event(tx, FlowLive, SYSTEM, flow=flow.id, policy=self.policy) for flow in self.terms.flows
        )
        sealed = (Sealed(event, public=isinstance(event, OPENED)) for event in before)
        return [*sealed, *live, self._event(tx, AgreementActivated, SYSTEM)]

    def rows(self, indices: Sequence[int]) -> Rows:
        """The rows in force after these events, which stand at these indices of the log."""
        _, submitted, reviewed, _, *signed = indices[:6]
        projections = rows_of(self.version_id, self.ref, self.terms)
        for flow in projections[AgreementFlow]:
            flow |= {"state": FlowState.LIVE.value, "live_at": self.at, "awaiting": []}
        frozen = {"hash": self.hash, "ref": self.ref, "number": 1, "document": self.document}
        return {
            Agreement: [
                {"ref": self.ref, "author_organisation": self.author.officer.organisation, "latest": 1}
            ],
            AgreementVersion: [self._version([submitted, reviewed, *signed])],
            FrozenText: [frozen],
            QualityReview: [self._review()],
            Signature: [
                self._signature(signatory, index)
                for signatory, index in zip(
                    (self.author.signatory, self.partner.signatory), signed, strict=True
                )
            ],
            **projections,
        }

    def _event(self, tx: Transaction, event: type[Event], caller: Caller, **fields: Any) -> Event:
        return event(
            at=self.at,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("agreement", self.ref, 1, self.hash),
            demo=True,
            **fields,
        )

    def _version(self, openable: list[int]) -> dict[str, Any]:
        return {
            "id": self.version_id,
            "ref": self.ref,
            "number": 1,
            "revision": 5,
            "status": Status.ACTIVE.value,
            "hash": self.hash,
            "document": self.document,
            "policy": self.policy,
            "authors": [self.author.officer.person],
            "author_organisation": self.author.officer.organisation,
            "first_live_at": self.at,
            "openable": openable,
            "submitted_at": self.at,
            "ready_at": self.at,
            "review_reason": "",
            **columns_of(self.terms),
        }

    def _review(self) -> dict[str, Any]:
        return {
            "id": new_id(),
            "version_id": self.version_id,
            "organisation": self.partner.officer.organisation,
            "person": self.partner.officer.person,
            "outcome": "accept",
            "comments": [],
            "reviewed_at": self.at,
        }

    def _signature(self, signatory: Caller, index: int) -> dict[str, Any]:
        return {
            "id": new_id(),
            "version_id": self.version_id,
            "organisation": signatory.organisation,
            "role": "signatory",
            "person": signatory.person,
            "decision": "sign",
            "hash": self.hash,
            "reason": "",
            "strength": "session",
            "signed_at": self.at,
            "log_index": index,
        }
