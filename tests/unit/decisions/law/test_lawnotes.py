"""What an answer says of the law it rests on: overdue, in draft, or this registry's own."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from registry.decisions.desk import Desk
from registry.policy import Policies
from tests.unit.decisions.making import BASE_URL, NOW, asked, flow, index_of, policies, system

NOTES = ("law-review-overdue", "draft-translation")
OWN = "sha256:" + "0" * 64


def changed(**changes: Any) -> Policies:
    """The policies with something else said of the gateway that the flow rests on."""
    law = policies().law
    gateway = law.gateways["CA04-10"].model_copy(update={"cy_status": "official", **changes})
    gateways = {**law.gateways, "CA04-10": gateway}
    return replace(policies(), law=law.model_copy(update={"gateways": gateways}))


def answer(laws: Policies, **flow_changes: Any) -> dict[str, Any]:
    desk = Desk(index_of(flow(**flow_changes)), laws, base_url=BASE_URL)
    context: dict[str, Any] = json.loads(desk.evaluate(asked(), system())[1])
    return context


def notes(context: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["en"] for one in context["reasons"] if one["code"] in NOTES}


def test_law_in_good_order_needs_no_words() -> None:
    assert notes(answer(changed())) == {}


def test_a_draft_translation_shows_in_a_permit_by_its_code() -> None:
    assert "CA04-10" in notes(answer(changed(cy_status="draft")))["draft-translation"]


def test_an_obligation_in_draft_counts_too() -> None:
    said = notes(answer(changed(), obligations=(("no-onward", {}),)))
    assert policies().law.obligations["no-onward"].cy_status == "draft"
    assert "no-onward" in said["draft-translation"]


def test_a_review_is_overdue_the_day_after_it_was_due() -> None:
    today = NOW.date()
    assert notes(answer(changed(review_due=today))) == {}
    overdue = changed(review_due=date.fromordinal(today.toordinal() - 1))
    assert "CA04-10" in notes(answer(overdue))["law-review-overdue"]


def test_a_no_rests_on_no_law() -> None:
    assert notes(answer(changed(cy_status="draft"), blocked_by=("ET-01",))) == {}


def test_a_duty_that_may_apply_is_law_too() -> None:
    context = answer(changed(), state="suspended")
    assert context["duty"]["gateway"] in notes(context)["draft-translation"]


def test_answers_under_own_entries_carry_their_digest() -> None:
    assert answer(replace(changed(), overlay=OWN))["overlay"] == OWN
    assert "overlay" not in answer(changed())
