"""What a refusal says comes nearest, and a permit says ends it first: to whom, in which words and shape."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.decisions.desk import Asked
from registry.decisions.words.wording import Said, explanations
from tests.unit.decisions.making import (
    BODIES,
    COUNCIL,
    NOW,
    POLICE,
    TRUST,
    asked,
    desk_of,
    flow,
    policies,
    question,
    system,
)
from tests.unit.decisions.test_rules import STATES

TODAY = NOW.date()
DAY = timedelta(days=1)
ADVISER = system(mode="advise")
REFUSALS = {outcome: changes for outcome, changes in STATES.items() if not outcome.startswith("PERMIT")}
PERMITS = {outcome: changes for outcome, changes in STATES.items() if outcome.startswith("PERMIT")}


def evaluated(*flows: Any, caller: str = TRUST, **asking: Any) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(desk_of(*flows).evaluate(asked(**asking), system(caller))[1])
    return context


def advised(*flows: Any, **asking: Any) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(desk_of(*flows).advise(asked(**asking), ADVISER))
    return context


def shape(value: Any) -> Any:
    """The members of an answer and the types of their values, whatever they say."""
    if isinstance(value, dict):
        return {name: shape(child) for name, child in value.items()}
    if isinstance(value, list):
        return [shape(child) for child in value]
    return type(value).__name__


@pytest.mark.parametrize("changes", REFUSALS.values())
@pytest.mark.parametrize("answer", [evaluated, advised])
def test_every_refusal_says_what_comes_nearest_in_both_languages(
    answer: Any, changes: dict[str, Any]
) -> None:
    context = answer(flow(**changes))
    near = context["nearest"]
    assert near["agreement"] == {"ref": "ISA-1", "version": 1, "hash": "sha256:" + "1" * 64, "flow": "f1"}
    assert near["changes"]
    for language in ("en", "cy"):
        assert "ISA-1" in near[language]
        assert all(change[language] in near[language] for change in near["changes"])
        assert "{" not in near[language]
    assert "ends_first" not in context


@pytest.mark.parametrize(
    ("asking", "fact"),
    [
        ({"purpose": "curiosity"}, "question"),
        ({"action": "disclose", "subject": COUNCIL}, "question"),
        ({"min_log_size": 10**6}, "registry"),
        ({"holder": "gss:N09000003"}, "registry"),
        ({"holder": "gss:E06000009"}, "agreement"),
    ],
)
def test_a_refusal_that_no_flow_decided_says_what_is_in_the_way(asking: dict[str, Any], fact: str) -> None:
    caller = COUNCIL if asking.get("action") else TRUST
    near = evaluated(flow(), caller=caller, **asking)["nearest"]
    assert near["agreement"] is None
    assert [change["fact"] for change in near["changes"]] == [fact]
    assert near["en"] != near["cy"]


@pytest.mark.parametrize("changes", PERMITS.values())
@pytest.mark.parametrize("answer", [evaluated, advised])
def test_every_permit_says_what_ends_it_first(answer: Any, changes: dict[str, Any]) -> None:
    context = answer(flow(**changes))
    assert context["ends_first"].keys() == {"last_day", "clause", "en", "cy", "cite"}
    assert all(context["ends_first"].values())
    assert "nearest" not in context


@pytest.mark.parametrize(
    ("changes", "clause", "last_day"),
    [
        ({}, "expiry", date(2027, 12, 31)),
        ({"review_on": TODAY, "protective": False}, "review", TODAY + 90 * DAY),
        ({"review_on": TODAY}, "expiry", date(2027, 12, 31)),
        ({"review_on": date(2027, 12, 31), "protective": False}, "expiry", date(2027, 12, 31)),
        ({"blocked_from": TODAY + 5 * DAY}, "approval", TODAY + 4 * DAY),
        ({"leaves_on": TODAY + 5 * DAY}, "notice", TODAY + 4 * DAY),
        ({"leaves_on": TODAY + 5 * DAY, "expires_on": TODAY}, "expiry", TODAY),
        ({"leaves_on": TODAY + 5 * DAY, "blocked_from": TODAY + 2 * DAY}, "approval", TODAY + DAY),
    ],
)
def test_the_ending_that_comes_first_is_named_with_its_last_day(
    changes: dict[str, Any], clause: str, last_day: date
) -> None:
    ending = evaluated(flow(**changes))["ends_first"]
    assert (ending["clause"], ending["last_day"]) == (clause, last_day.isoformat())
    assert last_day.isoformat() in ending["en"]
    assert last_day.isoformat() in ending["cy"]


def test_a_rule_that_will_end_it_is_cited_and_else_the_agreement() -> None:
    assert evaluated(flow())["ends_first"]["cite"] == "Agreement ISA-1 version 1, flow f1"
    lapsing = evaluated(flow(blocked_from=TODAY + DAY))["ends_first"]
    assert lapsing["cite"] == policies().gates.rules["ET-01"].texts["cite"]


def test_an_overdue_review_that_has_not_stopped_the_flow_yet_is_still_what_ends_it() -> None:
    ending = evaluated(flow(review_on=TODAY - 100 * DAY, protective=False))["ends_first"]
    assert (ending["clause"], ending["last_day"]) == ("review", (TODAY - 10 * DAY).isoformat())


def test_a_system_that_cannot_do_what_a_permit_demands_is_told_what_it_would_have_to_be_able_to_do() -> None:
    covering = flow(obligations=(("no-onward", {}), ("retain-max", {"period": "P1Y"})))
    context = evaluated(covering, supported_obligations=["retain-max"])
    assert context["outcome"] == "BLOCKED_BY_RULE"
    ((change),) = context["nearest"]["changes"]
    assert (change["fact"], change["to"]) == ("supported_obligations", ["no-onward"])
    assert context["nearest"]["agreement"]["ref"] == "ISA-1"


WITHHELD = {"known_to": (COUNCIL, POLICE)}
"""What withholds a flow to the trust from the trust: it is an end of it, and no party."""


@pytest.mark.parametrize("changes", REFUSALS.values())
@pytest.mark.parametrize("answer", [evaluated, advised])
def test_what_is_withheld_from_whoever_asks_is_as_if_it_were_not_there(
    answer: Any, changes: dict[str, Any]
) -> None:
    assert _timeless(answer(flow(**changes, **WITHHELD))) == _timeless(answer())


def test_a_party_is_told_of_what_is_withheld_from_others() -> None:
    withheld = flow(state="suspended", **WITHHELD)
    assert evaluated(withheld, caller=COUNCIL)["nearest"]["agreement"]["ref"] == "ISA-1"
    assert evaluated(withheld, caller=TRUST)["nearest"]["agreement"] is None


def test_two_bodies_that_ask_the_same_are_each_told_what_they_may_know() -> None:
    desk = desk_of(flow(state="suspended", **WITHHELD))
    told = [json.loads(desk.evaluate(asked(), system(body))[1]) for body in (COUNCIL, TRUST, COUNCIL, TRUST)]
    assert [each["outcome"] for each in told] == ["SUSPENDED", "NOT_COVERED"] * 2
    assert [each["nearest"]["agreement"] is None for each in told] == [False, True, False, True]


def test_a_nearer_flow_that_is_withheld_gives_way_to_one_that_is_not() -> None:
    near, far = flow(ref="ISA-1", state="suspended", **WITHHELD), flow(ref="ISA-2", volume="bulk")
    assert evaluated(near, far)["nearest"]["agreement"]["ref"] == "ISA-2"
    assert evaluated(near, far, caller=COUNCIL)["nearest"]["agreement"]["ref"] == "ISA-1"


def test_flows_of_other_bodies_are_never_spoken_of() -> None:
    others = flow(ref="ISA-9", holder=POLICE), flow(ref="ISA-8", recipient=POLICE)
    context = evaluated(*others)
    assert _timeless(context) == _timeless(evaluated())
    assert "ISA-" not in json.dumps(context)


def test_refusals_have_one_shape_whether_or_not_something_comes_near() -> None:
    def near(*flows: Any) -> Any:
        context = evaluated(*flows)
        context["nearest"]["changes"] = context["nearest"]["changes"][:1]
        for change in context["nearest"]["changes"]:
            change["to"] = []
        context["nearest"]["agreement"] = None
        return shape(context)

    assert near() == near(flow(volume="bulk")) == near(flow(volume="bulk", purposes=("research",)))
    assert near() == near(flow(ref="ISA-1", volume="bulk", **WITHHELD))


def test_nothing_that_was_sent_comes_back_in_an_explanation() -> None:
    onward = flow(actions=("onward_share",), items=())
    context = evaluated(
        flow(), onward, action="onward_share", recipient="ods:9434765919", items=["9434765919", "x"]
    )
    assert "9434765919" not in json.dumps(context)
    assert context["nearest"]["changes"]


def test_an_explanation_follows_what_it_speaks_of() -> None:
    desk = desk_of(flow(volume="bulk"))
    assert json.loads(desk.evaluate(asked(), system())[1])["nearest"]["changes"][0]["fact"] == "volume"
    desk.index.replace("ISA-1", [flow(purposes=("direct-care",), methods=())])
    facts = {c["fact"] for c in json.loads(desk.evaluate(asked(), system())[1])["nearest"]["changes"]}
    assert facts == {"purpose", "method"}
    desk.index.know([replace(body, name_en="Renamed", name_cy="Ailenwyd") for body in BODIES])
    desk.index.replace("ISA-1", [flow(state="waiting", live_at=None, awaiting=(TRUST,))])
    assert "Renamed" in json.loads(desk.evaluate(asked(), system())[1])["nearest"]["en"]


def test_an_explanation_follows_the_day() -> None:
    desk = desk_of(flow(starts_on=TODAY + DAY))
    for days, expected in ((0, "NOT_COVERED"), (1, "PERMIT")):
        answer = desk.evaluate(Asked(question(), NOW + days * DAY), system())[1]
        assert json.loads(answer)["outcome"] == expected


def _sentences() -> Mapping[str, Said]:
    parts = explanations()
    named = {"nearest": parts.nearest, "changes": parts.changes, "endings": parts.endings}
    return {f"{part}.{key}": said for part, texts in named.items() for key, said in texts.items()}


@pytest.mark.parametrize("key", _sentences())
def test_both_languages_state_the_same_facts(key: str) -> None:
    said = _sentences()[key]
    assert set(re.findall(r"{\w+}", said.en)) == set(re.findall(r"{\w+}", said.cy))
    assert said.en != said.cy


def _timeless(context: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs each time: its id, and the address that repeats it."""
    advice = {name: value for name, value in context["advice"].items() if name != "record_url"}
    return {**context, "evaluation_id": "", "advice": advice}
