"""Quality review: by another person, for high risk by another controller; comments go to the drafter."""

from typing import Any

import pytest
from sqlalchemy import select

from registry.agreements.rules import GatesUnmet, PeerNeeded
from registry.agreements.tables import QualityReview
from registry.auditlog.tables import OPENING
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, basis, flow, item, triangle
from tests.samples.desk import Desk

COMMENT = {"pointer": "/flows/0/retention", "text": "A year is longer than you need."}


CRIMINAL = {"art10": "official authority", "sch1": "10", "policy_document": "APD 3"}


def submitted(desk: Desk, **changes: Any) -> str:
    made = desk.create(**changes)
    desk.submit(made.ref)
    return made.ref


@pytest.mark.parametrize(
    "changes",
    [
        {"flows": [flow(biometrics="facial-live")]},
        {"flows": [flow(automation="automated-decision")]},
        {
            "items": [item(identifiability="identifiable", criminal=True)],
            "flows": [flow(bases=[basis(LANCASHIRE, **CRIMINAL), basis(BLACKPOOL, **CRIMINAL)])],
        },
    ],
    ids=["biometrics", "machine decides", "sensitive data in bulk"],
)
def test_high_risk_is_accepted_by_another_controller_alone(desk: Desk, changes: dict[str, object]) -> None:
    ref = submitted(desk, **changes)
    with pytest.raises(PeerNeeded):
        desk.review(ref, by=desk.officer(second=True))
    assert desk.review(ref, by=desk.cast(BLACKPOOL, "ig_officer")).status != "in_review"


def test_a_machine_that_only_supports_a_decision_needs_no_peer(desk: Desk) -> None:
    ref = submitted(desk, flows=[flow(automation="decision-support")])
    assert desk.review(ref, by=desk.officer(second=True)).status == "assessments_pending"


def test_a_colleague_may_still_ask_for_changes_where_the_risk_is_high(desk: Desk) -> None:
    ref = submitted(desk, flows=[flow(biometrics="facial-live")])
    asked = desk.review(ref, by=desk.officer(second=True), outcome="changes", comments=[COMMENT])
    assert asked.status == "changes_requested"


def test_a_processor_is_no_peer(desk: Desk) -> None:
    parties = [*triangle()["parties"], {"organisation": TRUST, "roles": ["recipient"]}]
    ref = submitted(desk, **triangle(biometrics="verification") | {"parties": parties})
    with pytest.raises(PeerNeeded):
        desk.review(ref, by=desk.cast(TRUST, "ig_officer"))
    assert desk.review(ref, by=desk.cast(POLICE, "ig_officer")).status == "assessments_pending"


def test_an_author_reviews_nothing_whatever_the_risk(desk: Desk) -> None:
    with pytest.raises(GatesUnmet):
        desk.review(submitted(desk), by=desk.officer())


def test_comments_come_back_and_the_text_comes_again(desk: Desk) -> None:
    ref = submitted(desk)
    desk.review(ref, outcome="changes", comments=[COMMENT])
    [review] = desk.read(ref).life.reviews
    assert (review.outcome, review.comments, review.organisation) == ("changes", [COMMENT], BLACKPOOL)

    version = desk.read(ref).version
    desk.edit(ref, if_match=version.etag, flows=[flow(retention={"period": "P6M", "trigger": "receipt"})])
    desk.submit(ref)
    assert desk.review(ref).status == "ready_to_sign"
    assert [one.outcome for one in desk.read(ref).life.reviews] == ["changes", "accept"]


def test_a_declared_interest_stays_with_the_registry_and_shows_as_a_code(desk: Desk) -> None:
    ref = submitted(desk)
    desk.review(ref, outcome="accept", interests="My sister works for the housing team.")
    assert [row.interests for row in desk.rows(QualityReview)] == ["My sister works for the housing team."]
    with desk.db.read() as reading:
        entries = reading.all(select(OPENING.c.value).where(OPENING.c.field == "entry"))
    reviewed = [row.value for row in entries if '"agreement.reviewed"' in row.value]
    assert ["interest-declared" in entry for entry in reviewed] == [True]
    assert "sister" not in reviewed[0]


def test_strangers_see_no_review(desk: Desk) -> None:
    made = desk.active()
    assert desk.read(made.ref, by=desk.cast(TRUST, "ig_officer")).life.reviews == ()
