"""The index agrees with two rules written apart from it: a plain one here, and the Cedar specification."""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from tests.unit.decisions.making import BELFAST, NOW, index_of, policies
from tests.unit.decisions.worlds import random_flow, random_question

CHANCES = st.builds(Random, st.integers(min_value=0, max_value=2**32))
QUESTIONS = 20
VALUES = {
    "purpose": ("child-safeguarding", "direct-care"),
    "subject_group": ("child", "patient"),
    "volume": ("one", "bulk"),
    "regime": ("uk-gdpr", "law-enforcement"),
    "age_band": ("0-4", "5-11"),
}
ORDER = (
    "PERMIT",
    "PERMIT_WITH_OBLIGATIONS",
    "BLOCKED_BY_RULE",
    "SUSPENDED",
    "EXPIRED",
    "ITEM_NOT_COVERED",
    "PURPOSE_NOT_COVERED",
    "INDETERMINATE",
    "NOT_COVERED",
)


@settings(max_examples=1000, derandomize=True, deadline=None)
@given(CHANCES)
def test_the_index_agrees_with_the_plain_rule(chance: Random) -> None:
    world = _world(chance)
    index = index_of(*world)
    for body in _asked(chance):
        decision = decide(index, read_question(body, index), now=NOW.timestamp())
        assert decision.outcome == plain_outcome(world, body), body


@settings(max_examples=100, derandomize=True, deadline=None)
@given(CHANCES)
def test_the_index_agrees_with_the_cedar_specification(chance: Random) -> None:
    sharing = policies().sharing
    world = _world(chance)
    index, facts = index_of(*world), [cedar_flow(each) for each in world]
    for body in _asked(chance):
        decision = decide(index, read_question(body, index), now=NOW.timestamp())
        wanted = cedar_question(body)
        assert decision.permitted == any(sharing.permits(each, wanted) for each in facts), body


@settings(max_examples=200, derandomize=True, deadline=None)
@given(CHANCES)
def test_no_flows_permit_together_what_none_permits_alone(chance: Random) -> None:
    world = _world(chance)
    for body in _asked(chance):
        assert _permits(world, body) == any(_permits([each], body) for each in world)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(CHANCES, st.sampled_from(sorted(VALUES)))
def test_what_is_permitted_without_a_fact_is_permitted_with_some_value_of_it(
    chance: Random, fact: str
) -> None:
    world = _world(chance)
    for body in _asked(chance):
        context = {name: value for name, value in body["context"].items() if name != fact}
        if _permits(world, {**body, "context": context}):
            stated = ({**body, "context": {**context, fact: value}} for value in VALUES[fact])
            assert any(_permits(world, each) for each in stated), body


@settings(max_examples=100, derandomize=True, deadline=None)
@given(CHANCES)
def test_an_index_changed_piece_by_piece_answers_as_one_loaded_anew(chance: Random) -> None:
    before, after = _world(chance), _world(chance)
    changed, anew = index_of(*before), index_of(*after)
    for ref in {each.ref for each in (*before, *after)}:
        changed.replace(ref, [each for each in after if each.ref == ref])
    for body in _asked(chance):
        question = read_question(body, changed)
        mine, theirs = (decide(index, question, now=NOW.timestamp()) for index in (changed, anew))
        assert (mine.outcome, mine.flow and mine.flow.ref) == (
            theirs.outcome,
            theirs.flow and theirs.flow.ref,
        )
    assert len(changed) == len(anew)


def _world(chance: Random) -> list[SharingFlow]:
    return [random_flow(chance) for _ in range(chance.randint(1, 4))]


def _asked(chance: Random) -> list[dict[str, Any]]:
    return [random_question(chance) for _ in range(QUESTIONS)]


def _permits(world: Iterable[SharingFlow], body: dict[str, Any]) -> bool:
    index = index_of(*world)
    return decide(index, read_question(body, index), now=NOW.timestamp()).permitted


def plain_outcome(world: Iterable[SharingFlow], body: dict[str, Any]) -> str:
    """The outcome by CONTRACT, read word for word."""
    if BELFAST in named(body):
        return "INDETERMINATE"
    found = [plain_flow_outcome(each, body) for each in world]
    return min((outcome for outcome in found if outcome), key=ORDER.index, default="NOT_COVERED")


def named(body: dict[str, Any]) -> set[str]:
    """The bodies that a question names."""
    return {body["subject"]["id"], body["resource"]["id"].split("~")[0], body["context"].get("recipient", "")}


