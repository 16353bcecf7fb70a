"""A desk at which people act on the sample agreements, each step in a transaction of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from registry.agreements import actions
from registry.agreements.actions import DailyPass
from registry.agreements.actions.change import Changed
from registry.agreements.actions.reading import Read
from registry.agreements.actions.settling import standing_of, unmet_before_signing
from registry.agreements.queries import Directory, sharing_flows
from registry.agreements.schemas import (
    AccessionIn,
    ArchiveIn,
    CallReviewIn,
    ConfirmIn,
    ReasonIn,
    ResumeIn,
    ReviewIn,
    SignIn,
    SuspendIn,
    TerminateIn,
    TermsIn,
)
from registry.agreements.sharing import SharingFlow
from registry.agreements.tables import FrozenText
from registry.assessments import actions as assessments
from registry.assessments.actions import Acting
from registry.assessments.schemas import AdoptionIn, AdviceIn, DecisionIn, RevocationIn
from registry.assessments.transitions import Kind
from registry.auditlog import StoredEvent, log_size, read_events
from registry.callers import Caller
from registry.db import Database, table
from registry.organisations.queries import end_role, insert_role
from registry.web.documents import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, Cast, note_sample, terms
from tests.samples.assessments import POLICIES, dpia_document, ethics_document

ANSWERS = {
    "achieved": "yes",
    "evidence": "Every empty home was found.",
    "helped_or_harmed": "Families were housed; nobody was harmed.",
    "reason": "Nothing new.",
}
ADVISERS = {Kind.DPIA: "dpo", Kind.ETHICS: "ethics_lead"}


def wanted(**changes: Any) -> TermsIn:
    """The sample terms as they come over the wire."""
    return TermsIn.model_validate_json(json.dumps({"terms": terms(**changes)}))


@dataclass(frozen=True)
class Desk:
    """The sample registry. Where a test does not say who acts, the right person does."""

    db: Database
    cast: Cast
    now: datetime = NOW

    def officer(self, *, second: bool = False) -> Caller:
        return self.cast(LANCASHIRE, "ig_officer", second=second)

    def do(
        self, action: Callable[..., Changed], *given: Any, by: Caller, now: datetime | None = None
    ) -> Changed:
        with self.db.write() as tx:
            return action(tx, *given, caller=by, now=now or self.now, policies=POLICIES)

    def create(self, by: Caller | None = None, **changes: Any) -> Changed:
        return self.do(actions.create, wanted(**changes), by=by or self.officer())

    def edit(
        self, ref: str, by: Caller | None = None, *, if_match: str | None = None, **changes: Any
    ) -> Changed:
        with self.db.write() as tx:
            return actions.edit(
                tx,
                ref,
                wanted(**changes),
                if_match=if_match,
                caller=by or self.officer(),
                now=self.now,
                policies=POLICIES,
            )

    def submit(self, ref: str, by: Caller | None = None) -> Changed:
        return self.do(actions.submit, ref, by=by or self.officer())

    def review(self, ref: str, by: Caller | None = None, **review: Any) -> Changed:
        review = review or {"outcome": "accept"}
        reviewer = by or self.cast(BLACKPOOL, "ig_officer")
        return self.do(actions.review, ref, ReviewIn.model_validate(review), by=reviewer)

    def sign(
        self,
        made: Changed,
        organisation: str,
        by: Caller | None = None,
        *,
        now: datetime | None = None,
        **changes: Any,
    ) -> Changed:
        signature = {
            "organisation": organisation,
            "role": "signatory",
            "version": made.version,
            "hash": made.hash,
            "decision": "sign",
        } | changes
        signer = by or self.cast(organisation, str(signature["role"]))
        return self.do(actions.sign, made.ref, SignIn.model_validate(signature), by=signer, now=now)

    def refuse(self, made: Changed, organisation: str, **changes: Any) -> Changed:
        return self.sign(made, organisation, **{"decision": "refuse", "reason": "Too much data."} | changes)

    def amend(self, ref: str, by: Caller | None = None, **changes: Any) -> Changed:
        return self.do(actions.amend, ref, wanted(**changes), by=by or self.officer())

    def suspend(self, ref: str, by: Caller, *, now: datetime | None = None, **scope: Any) -> Changed:
        asked = SuspendIn.model_validate({"scope": scope, "reason": "A breach."})
        return self.do(actions.suspend, ref, asked, by=by, now=now)

    def resume(self, ref: str, by: Caller, *, now: datetime | None = None, **scope: Any) -> Changed:
        asked = ResumeIn.model_validate({"scope": scope or {"all": True}, "reason": "Put right."})
        return self.do(actions.resume, ref, asked, by=by, now=now)

    def confirm(
        self,
        ref: str,
        by: Caller,
        next_review_on: date | None,
        *,
        now: datetime | None = None,
        **changes: Any,
    ) -> Changed:
        """Answer a review: it goes on, unless no next review is named."""
        day = next_review_on.isoformat() if next_review_on else None
        answers = ANSWERS | {"continue": day is not None, "next_review_on": day} | changes
        return self.do(
            actions.confirm, ref, ConfirmIn.model_validate_json(json.dumps(answers)), by=by, now=now
        )

    def call_review(self, ref: str, by: Caller, *, reason_code: str = "law-change") -> Changed:
        asked = CallReviewIn(reason_code=reason_code, reason="The Act was amended.")
        return self.do(actions.call_review, ref, asked, by=by)

    def terminate(
        self, ref: str, by: Caller, *, effective_on: date | None = None, now: datetime | None = None
    ) -> Changed:
        day = effective_on.isoformat() if effective_on else None
        asked = TerminateIn.model_validate_json(
            json.dumps({"reason": "No longer needed.", "effective_on": day})
        )
        return self.do(actions.terminate, ref, asked, by=by, now=now)

    def archive(
        self, ref: str, by: Caller, *, version: int | None = None, now: datetime | None = None
    ) -> Changed:
        return self.do(actions.archive, ref, ArchiveIn(version=version), by=by, now=now)

    def accede(self, ref: str, by: Caller | None = None, **joining: Any) -> Changed:
        asked = AccessionIn.model_validate_json(json.dumps(joining))
        return self.do(actions.accede, ref, asked, by=by or self.officer())

    def withdraw(self, ref: str, by: Caller | None = None) -> Changed:
        return self.do(actions.withdraw, ref, ReasonIn(reason="Second thoughts."), by=by or self.officer())

    def accepted(self, **changes: Any) -> Changed:
        """A version that passed quality review: ready to sign, or waiting for its assessments."""
        made = self.create(**changes)
        self.submit(made.ref)
        return self.review(made.ref)

    def active(self, **changes: Any) -> Changed:
        """A version that every controller of its terms has signed."""
        return self.signed_by_all(self.accepted(**changes))

    def signed_by_all(self, made: Changed) -> Changed:
        """The version after the signature of every controller."""
        for organisation in self.read(made.ref, made.version).version.terms.controllers():
            made = self.sign(made, organisation)
        return made

    def amended(self, ref: str, **changes: Any) -> Changed:
        """A further version that passed quality review."""
        self.amend(ref, **changes)
        self.submit(ref)
        return self.review(ref)

    def read(self, ref: str, number: int | None = None, by: Caller | None = None) -> Read:
        with self.db.read() as reading:
            return actions.read(
                reading, ref, number, caller=by or self.officer(), now=self.now, policies=POLICIES
            )

    def status(self, ref: str, number: int | None = None) -> str:
        return self.read(ref, number).version.status

    def flows(self, ref: str, number: int | None = None) -> dict[str, str]:
        return {flow: state.value for flow, state in self.read(ref, number).version.flows.items()}

    def sharing(self, ref: str, flow: str = "f1") -> SharingFlow:
        """What the permission index is told of a flow of the newest version."""
        with self.db.read() as reading:
            return [one for one in sharing_flows(reading, [ref]) if one.flow == flow][-1]

    def size(self) -> int:
        with self.db.read() as reading:
            return log_size(reading)

    def events(self, since: int = 0) -> list[StoredEvent]:
        with self.db.read() as reading:
            return read_events(reading, since)

    def follow(self, now: datetime | None = None) -> int:
        return actions.follow(self.db, POLICIES, now or self.now)

    def daily_pass(self, now: datetime | None = None, *, limit: int = 100) -> DailyPass:
        return actions.daily_pass(self.db, POLICIES, now or self.now, limit=limit)

    def approved(
        self, kind: Kind, ref: str, *, owner: str = LANCASHIRE, until: str | None = None, **changes: Any
    ) -> str:
        """An approved assessment whose scope is all that the sample terms name; its id."""
        version = self.read(ref).version.terms
        scope = {
            "categories": sorted({item.category for item in version.items}),
            "purposes": sorted({code for flow in version.flows for code in flow.purposes}),
            "parties": [party.organisation for party in version.parties],
        }
        make = dpia_document if kind is Kind.DPIA else ethics_document
        decision = json.dumps({"decision": "approve", "reason": "Acceptable.", "until": until})
        with self.db.write() as tx:
            made = assessments.create(
                tx, kind, make(covers=[ref], scope=scope, **changes), acting=self.acting(owner, "ig_officer")
            )
            assessments.submit(tx, kind, made.id, acting=self.acting(owner, "ig_officer"))
            advice = AdviceIn(advice="support", text="As discussed.")
            assessments.advise(tx, kind, made.id, advice, acting=self.acting(owner, ADVISERS[kind]))
            assessments.decide(
                tx,
                kind,
                made.id,
                DecisionIn.model_validate_json(decision),
                acting=self.acting(owner, "siro"),
            )
        return made.id

    def adopt(self, kind: Kind, identifier: str, organisation: str) -> None:
        with self.db.write() as tx:
            asked = AdoptionIn(organisation=organisation)
            assessments.adopt(tx, kind, identifier, asked, acting=self.acting(organisation, "dpo"))

    def revoke(self, kind: Kind, identifier: str) -> None:
        with self.db.write() as tx:
            asked = RevocationIn(reason="A flaw was found.")
            assessments.revoke(tx, kind, identifier, asked, acting=self.acting(LANCASHIRE, "siro"))

    def grant(self, caller: Caller, role: str) -> Caller:
        """The same person with another role as well."""
        assert caller.person is not None
        with self.db.write() as tx:
            insert_role(tx, person=caller.person, organisation=caller.organisation, role=role, now=NOW)
            note_sample(tx)
        return replace(caller, roles=caller.roles | {role})

    def end_roles(self, caller: Caller) -> None:
        """Take a person's roles away, of which their token still speaks."""
        assert caller.person is not None
        with self.db.write() as tx:
            for role in caller.roles:
                end_role(tx, person=caller.person, organisation=caller.organisation, role=role, now=NOW)
            note_sample(tx)

    def unmet(self, ref: str) -> set[str]:
        """The rules that the newest version does not meet, those that need signatures left out."""
        with self.db.read() as reading:
            standing = standing_of(reading, self.read(ref).version, POLICIES, self.now)
        return {one.rule for one in unmet_before_signing(standing, POLICIES)}

    def rows(self, model: type[Any]) -> list[Any]:
        """Every row of a table."""
        with self.db.read() as reading:
            return list(reading.all(select(table(model))))

    def frozen(self) -> set[str]:
        """The hashes of every text that was ever submitted."""
        return {digest(row.document) for row in self.rows(FrozenText)}

    def acting(self, organisation: str, role: str) -> Acting:
        return Acting(
            caller=self.cast(organisation, role), now=NOW, policies=POLICIES, agreements=Directory()
        )
