"""One flow of one version decides; the outcomes and their order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registry.decisions.rules import Outcome
from tests.unit.decisions.making import (
    ADDRESS,
    BELFAST,
    CHARITY,
    COUNCIL,
    FLAG,
    HISTORY,
    LOG_SIZE,
    NOW,
    POLICE,
    TRUST,
    ask,
    flow,
    index_of,
    vocabulary,
)

PERMIT, OBLIGED = Outcome.PERMIT, Outcome.PERMIT_WITH_OBLIGATIONS
STATES: dict[Outcome, dict[str, Any]] = {
    Outcome.PERMIT: {},
    Outcome.PERMIT_WITH_OBLIGATIONS: {"obligations": (("no-onward", {}),)},
    Outcome.BLOCKED_BY_RULE: {"blocked_by": ("ET-01",)},
    Outcome.SUSPENDED: {"state": "suspended"},
    Outcome.EXPIRED: {"state": "ended", "ended_by": "expired", "expires_on": date(2026, 6, 30)},
    Outcome.ITEM_NOT_COVERED: {"items": (HISTORY,)},
    Outcome.PURPOSE_NOT_COVERED: {"purposes": ("direct-care",)},
    Outcome.INDETERMINATE: {"regimes": ("uk-gdpr", "law-enforcement")},
    Outcome.NOT_COVERED: {"state": "waiting", "live_at": None, "awaiting": (TRUST,)},
}
"""What makes the flow of `making` give each outcome, in the order in which they prevail."""


@pytest.mark.parametrize(("outcome", "changes"), STATES.items())
def test_each_outcome(outcome: Outcome, changes: dict[str, Any]) -> None:
    assert ask(index_of(flow(**changes))).outcome is outcome


@pytest.mark.parametrize(
    ("covering", "asking"),
    [
        ({"holder": BELFAST}, {"holder": BELFAST}),
        ({"recipient": BELFAST}, {"subject": BELFAST}),
        (
            {"actions": ("onward_share",), "onward_recipients": (BELFAST,)},
            {"action": "onward_share", "recipient": BELFAST},
        ),
        ({}, {"holder": BELFAST}),
    ],
)
def test_nothing_is_decided_for_a_nation_that_is_not_catalogued(
    covering: dict[str, Any], asking: dict[str, Any]
) -> None:
    decision = ask(index_of(flow(**covering)), **asking)
    assert (decision.outcome, decision.code) == (Outcome.INDETERMINATE, "nation-not-catalogued")


def test_a_body_that_acts_elsewhere_too_is_decided_about() -> None:
    index = index_of(flow())
    both = frozenset({"E", "NI"})
    index.know([replace(body, nations=both) for body in index.bodies.values()])
    assert ask(index).outcome is Outcome.PERMIT


@pytest.mark.parametrize("first", STATES)
@pytest.mark.parametrize("second", STATES)
def test_over_all_candidates_the_first_outcome_that_applies_is_the_answer(
    first: Outcome, second: Outcome
) -> None:
    order = list(STATES)
    expected = min(first, second, key=order.index)
    index = index_of(flow(**STATES[first], ref="ISA-1"), flow(**STATES[second], ref="ISA-2"))
    assert ask(index).outcome is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_by": "terminated"},
        {"ended_by": "superseded"},
        {"ended_by": "refused"},
    ],
)
def test_a_flow_that_did_not_end_by_date_is_as_if_it_were_not_there(changes: dict[str, Any]) -> None:
    assert ask(index_of(flow(state="ended", **changes))).flow is None


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": POLICE},
        {"holder": POLICE},
        {"category": "contact"},
        {"subject_group": "patient"},
        {"volume": "bulk"},
        {"method": "paper"},
        {"regime": "law-enforcement"},
        {"identifiability": "aggregate"},
        {"action": "match"},
        {"action": "automated_use"},
        {"purpose": "direct-care", "items": ["missing-episodes"]},
    ],
)
def test_a_question_that_differs_in_what_makes_a_candidate_is_not_covered(changes: dict[str, Any]) -> None:
    assert ask(index_of(flow())).outcome is PERMIT
    assert ask(index_of(flow()), **changes).outcome is Outcome.NOT_COVERED


def test_a_lapsed_ethics_approval_blocks_at_midnight_before_any_daily_pass() -> None:
    lapsed = index_of(flow(blocked_from=NOW.date()))
    assert ask(lapsed).outcome is Outcome.BLOCKED_BY_RULE
    assert ask(index_of(flow(blocked_from=NOW.date() + timedelta(days=1)))).outcome is PERMIT


def test_a_notice_ends_a_permit_before_any_daily_pass_has_said_so() -> None:
    assert ask(index_of(flow(leaves_on=NOW.date()))).outcome is Outcome.EXPIRED
    assert ask(index_of(flow(leaves_on=NOW.date() + timedelta(days=1)))).outcome is PERMIT


@pytest.mark.parametrize("state", ["suspended", "waiting"])
@pytest.mark.parametrize("changes", [{"purpose": "direct-care"}, {"items": ["missing-episodes"]}])
def test_only_a_live_candidate_can_fail_on_purpose_or_items_alone(
    state: str, changes: dict[str, Any]
) -> None:
    assert ask(index_of(flow(state=state)), **changes).outcome is Outcome.NOT_COVERED


def test_disclosing_is_receiving_seen_from_the_other_end() -> None:
    for listed in ("receive", "disclose"):
        index = index_of(flow(actions=(listed,)))
        assert ask(index).outcome is PERMIT
        assert ask(index, subject=COUNCIL, action="disclose", recipient=TRUST).outcome is PERMIT


@pytest.mark.parametrize("action", ["match", "automated_use"])
def test_matching_and_automated_use_must_be_listed(action: str) -> None:
    assert ask(index_of(flow(actions=(action,))), action=action).outcome is PERMIT
    assert ask(index_of(flow(actions=(action,)))).outcome is Outcome.NOT_COVERED


def test_onward_sharing_needs_the_flow_to_the_holder_of_the_copy_to_name_the_recipient() -> None:
    index = index_of(flow(actions=("receive", "onward_share"), onward_recipients=(POLICE,)))
    assert ask(index, action="onward_share", recipient=POLICE).outcome is PERMIT
    assert ask(index, action="onward_share", recipient=CHARITY).outcome is Outcome.NOT_COVERED
    unlisted = index_of(flow(onward_recipients=(POLICE,)))
    assert ask(unlisted, action="onward_share", recipient=POLICE).outcome is Outcome.NOT_COVERED


def test_two_flows_that_cover_a_question_only_together_never_permit() -> None:
    index = index_of(flow(purposes=("direct-care",)), flow(flow="f2", items=(ADDRESS,)))
    assert ask(index).outcome is Outcome.PURPOSE_NOT_COVERED
    assert ask(index, category="contact", items=["current-address"]).outcome is PERMIT
    index = index_of(flow(items=(FLAG,)), flow(flow="f2", items=(HISTORY,)))
    assert ask(index, items=[FLAG.code, HISTORY.code]).outcome is Outcome.ITEM_NOT_COVERED


@pytest.mark.parametrize("fact", ["items", "method", "identifiability"])
def test_an_omitted_fact_the_discloser_can_comply_with_comes_back_as_an_obligation(fact: str) -> None:
    decision = ask(index_of(flow()), without=[fact])
    assert decision.outcome is OBLIGED
    assert vocabulary().names(decision.unstated) == (fact,)


def test_a_method_that_the_flow_does_not_constrain_is_no_obligation() -> None:
    assert ask(index_of(flow(methods=())), without=["method"]).outcome is PERMIT


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        ("purpose", {}),
        ("subject_group", {}),
        ("volume", {}),
        ("regime", {"regimes": ("uk-gdpr", "law-enforcement")}),
        ("age_band", {"age_bands": ("0-4",)}),
    ],
)
def test_any_other_omitted_fact_is_named_and_never_permitted(fact: str, changes: dict[str, Any]) -> None:
    decision = ask(index_of(flow(**changes)), without=[fact])
    assert decision.outcome is Outcome.INDETERMINATE
    assert vocabulary().names(decision.unstated) == (fact,)


def test_an_age_band_is_constrained_only_where_the_flow_has_some() -> None:
    assert ask(index_of(flow()), age_band="5-11").outcome is PERMIT
    assert ask(index_of(flow(age_bands=("0-4",))), age_band="0-4").outcome is PERMIT
    assert ask(index_of(flow(age_bands=("0-4",))), age_band="5-11").outcome is Outcome.NOT_COVERED


def test_a_regime_may_be_left_out_where_the_discloser_has_only_one() -> None:
    assert ask(index_of(flow())).outcome is PERMIT
    both = index_of(flow(regimes=("uk-gdpr", "law-enforcement")))
    assert ask(both, regime="law-enforcement").outcome is PERMIT


def test_items_are_those_of_the_category_at_the_stated_identifiability() -> None:
    coded = FLAG.__class__("missing-episodes", "safeguarding-flag", "pseudonymised")
    index = index_of(flow(items=(FLAG, coded)))
    assert ask(index, items=["missing-episodes"]).outcome is Outcome.ITEM_NOT_COVERED
    assert ask(index, items=["missing-episodes"], identifiability="pseudonymised").outcome is PERMIT
    assert ask(index, items=["missing-episodes"], without=["identifiability"]).outcome is OBLIGED


def test_of_two_permits_the_one_ending_later_is_named_then_the_lower_ref() -> None:
    sooner = flow(ref="ISA-1", expires_on=date(2027, 1, 1))
    assert _named(sooner, flow(ref="ISA-3"), flow(ref="ISA-2")) == "ISA-2"
    with_more = flow(ref="ISA-0", obligations=(("no-onward", {}),))
    assert _named(sooner, with_more) == "ISA-1"


def test_a_day_is_a_london_day_both_ends_included() -> None:
    summer = index_of(flow(starts_on=date(2026, 6, 1), expires_on=date(2026, 6, 30)))
    first, last = datetime(2026, 5, 31, 23, 0, tzinfo=UTC), datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    assert ask(summer, now=first - tick).outcome is Outcome.NOT_COVERED
    assert ask(summer, now=first).outcome is PERMIT
    assert ask(summer, now=last - tick).outcome is PERMIT
    assert ask(summer, now=last).outcome is Outcome.EXPIRED


def test_a_past_instant_before_the_flow_went_live_is_never_permitted() -> None:
    index = index_of(flow(live_at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC)))
    assert ask(index, at="2026-03-01T09:00:00Z").outcome is PERMIT
    before = ask(index, at="2026-03-01T09:59:59+01:00")
    assert (before.outcome, before.code) == (Outcome.NOT_COVERED, "not-live-then")


def test_a_live_flow_is_not_permitted_at_an_instant_beyond_its_end() -> None:
    assert ask(index_of(flow()), at="2028-01-01T00:00:00Z").outcome is Outcome.EXPIRED


def test_an_emergency_never_turns_a_no_into_a_yes() -> None:
    assert ask(index_of(flow(state="suspended")), emergency=True).outcome is Outcome.SUSPENDED
    assert ask(index_of(flow()), purpose="direct-care", emergency=True).outcome is Outcome.PURPOSE_NOT_COVERED


def test_an_index_that_is_loading_never_permits() -> None:
    index = index_of(flow())
    index.log_size = None
    decision = ask(index)
    assert (decision.outcome, decision.code) == (Outcome.INDETERMINATE, "index-loading")


def test_an_index_behind_the_log_size_demanded_never_permits() -> None:
    assert ask(index_of(flow()), min_log_size=LOG_SIZE).outcome is PERMIT
    decision = ask(index_of(flow()), min_log_size=LOG_SIZE + 1)
    assert (decision.outcome, decision.code) == (Outcome.INDETERMINATE, "log-size-not-reached")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "disclose", "subject": COUNCIL}, "question-incomplete"),
        ({"action": "disclose", "subject": TRUST, "recipient": TRUST}, "question-incomplete"),
        ({"action": "onward_share"}, "question-incomplete"),
        ({"recipient": POLICE}, "question-incomplete"),
        ({"holder": "", "category": "safeguarding-flag"}, "question-incomplete"),
        ({"category": "safeguarding-flag~x"}, "question-incomplete"),
        ({"category": ""}, "question-incomplete"),
        ({"category": "star-signs"}, "unknown-code"),
        ({"action": "retain"}, "unknown-code"),
        ({"purpose": "curiosity"}, "unknown-code"),
        ({"subject_group": "pets"}, "unknown-code"),
        ({"volume": "some"}, "unknown-code"),
        ({"regime": "none"}, "unknown-code"),
        ({"method": "pigeon"}, "unknown-code"),
        ({"identifiability": "vague"}, "unknown-code"),
        ({"age_band": "old"}, "unknown-code"),
        ({"initiated_by": "robot"}, "unknown-code"),
        ({"purpose": ""}, "unknown-code"),
        ({"known_at": "2026-03-01T09:00:00Z"}, "known-at-unavailable"),
    ],
)
def test_a_question_that_cannot_be_decided_says_why(changes: dict[str, Any], code: str) -> None:
    decision = ask(index_of(flow()), **changes)
    assert (decision.outcome, decision.code) == (Outcome.INDETERMINATE, code)


def test_unknown_codes_come_before_anything_the_flows_say() -> None:
    assert ask(index_of(flow(state="suspended")), purpose="curiosity").code == "unknown-code"


def test_any_alias_is_accepted() -> None:
    index = index_of(
        flow(holder="gss:E99999999", actions=("onward_share", "receive"), onward_recipients=(POLICE,))
    )
    assert ask(index, holder="gss:E99999999").outcome is PERMIT
    assert ask(index, holder=COUNCIL).outcome is PERMIT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "waiting", "awaiting": (TRUST,)}, "awaiting-signature"),
        ({"state": "waiting"}, "not-yet-live"),
    ],
)
def test_a_waiting_flow_says_what_it_waits_for(changes: dict[str, Any], code: str) -> None:
    decision = ask(index_of(flow(live_at=None, **changes)))
    assert (decision.outcome, decision.code) == (Outcome.NOT_COVERED, code)


def _named(*flows: Any) -> str | None:
    decision = ask(index_of(*flows), now=NOW)
    return decision.flow.ref if decision.flow else None
