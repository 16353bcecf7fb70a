"""The national data opt-out: where it may count, a yes says to check it, and the question may say it was."""

import json
from typing import Any

import pytest

from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.desk import Asked, Desk
from tests.unit.decisions.making import BELFAST, COUNCIL, NOW, TRUST, desk_of, flow, question, system

DIAGNOSIS = SharedItem("diagnosis", "health-physical", "identifiable")
COUNTS = SharedItem("admissions", "health-physical", "aggregate")


def research(**changes: Any) -> SharingFlow:
    facts = {
        "items": (DIAGNOSIS, COUNTS),
        "purposes": ("research", "direct-care"),
        "subject_groups": ("patient",),
    }
    return flow(**facts | {"volume": "bulk"} | changes)


def ask(desk: Desk, **changes: Any) -> tuple[str, list[str]]:
    stated = {
        "category": "health-physical",
        "purpose": "research",
        "subject_group": "patient",
        "volume": "bulk",
        "items": ["diagnosis"],
    }
    body = question(**stated | changes)
    _, context = desk.evaluate(Asked(body, NOW, json.dumps(body).encode()), system())
    said = json.loads(context)
    return said["outcome"], [one["code"] for one in said["obligations"]]


CHECKED = ("PERMIT_WITH_OBLIGATIONS", ["opt-out-check"])
PLAIN: tuple[str, list[str]] = ("PERMIT", [])


@pytest.mark.parametrize("state", [None, "not-checked"])
def test_patient_information_for_research_says_to_check_it(state: str | None) -> None:
    assert ask(desk_of(research()), **({"opt_out_state": state} if state else {})) == CHECKED


@pytest.mark.parametrize("state", ["applied", "exempt"])
def test_who_has_settled_it_is_not_told_to_check_it(state: str) -> None:
    assert ask(desk_of(research()), opt_out_state=state) == PLAIN


def test_it_does_not_reach_care_nor_what_names_nobody() -> None:
    desk = desk_of(research())
    assert ask(desk, purpose="direct-care") == PLAIN
    assert ask(desk, items=["admissions"], identifiability="aggregate") == PLAIN


def test_it_does_not_reach_information_that_is_no_patient_s() -> None:
    housing = SharedItem("tenancy", "housing", "identifiable")
    assert ask(desk_of(research(items=(housing,))), category="housing", items=["tenancy"]) == PLAIN


def test_it_is_england_s() -> None:
    elsewhere = research(holder=BELFAST)
    assert ask(desk_of(elsewhere), holder=BELFAST)[1] == []
    assert ask(desk_of(research(holder=COUNCIL)), holder=COUNCIL) == CHECKED


def test_it_never_turns_a_no_into_a_yes_or_a_yes_into_a_no() -> None:
    suspended = desk_of(research(state="suspended"))
    for state in ("applied", "exempt", "not-checked"):
        assert ask(suspended, opt_out_state=state) == ("SUSPENDED", [])


def test_a_state_that_there_is_not_is_an_unknown_code() -> None:
    assert ask(desk_of(research()), opt_out_state="ignored") == ("INDETERMINATE", [])


def test_an_obligation_of_the_agreement_is_said_once() -> None:
    agreed = research(obligations=(("opt-out-check", {}),))
    assert ask(desk_of(agreed)) == CHECKED


def test_a_system_that_cannot_check_it_is_told_no() -> None:
    outcome, _ = ask(desk_of(research()), supported_obligations=["no-onward"])
    assert outcome == "BLOCKED_BY_RULE"


def test_advice_says_so_too() -> None:
    body = question(category="health-physical", purpose="research", subject_group="patient", volume="bulk")
    body["context"]["items"] = ["diagnosis"]
    said = json.loads(desk_of(research()).advise(Asked(body, NOW), system(TRUST, mode="advise")))
    assert [one["code"] for one in said["obligations"]] == ["opt-out-check"]
    assert said["obligations"][0]["cy"]
