"""A draft, a withdrawal or a change of law is tried on what a body asks, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from registry.agreements.rules import NoSuchAgreement
from registry.asking.queries import AskedOften, count_questions
from registry.assessments.transitions import Kind
from registry.callers import Caller
from registry.decisions.rules import Outcome
from registry.foresight.rules import (
    AssessmentEnd,
    Change,
    DraftInForce,
    GatewayDates,
    MayNotAskWhatIf,
    RuleDates,
    Withdrawal,
)
from registry.foresight.simulation import Simulated, simulate, stored_questions
from tests.integration.foresight.test_what_if import SHIPPED, contents
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, flow
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

STATISTICS, RESEARCH = "statistics", "research"


def question(purpose: str = STATISTICS, holder: str = LANCASHIRE) -> dict[str, Any]:
    return {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{holder}~housing"},
        "context": {"purpose": purpose, "subject_group": "tenant", "volume": "bulk"},
    }


def asks(desk: Desk, *purposes: str, organisation: str = LANCASHIRE) -> None:
    """Let a body have asked: the first question most often."""
    asked = [
        AskedOften(organisation, question(purpose), times)
        for times, purpose in enumerate(reversed(purposes), start=1)
    ]
    with desk.db.write() as tx:
        count_questions(tx, asked, kept=100, today=TODAY)


def suppose(desk: Desk, supposed: Change | DraftInForce | Withdrawal, by: Caller | None = None) -> Simulated:
    with desk.db.read() as reading:
        return simulate(
            reading,
            supposed,
            caller=by or desk.officer(),
            now=desk.now,
            policies=POLICIES,
            folders=SHIPPED,
        )


def told(found: Simulated) -> list[tuple[str, int, str, str]]:
    return [
        (one.question["context"]["purpose"], one.count, one.before.outcome, one.after.outcome)
        for one in found.changed
    ]


def test_a_draft_shows_what_it_would_permit_before_anyone_has_signed(desk: Desk) -> None:
    desk.active()
    draft = desk.create(flows=[flow(purposes=[RESEARCH])])
    asks(desk, STATISTICS, RESEARCH)
    found = suppose(desk, DraftInForce(draft.ref))
    assert told(found) == [(RESEARCH, 1, Outcome.PURPOSE_NOT_COVERED, Outcome.PERMIT_WITH_OBLIGATIONS)]
    assert found.tried == 2


def test_an_amendment_shows_what_it_would_take_away(desk: Desk) -> None:
    made = desk.active()
    amended = desk.amend(made.ref, flows=[flow(purposes=[RESEARCH])])
    asks(desk, STATISTICS, RESEARCH)
    assert told(suppose(desk, DraftInForce(amended.ref))) == [
        (STATISTICS, 2, Outcome.PERMIT_WITH_OBLIGATIONS, Outcome.PURPOSE_NOT_COVERED),
        (RESEARCH, 1, Outcome.PURPOSE_NOT_COVERED, Outcome.PERMIT_WITH_OBLIGATIONS),
    ]


def test_a_withdrawal_shows_what_would_not_be_covered_any_more(desk: Desk) -> None:
    made = desk.active(flows=[flow(), flow(id="f2", purposes=[RESEARCH])])
    asks(desk, STATISTICS, RESEARCH)
    both, one = suppose(desk, Withdrawal(made.ref)), suppose(desk, Withdrawal(made.ref, "f2"))
    assert {after for _, _, _, after in told(both)} == {Outcome.NOT_COVERED}
    assert [purpose for purpose, *_ in told(both)] == [STATISTICS, RESEARCH]
    assert told(one) == [(RESEARCH, 1, Outcome.PERMIT_WITH_OBLIGATIONS, Outcome.PURPOSE_NOT_COVERED)]
    assert all(change.why.en and change.why.cy for change in both.changed)


def test_where_another_agreement_covers_it_only_its_name_changes(desk: Desk) -> None:
    first, second = desk.active(), desk.active()
    asks(desk, STATISTICS)
    changes = [suppose(desk, Withdrawal(ref)).changed for ref in (first.ref, second.ref)]
    [changed] = [one for found in changes for one in found]
    assert changed.before.permitted
    assert changed.after.permitted
    assert changed.before.flow != changed.after.flow


def test_an_approval_that_ends_shows_the_questions_that_would_be_blocked(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    ethics, dpia = desk.approved(Kind.ETHICS, made.ref), desk.approved(Kind.DPIA, made.ref)
    desk.adopt(Kind.DPIA, dpia, BLACKPOOL)
    desk.follow()
    desk.signed_by_all(made)
    asks(desk, STATISTICS, RESEARCH)
    found = suppose(desk, AssessmentEnd(ethics, "revoked"))
    assert told(found) == [
        (STATISTICS, 2, Outcome.PERMIT_WITH_OBLIGATIONS, Outcome.BLOCKED_BY_RULE),
        (RESEARCH, 1, Outcome.PURPOSE_NOT_COVERED, Outcome.NOT_COVERED),
    ]


def test_a_rule_that_would_not_be_asked_frees_what_it_blocks(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    ethics, dpia = desk.approved(Kind.ETHICS, made.ref), desk.approved(Kind.DPIA, made.ref)
    desk.adopt(Kind.DPIA, dpia, BLACKPOOL)
    desk.follow()
    desk.signed_by_all(made)
    desk.revoke(Kind.ETHICS, ethics)
    desk.follow()
    asks(desk, STATISTICS)
    without = RuleDates("ET-01", enabled=False, first_on=None, last_on=None)
    [(_, _, before, after)] = told(suppose(desk, without))
    assert (before, after) == (Outcome.BLOCKED_BY_RULE, Outcome.PERMIT_WITH_OBLIGATIONS)


def test_law_on_which_no_answer_rests_changes_none(desk: Desk) -> None:
    desk.active()
    asks(desk, STATISTICS)
    assert suppose(desk, GatewayDates("LA11-1", None, TODAY - timedelta(days=1))).changed == ()


def test_nothing_is_changed_by_trying(desk: Desk) -> None:
    made = desk.active()
    asks(desk, STATISTICS)
    before = contents(desk)
    suppose(desk, Withdrawal(made.ref))
    suppose(desk, GatewayDates("LA11-1", None, TODAY))
    assert contents(desk) == before


def test_a_body_tries_a_change_on_its_own_questions_alone(desk: Desk) -> None:
    made = desk.active()
    asks(desk, STATISTICS, organisation=BLACKPOOL)
    assert suppose(desk, Withdrawal(made.ref)).tried == 0
    assert suppose(desk, Withdrawal(made.ref), by=desk.cast(BLACKPOOL, "dpo")).tried == 1


def test_a_text_that_the_caller_may_not_read_is_not_there(desk: Desk) -> None:
    draft = desk.create()
    for supposed in (DraftInForce(draft.ref), Withdrawal(draft.ref), Withdrawal("ISA-NONE")):
        with pytest.raises(NoSuchAgreement):
            suppose(desk, supposed, by=desk.cast(POLICE, "ig_officer"))


def test_only_those_who_look_after_agreements_try_changes_and_see_what_is_asked(desk: Desk) -> None:
    asks(desk, STATISTICS)
    with pytest.raises(MayNotAskWhatIf):
        suppose(desk, Withdrawal("ISA-1"), by=desk.cast(LANCASHIRE, "signatory"))
    with desk.db.read() as reading:
        with pytest.raises(MayNotAskWhatIf):
            stored_questions(
                reading, caller=desk.cast(LANCASHIRE, "signatory"), now=desk.now, policies=POLICIES
            )
        rows = stored_questions(reading, caller=desk.officer(), now=desk.now, policies=POLICIES)
    assert [(row.question, row.times) for row in rows] == [(question(), 1)]
