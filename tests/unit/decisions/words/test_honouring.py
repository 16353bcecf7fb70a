"""A system that says what it can do is given no yes that it could not keep."""

from typing import Any

import pytest

from registry.decisions.words.honouring import profiled
from tests.unit.decisions.calling import call, point
from tests.unit.decisions.making import body, flow

APP = point(flow(obligations=(("no-onward", {}), ("retain-max", {"period": "P1Y"}))))


def ask(**context: Any) -> Any:
    return call(APP, body(**context)).json


@pytest.mark.parametrize(
    "able",
    [
        ["custom"],
        ["no-onward", "retain-max"],
        ["no-onward", "retain-max", "make-tea"],
        ["custom", "make-tea"],
    ],
)
@pytest.mark.spec("AuthZEN Obligations Profile", "7")
def test_who_can_do_every_obligation_is_permitted(able: list[str]) -> None:
    answer = ask(supported_obligations=able)
    assert (answer["decision"], answer["context"]["outcome"]) == (True, "PERMIT_WITH_OBLIGATIONS")


@pytest.mark.parametrize(
    ("able", "missing"),
    [
        ([], "no-onward, retain-max"),
        (["make-tea"], "no-onward, retain-max"),
        (["no-onward"], "retain-max"),
        (["retain-max", "CUSTOM"], "no-onward"),
    ],
)
@pytest.mark.spec("AuthZEN Obligations Profile", "7")
def test_who_cannot_is_denied_and_told_which(able: list[str], missing: str) -> None:
    answer = ask(supported_obligations=able)
    context = answer["context"]
    assert (answer["decision"], context["outcome"]) == (False, "BLOCKED_BY_RULE")
    (reason,) = (one for one in context["reasons"] if one["code"] == "obligations-not-supported")
    assert missing in reason["en"]
    assert missing in reason["cy"]
    assert context["obligations"] == []
    assert context["agreement"]["ref"] == "ISA-1"
    assert "access_request" not in context


def test_of_who_says_nothing_nothing_is_known() -> None:
    assert ask()["decision"] is True


def test_a_permit_without_obligations_needs_no_ability() -> None:
    answer = call(point(flow()), body(supported_obligations=[])).json
    assert (answer["decision"], answer["context"]["outcome"]) == (True, "PERMIT")


def test_a_refusal_stays_what_it_was() -> None:
    assert ask(purpose="research", supported_obligations=[])["context"]["outcome"] == "PURPOSE_NOT_COVERED"


def test_advice_is_given_whatever_a_system_can_do() -> None:
    answer = call(APP, body(supported_obligations=[]), path="/api/v1/advice").json
    assert answer["context"]["outcome"] == "PERMIT_WITH_OBLIGATIONS"


@pytest.mark.spec("AuthZEN Obligations Profile", "3")
def test_each_obligation_has_the_members_of_the_profile_and_its_own() -> None:
    first, second = ask()["context"]["obligations"]
    assert (first["id"], second["id"]) == ("o1", "o2")
    assert second["type"] == "custom"
    assert second["properties"] == {"code": "retain-max", "period": "P1Y"}
    assert (second["code"], second["params"]) == ("retain-max", {"period": "P1Y"})
    assert second["en"]
    assert second["cy"]


def test_no_obligations_are_an_empty_list() -> None:
    assert profiled([]) == []
