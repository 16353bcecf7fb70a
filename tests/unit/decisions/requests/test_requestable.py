"""What a denial offers, and what a binding token is good for."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from registry.decisions.desk import Desk
from registry.decisions.requests.drafting import draft_of
from registry.decisions.requests.requestable import KIND, LIFETIME, Offers, bound
from registry.decisions.wire.endpoint import EVALUATION, EVALUATIONS
from registry.decisions.words.wording import wording
from tests.unit.decisions.calling import SEALER, Answer, call, point
from tests.unit.decisions.making import (
    BASE_URL,
    CHARITY,
    COUNCIL,
    NOW,
    POLICE,
    TRUST,
    body,
    flow,
    index_of,
    policies,
    question,
    system,
)

DENIED: dict[str, dict[str, Any]] = {
    "no agreement": {"category": "finance", "items": ["benefits"]},
    "another purpose": {"purpose": "research"},
    "another item": {"items": ["current-address"]},
    "over": {"holder": POLICE},
}
FLOWS = (flow(), flow(ref="ISA-9", holder=POLICE, state="ended", ended_by="expired"))


def desk() -> Desk:
    index = index_of(*FLOWS)
    return Desk(index, policies(), base_url=BASE_URL, offers=Offers(index, SEALER))


def ask(path: str = EVALUATION, *, app: Any = None, **changes: Any) -> Answer:
    return call(app or point(desk=desk()), body(**changes), path=path)


def offer(**changes: Any) -> Any:
    return ask(**changes).json["context"].get("access_request")


def claims(offered: Mapping[str, str]) -> dict[str, Any]:
    found = SEALER.open(KIND, offered["binding_token"])
    assert found is not None
    return dict(found)


@pytest.mark.parametrize("changes", DENIED.values(), ids=DENIED)
@pytest.mark.spec("AuthZEN Access Request and Approval Profile", "6")
def test_a_denial_that_an_agreement_would_change_can_be_taken_up(changes: dict[str, Any]) -> None:
    offered = offer(**changes)
    assert offered["endpoint"] == f"{BASE_URL}/api/v1/access-requests"
    assert offered["template"] == "draft-agreement"
    assert offered["display"] == wording().advice["request"]._asdict()
    found = claims(offered)
    assert {name: found[name] for name in ("subject", "action", "resource")} == {
        name: question(**changes)[name] for name in ("subject", "action", "resource")
    }
    assert found["context"] == question(**changes)["context"]
    assert found["binding_context_members"] == sorted(found["context"])
    assert found["iss"] == found["aud"] == BASE_URL
    assert found["exp"] - found["iat"] == LIFETIME.total_seconds()


NOT_REQUESTABLE: dict[str, dict[str, Any]] = {
    "a permit": {},
    "about the past": {"purpose": "research", "at": "2026-06-01T09:00:00Z"},
    "no purpose": {"without": ["purpose"]},
    "no subject group": {"category": "finance", "without": ["subject_group", "items"]},
    "an unknown code": {"purpose": "piracy"},
    "an item that is no code": {"items": ["Ann Sample"]},
    "a person's number": {"items": ["9434765919"]},
    "a body that is not in the register": {"holder": "gss:E00000000"},
    "an item of a body that is not": {"action": "onward_share", "recipient": "ods:NOBODY"},
    "more items than a request may name": {"items": [f"item-{number}" for number in range(201)]},
    "a token too long to be handed in": {
        "items": ["a" * 60 + chr(97 + number // 26) + chr(97 + number % 26) for number in range(150)]
    },
    "a person's number besides": {"purpose": "research", "note": "943 476 5919"},
}


@pytest.mark.parametrize("changes", NOT_REQUESTABLE.values(), ids=NOT_REQUESTABLE)
def test_everything_else_offers_nothing(changes: dict[str, Any]) -> None:
    assert offer(**changes) is None


@pytest.mark.parametrize(
    "changes",
    [{"state": "suspended"}, {"blocked_by": ("ET-01",)}, {"state": "waiting", "awaiting": (TRUST,)}],
)
def test_nothing_is_offered_where_an_agreement_is_there_or_on_its_way(changes: dict[str, Any]) -> None:
    index = index_of(flow(**changes))
    there = Desk(index, policies(), base_url=BASE_URL, offers=Offers(index, SEALER))
    answer = ask(app=point(desk=there))
    assert answer.json["decision"] is False
    assert "access_request" not in answer.json["context"]


def test_an_item_of_a_batch_offers_nothing_and_a_batch_of_none_is_a_question() -> None:
    app = point(desk=desk())
    assert "access_request" in ask(EVALUATIONS, app=app, purpose="research").json["context"]
    sent = body(purpose="research")[:-1] + b',"evaluations":[{}]}'
    (item,) = call(app, sent, path=EVALUATIONS).json["evaluations"]
    assert item["decision"] is False
    assert "access_request" not in item["context"]
    assert "access_request" in ask(app=app, purpose="research").json["context"]


def test_equal_questions_share_an_offer_for_a_while() -> None:
    app = point(desk=desk())
    first = ask(app=app, purpose="research").json["context"]["access_request"]
    assert ask(app=app, purpose="research", future=1).json["context"]["access_request"] == first
    assert ask(app=app, purpose="statistics").json["context"]["access_request"] != first


def test_a_question_that_is_remembered_by_its_bytes_is_offered_the_same() -> None:
    index = index_of(*FLOWS)
    offers = Offers(index, SEALER)
    there, sent = Desk(index, policies(), base_url=BASE_URL, offers=offers), body(purpose="research")
    first = claims(call(point(desk=there), sent).json["context"]["access_request"])
    offers._kept.clear()
    remembered = there.recall(sent, NOW)
    assert remembered is not None
    _, context = there.evaluate(remembered._replace(is_alone=True), system())
    again = claims(json.loads(context)["access_request"])
    bound_members = ("subject", "action", "resource", "context")
    assert [first[name] for name in bound_members] == [again[name] for name in bound_members]


def test_offers_about_items_that_nobody_knows_are_not_kept() -> None:
    index = index_of(*FLOWS)
    offers = Offers(index, SEALER)
    there = point(desk=Desk(index, policies(), base_url=BASE_URL, offers=offers))
    assert ask(app=there, items=["never-heard-of"]).json["context"]["access_request"]
    assert offers._kept == {}


def test_one_token_stands_for_both_ends_and_every_name_of_a_body() -> None:
    index = index_of()
    there = bound(question(purpose="research"), index)
    asked = question(subject=COUNCIL, action="disclose", purpose="research", recipient=TRUST)
    assert bound(asked, index) == there
    assert bound(question(holder="gss:E99999999", purpose="research", recipient=TRUST), index) == there
    assert bound(question(action="match", purpose="research"), index) != there
    onward = question(action="onward_share", recipient=CHARITY)
    assert bound(onward, index)["context"]["recipient"] == CHARITY


def test_the_draft_says_what_was_asked_and_guesses_nothing() -> None:
    index = index_of()
    asked = bound(question(items=["b-item", "a-item"], age_band="5-11"), index)
    council, trust = index.bodies[COUNCIL], index.bodies[TRUST]
    draft = draft_of(asked, council, trust, policies().law, on=NOW.date(), until=None)
    assert draft["title"] == {
        "en": "Safeguarding children: Lancashire County Council to Morecambe Bay Trust",
        "cy": "Diogelu plant: Lancashire County Council (cy) i Morecambe Bay Trust (cy)",
    }
    assert [item["code"] for item in draft["items"]] == ["a-item", "b-item"]
    (only,) = draft["flows"]
    assert (only["from"], only["to"], only["actions"]) == (COUNCIL, TRUST, ["receive"])
    assert (only["purposes"], only["items"], only["age_bands"]) == (
        ["child-safeguarding"],
        ["i1", "i2"],
        ["5-11"],
    )
    assert only["protective"] is True
    assert "bases" not in only
    ends = NOW.date() + timedelta(days=90)
    short = draft_of(asked, council, trust, policies().law, on=NOW.date(), until=ends)
    assert short["review_on"] == short["expires_on"] == ends.isoformat()


def test_advice_offers_nothing_to_hand_in() -> None:
    answer = ask("/api/v1/advice", purpose="research")
    assert "access_request" not in answer.json["context"]