def plain_flow_outcome(flow: SharingFlow, body: dict[str, Any]) -> str | None:
    action, context = body["action"]["name"], body["context"]
    holder, category = body["resource"]["id"].split("~")
    recipient = context["recipient"] if action == "disclose" else body["subject"]["id"]
    verbs = {"receive", "disclose"} if action in ("receive", "disclose") else {action}
    if (flow.holder, flow.recipient) != (holder, recipient) or not verbs & set(flow.actions):
        return None
    if action == "onward_share" and context["recipient"] not in flow.onward_recipients:
        return None
    level = context.get("identifiability")
    shared = {i.code for i in flow.items if i.category == category and level in (None, i.identifiability)}
    stated_elsewhere = [
        context.get("subject_group", flow.subject_groups[0]) not in flow.subject_groups,
        context.get("volume", flow.volume) != flow.volume,
        "method" in context and context["method"] not in flow.methods,
        "regime" in context and context["regime"] not in flow.regimes,
        bool(flow.age_bands) and context.get("age_band", flow.age_bands[0]) not in flow.age_bands,
    ]
    if not shared or any(stated_elsewhere):
        return None

    at = datetime.fromisoformat(context["at"]) if "at" in context else NOW
    day = clock.london_day(at)
    left_out = (
        any(fact not in context for fact in ("purpose", "subject_group", "volume"))
        or ("regime" not in context and len(flow.regimes) > 1)
        or ("age_band" not in context and bool(flow.age_bands))
    )
    purpose_fits = context.get("purpose", flow.purposes[0]) in flow.purposes
    items_fit = set(context.get("items", ())) <= shared
    can_permit = (
        flow.state == "live"
        and flow.live_at is not None
        and flow.live_at <= at
        and flow.starts_on <= day <= flow.expires_on
        and not flow.blocked_by
    )
    if not purpose_fits or not items_fit:
        if not can_permit or left_out or not (purpose_fits or items_fit):
            return None
        return "ITEM_NOT_COVERED" if purpose_fits else "PURPOSE_NOT_COVERED"
    return _standing(flow, context, at, left_out=left_out, can_permit=can_permit)


def _standing(
    flow: SharingFlow, context: dict[str, Any], at: datetime, *, left_out: bool, can_permit: bool
) -> str | None:
    """The outcome of a flow that covers everything stated."""
    day = clock.london_day(at)
    ended_by_date = (flow.state == "ended" and flow.ended_by == "expired") or (
        flow.state in ("live", "suspended") and day > flow.expires_on
    )
    begun = day >= flow.starts_on
    not_live_then = flow.state == "live" and (flow.live_at is None or at < flow.live_at)
    nothing = flow.state == "waiting" or (flow.state == "ended" and not ended_by_date)
    if nothing or (not ended_by_date and (not begun or not_live_then)):
        return None
    if left_out:
        return "INDETERMINATE"
    if ended_by_date:
        return "EXPIRED"
    if flow.state == "suspended":
        return "SUSPENDED"
    if not can_permit:
        return "BLOCKED_BY_RULE"
    complied = ("items" in context, "identifiability" in context, "method" in context or not flow.methods)
    return "PERMIT" if all(complied) and not flow.obligations else "PERMIT_WITH_OBLIGATIONS"


def cedar_flow(flow: SharingFlow) -> dict[str, Any]:
    """A flow as the specification names its facts."""
    return {
        "holder": flow.holder,
        "recipient": flow.recipient,
        "actions": list(flow.actions),
        "items": [
            {"code": item.code, "category": item.category, "identifiability": item.identifiability}
            for item in flow.items
        ],
        "purposes": list(flow.purposes),
        "subject_groups": list(flow.subject_groups),
        "volume": flow.volume,
        "methods": list(flow.methods),
        "regimes": list(flow.regimes),
        "several_regimes": len(flow.regimes) > 1,
        "age_bands": list(flow.age_bands),
        "onward_recipients": list(flow.onward_recipients),
        "state": flow.state,
        "starts_on_day": flow.starts_on.toordinal(),
        "expires_on_day": flow.expires_on.toordinal(),
        "live_at_instant": int(flow.live_at.timestamp() * 1000) if flow.live_at else 0,
        "blocked_by": list(flow.blocked_by),
    }


def cedar_question(body: dict[str, Any]) -> dict[str, Any]:
    """A question as the specification names its facts."""
    action, context = body["action"]["name"], body["context"]
    holder, category = body["resource"]["id"].split("~")
    at = datetime.fromisoformat(context["at"]) if "at" in context else NOW
    facts = ("purpose", "subject_group", "volume", "method", "regime", "age_band", "identifiability")
    return {
        "holder": holder,
        "recipient": context["recipient"] if action == "disclose" else body["subject"]["id"],
        "action": action,
        "category": category,
        "items": context.get("items", []),
        "onward_recipient": context["recipient"] if action == "onward_share" else "",
        "catalogued": BELFAST not in named(body),
        "day": clock.london_day(at).toordinal(),
        "instant": int(at.timestamp() * 1000),
        **{fact: context.get(fact, "") for fact in facts},
    }
