"""A small registry with one agreement between a council and a force, and its people."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from registry.assessments import actions
from registry.assessments.actions import Acting, AssessmentChanged
from registry.assessments.actions.drafting import AnyDocument
from registry.assessments.covers import Extent, Parties
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.schemas import AdviceIn, DecisionIn
from registry.assessments.transitions import Kind
from registry.db import Database, Reading
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, Cast, furnish
from tests.samples.assessments import POLICIES, dpia, ethics

DOCUMENTS: dict[Kind, type[AnyDocument]] = {Kind.DPIA: DpiaDocument, Kind.ETHICS: EthicsDocument}
SAMPLES = {Kind.DPIA: dpia, Kind.ETHICS: ethics}
ABOUT = Extent(categories=frozenset({"safeguarding-flag"}), purposes=frozenset({"child-safeguarding"}))
ADVISERS = {Kind.DPIA: "dpo", Kind.ETHICS: "ethics_lead"}


@dataclass(frozen=True)
class Shelf:
    """Agreements by reference, with their parties."""

    agreements: dict[str, Parties] = field(
        default_factory=lambda: {
            "ISA-1": Parties(frozenset({LANCASHIRE, POLICE}), frozenset({LANCASHIRE, POLICE})),
            "ISA-2": Parties(frozenset({LANCASHIRE}), frozenset({LANCASHIRE, BLACKPOOL})),
            "ISA-3": Parties(frozenset({BLACKPOOL}), frozenset({BLACKPOOL})),
        }
    )

    def parties(self, reading: Reading, ref: str) -> Parties | None:
        return self.agreements.get(ref)

    def extent(self, reading: Reading, ref: str) -> Extent | None:
        found = self.agreements.get(ref)
        return None if found is None else replace(ABOUT, parties=found.parties)


@dataclass(frozen=True)
class Office:
    """Does what people do to assessments, each step in a transaction of its own."""

    db: Database
    cast: Cast
    shelf: Shelf = field(default_factory=Shelf)

    def acting(
        self, role: str, organisation: str = LANCASHIRE, *, now: datetime = NOW, second: bool = False
    ) -> Acting:
        caller = self.cast(organisation, role, second=second)
        return Acting(caller=caller, now=now, policies=POLICIES, agreements=self.shelf)

    def create(self, kind: Kind, **changes: Any) -> AssessmentChanged:
        document = document_of(kind, **changes)
        with self.db.write() as tx:
            return actions.create(tx, kind, document, acting=self.acting("ig_officer"))

    def submit(self, kind: Kind, identifier: str) -> AssessmentChanged:
        with self.db.write() as tx:
            return actions.submit(tx, kind, identifier, acting=self.acting("ig_officer"))

    def advise(self, kind: Kind, identifier: str, advice: Any = "support") -> AssessmentChanged:
        wanted = AdviceIn(advice=advice, text="As discussed.")
        with self.db.write() as tx:
            return actions.advise(tx, kind, identifier, wanted, acting=self.acting(ADVISERS[kind]))

    def decide(
        self, kind: Kind, identifier: str, *, acting: Acting | None = None, **wanted: Any
    ) -> AssessmentChanged:
        body = json.dumps({"decision": "approve", "reason": "The risk is acceptable."} | wanted)
        decision = DecisionIn.model_validate_json(body)
        with self.db.write() as tx:
            return actions.decide(tx, kind, identifier, decision, acting=acting or self.acting("siro"))

    def advised(self, kind: Kind, **changes: Any) -> str:
        """An assessment that waits for its decision."""
        made = self.create(kind, **changes)
        self.submit(kind, made.id)
        self.advise(kind, made.id)
        return made.id

    def approved(self, kind: Kind, **changes: Any) -> str:
        """An assessment that has been approved."""
        identifier = self.advised(kind, **changes)
        self.decide(kind, identifier)
        return identifier


def document_of(kind: Kind, **changes: Any) -> AnyDocument:
    """The sample of a kind as it comes over the wire."""
    return DOCUMENTS[kind].model_validate_json(json.dumps(SAMPLES[kind](**changes)))


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, furnish(database))
