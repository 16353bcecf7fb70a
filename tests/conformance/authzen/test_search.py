"""The three searches: what they list, what they leave out, and that what is listed holds when asked again."""

import json
from random import Random
from typing import Any

import pytest

from registry.decisions.searches.searching import Searched
from registry.decisions.words.wording import wording
from tests.conformance.authzen.hostile import changed, check_problem, without
from tests.conformance.authzen.register import FLOWS, RIGHT, actions, resources, subjects
from tests.conformance.authzen.wire import Wire
from tests.unit.decisions.calling import call, point
from tests.unit.decisions.making import (
    BELFAST,
    CHARITY,
    COUNCIL,
    POLICE,
    TRUST,
    desk_of,
)
from tests.unit.decisions.worlds import random_flow, random_question

SUBJECT, RESOURCE, ACTION = (searched.path for searched in Searched)
SEARCHES = (SUBJECT, RESOURCE, ACTION)
OF: dict[str, str] = {searched.path: searched.value for searched in Searched}


def names(answer: Any) -> list[str]:
    """What a search lists, by id or name."""
    return [result.get("id") or result["name"] for result in answer.json["results"]]


def found(wire: Wire, path: str, asked: dict[str, Any], caller: str = "trust") -> list[str]:
    answer = wire.send(asked, path=path, caller=caller)
    assert answer.status == 200
    return names(answer)


@pytest.mark.spec("AuthZEN 1.0", "8.4")
def test_the_holder_sees_who_may_receive(wire: Wire) -> None:
    assert found(wire, SUBJECT, subjects(), caller="council") == [TRUST, POLICE]


@pytest.mark.spec("AuthZEN 1.0", "8.4")
def test_whoever_does_not_hold_it_sees_itself_alone(wire: Wire) -> None:
    assert found(wire, SUBJECT, subjects()) == [TRUST]
    assert found(wire, SUBJECT, subjects(), caller="outsider") == []


@pytest.mark.spec("AuthZEN 1.0", "8.5")
def test_the_recipient_sees_what_it_may_receive(wire: Wire) -> None:
    holdings = [f"{COUNCIL}~safeguarding-flag", f"{POLICE}~contact", f"{POLICE}~safeguarding-flag"]
    assert found(wire, RESOURCE, resources()) == holdings


@pytest.mark.spec("AuthZEN 1.0", "8.5")
def test_whoever_does_not_receive_it_sees_its_own_holdings_alone(wire: Wire) -> None:
    assert found(wire, RESOURCE, resources(), caller="council") == [f"{COUNCIL}~safeguarding-flag"]
    assert found(wire, RESOURCE, resources(), caller="outsider") == []


@pytest.mark.spec("AuthZEN 1.0", "8.6")
def test_what_may_be_done_with_it(wire: Wire) -> None:
    assert found(wire, ACTION, actions()) == ["receive"]
    assert found(wire, ACTION, actions(subject=POLICE), caller="council") == ["match", "receive"]
    assert found(wire, ACTION, actions(holder=POLICE, recipient=CHARITY)) == ["onward_share"]


def test_disclosing_is_found_from_the_holders_end(wire: Wire) -> None:
    disclosing = {"action": {"name": "disclose"}}
    assert found(wire, SUBJECT, subjects(recipient=TRUST) | disclosing, caller="council") == [COUNCIL]
    assert found(wire, SUBJECT, subjects(recipient=TRUST) | disclosing) == [COUNCIL]
    assert found(wire, SUBJECT, subjects(recipient=CHARITY) | disclosing, caller="council") == []
    mine = resources(subject=COUNCIL, recipient=TRUST) | disclosing
    assert found(wire, RESOURCE, mine, caller="council") == [f"{COUNCIL}~safeguarding-flag"]
    assert found(wire, ACTION, actions(subject=COUNCIL, recipient=TRUST), caller="council") == ["disclose"]


def test_passing_on_is_found_from_the_originators_end(wire: Wire) -> None:
    onward = {"action": {"name": "onward_share"}}
    assert found(wire, SUBJECT, subjects(holder=POLICE, recipient=CHARITY) | onward) == [TRUST]
    assert found(wire, SUBJECT, subjects(holder=POLICE, recipient=COUNCIL) | onward) == []
    holdings = [f"{POLICE}~contact", f"{POLICE}~safeguarding-flag"]
    assert found(wire, RESOURCE, resources(recipient=CHARITY) | onward) == holdings


@pytest.mark.parametrize("path", SEARCHES)
def test_the_id_of_what_is_searched_for_is_ignored(wire: Wire, path: str) -> None:
    plain = wire.send(RIGHT[path], path=path).json["results"]
    named = {"name": "nonsense"} if path == ACTION else {**RIGHT[path][OF[path]], "id": "nonsense"}
    assert plain
    for identified in (named, named | {"id": 7}, named | {"id": None}):
        assert wire.send({**RIGHT[path], OF[path]: identified}, path=path).json["results"] == plain


NO_BODY, NO_CATEGORY = "ods:NOBODY", f"{COUNCIL}~spaceships"
UNKNOWN = [
    (SUBJECT, "/subject/type", "spaceship"),
    (SUBJECT, "/resource/type", "spaceship"),
    (SUBJECT, "/resource/id", NO_CATEGORY),
    (SUBJECT, "/resource/id", f"{NO_BODY}~safeguarding-flag"),
    (SUBJECT, "/resource/id", COUNCIL),
    (SUBJECT, "/action/name", "fly"),
    (RESOURCE, "/resource/type", "spaceship"),
    (RESOURCE, "/subject/type", "spaceship"),
    (RESOURCE, "/subject/id", NO_BODY),
    (RESOURCE, "/action/name", "fly"),
    (ACTION, "/subject/type", "spaceship"),
    (ACTION, "/resource/type", "spaceship"),
    (ACTION, "/subject/id", NO_BODY),
    (ACTION, "/resource/id", NO_CATEGORY),
    *((path, "/context/purpose", "piracy") for path in SEARCHES),
]


@pytest.mark.parametrize(("path", "pointer", "value"), UNKNOWN)
@pytest.mark.spec("AuthZEN 1.0", "8.3")
def test_what_nobody_knows_is_an_empty_list_and_no_error(
    wire: Wire, path: str, pointer: str, value: str
) -> None:
    answer = wire.send(changed(RIGHT[path], pointer, value), path=path)
    assert (answer.status, answer.json["results"], answer.json["page"]["total"]) == (200, [], 0)


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.spec("AuthZEN 1.0", "8.3")
def test_the_page_is_the_first_member_of_the_answer(wire: Wire, path: str) -> None:
    answer = wire.send(RIGHT[path], path=path)
    assert list(answer.json) == ["page", "context", "results"]
    total = len(answer.json["results"])
    assert answer.json["page"] == {"next_token": "", "count": total, "total": total}


NO_OBJECTS: tuple[Any, ...] = ("text", 7, None, [], True)
NO_NAMES: tuple[Any, ...] = ("", 7, None, {})
NOT_SEARCHES = [
    *((path, without(RIGHT[path], f"/{name}"), f"/{name}") for path in SEARCHES for name in RIGHT[path]
      if name != "context"),
    *((path, changed(RIGHT[path], f"/{name}", wrong), f"/{name}") for path in SEARCHES for name in RIGHT[path]
      for wrong in NO_OBJECTS),
    *((path, without(RIGHT[path], f"/{name}/type"), f"/{name}/type") for path in SEARCHES
      for name in ("subject", "resource")),
    *((path, changed(RIGHT[path], f"/{name}/type", wrong), f"/{name}/type") for path in SEARCHES
      for name in ("subject", "resource") for wrong in ("", 7, None)),
    *((path, without(RIGHT[path], f"/{name}/id"), f"/{name}/id") for path in SEARCHES
      for name in ("subject", "resource") if name != OF[path]),
    *((path, changed(RIGHT[path], f"/{name}/id", wrong), f"/{name}/id") for path in SEARCHES
      for name in ("subject", "resource") if name != OF[path] for wrong in NO_NAMES),
    *((path, changed(RIGHT[path], "/action", {}), "/action/name") for path in (SUBJECT, RESOURCE)),
    *((path, changed(RIGHT[path], "/action/name", wrong), "/action/name") for path in (SUBJECT, RESOURCE)
      for wrong in ("", 123, None)),
    *((path, changed(RIGHT[path], f"/context/{name}", wrong), f"/context/{name}") for path in SEARCHES
      for name, wrong in (("purpose", 7), ("at", "2026-11-01"), ("items", "x"), ("min_log_size", -1),
                          ("recipient", {}), ("supported_obligations", [1]))),
]  # fmt: skip


@pytest.mark.parametrize(("path", "sent", "pointer"), NOT_SEARCHES)
@pytest.mark.spec("AuthZEN 1.0", "10.1.2")
def test_what_is_no_search_is_refused_with_the_member_named(
    wire: Wire, path: str, sent: bytes, pointer: str
) -> None:
    for caller in ("trust", "outsider"):
        answer = wire.send(sent, path=path, caller=caller)
        check_problem(answer, 400, "bad-question")
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_for_a_person_is_sent_to_advice(wire: Wire, path: str) -> None:
    check_problem(
        wire.send(changed(RIGHT[path], "/context/initiated_by", "person"), path=path), 403, "use-advice"
    )


@pytest.mark.parametrize("path", SEARCHES)
def test_a_stranger_sees_the_same_whether_or_not_anything_exists(path: str) -> None:
    full, empty = point(*FLOWS), point(desk=desk_of())
    sent = json.dumps(RIGHT[path]).encode()
    assert call(full, sent, path=path, caller="outsider") == call(empty, sent, path=path, caller="outsider")


def test_a_list_says_what_it_does_not_mean_in_both_languages(wire: Wire) -> None:
    said, advice = wording().advice, wire.send(subjects(), path=SUBJECT).json["context"]["advice"]
    for situation in ("caveat", "unlisted", "emergency"):
        assert said[situation].en in advice["en"]
        assert said[situation].cy in advice["cy"]
    empty = wire.send(subjects(category="finance"), path=SUBJECT).json["context"]["advice"]
    assert said["emergency"].en in empty["en"]
    assert said["caveat"].cy not in empty["cy"]


def test_a_fact_that_is_left_out_lists_nothing_and_is_named(wire: Wire) -> None:
    asked = subjects()
    del asked["context"]["subject_group"]
    answer = wire.send(asked, path=SUBJECT).json
    assert answer["results"] == []
    assert "subject_group" in answer["context"]["reasons"][0]["en"]


def test_an_index_that_is_not_there_yet_lists_nothing_and_says_so() -> None:
    desk = desk_of(*FLOWS)
    desk.index.log_size = None
    answer = call(point(desk=desk), json.dumps(subjects()).encode(), path=SUBJECT).json
    assert (answer["results"], answer["context"]["log_size"]) == ([], 0)
    assert [reason["code"] for reason in answer["context"]["reasons"]] == ["index-loading"]


def test_a_log_size_that_is_not_reached_lists_nothing_and_says_so(wire: Wire) -> None:
    answer = wire.send(subjects(min_log_size=10_000), path=SUBJECT).json
    assert answer["results"] == []
    assert [reason["code"] for reason in answer["context"]["reasons"]] == ["log-size-not-reached"]


def test_a_past_day_is_searched_as_it_was(wire: Wire) -> None:
    assert found(wire, SUBJECT, subjects(at="2026-01-01T09:00:00Z")) == []
    assert found(wire, SUBJECT, subjects(at="2026-01-03T09:00:00Z")) == [TRUST]


def test_what_a_result_demands_is_said_with_it(wire: Wire) -> None:
    asked = subjects(method="api-mtls", identifiability="identifiable", items=["child-protection-plan"])
    trust, police = wire.send(asked, path=SUBJECT, caller="council").json["results"]
    assert trust == {"type": "organisation", "id": TRUST}
    (obligation,) = police["obligations"]
    assert (obligation["type"], obligation["properties"]) == ("custom", {"code": "no-onward"})


@pytest.mark.spec("AuthZEN Obligations Profile", "4.3")
def test_what_a_system_cannot_honour_is_not_listed(wire: Wire) -> None:
    asked = subjects(method="api-mtls", identifiability="identifiable", items=["child-protection-plan"])
    for able, listed in (([], [TRUST]), (["no-onward"], [TRUST, POLICE]), (["custom"], [TRUST, POLICE])):
        with_ability = changed(asked, "/context/supported_obligations", able)
        assert names(wire.send(with_ability, path=SUBJECT, caller="council")) == listed


@pytest.mark.spec("AuthZEN 1.0", "8.1")
@pytest.mark.parametrize("seed", range(12))
def test_what_is_listed_is_permitted_and_what_is_permitted_is_listed(seed: int) -> None:
    """Every result of every search is asked again, and so is everything that could have been listed."""
    chance = Random(seed)  # noqa: S311 - to be repeated
    app = point(*sorted((random_flow(chance) for _ in range(8)), key=lambda flow: flow.ref))
    for _ in range(4):
        asked = random_question(chance)
        for path in SEARCHES:
            for caller in ("trust", "council"):
                answer = call(app, json.dumps(asked).encode(), path=path, caller=caller)
                assert names(answer) == sorted(permitted(app, path, asked, caller))


def permitted(app: Any, path: str, asked: dict[str, Any], caller: str) -> set[str]:
    """What an evaluation permits of all that a search could list."""
    bodies, categories = (
        (COUNCIL, TRUST, POLICE, CHARITY, BELFAST),
        ("safeguarding-flag", "contact", "finance"),
    )
    candidates = {
        SUBJECT: [{"type": "organisation", "id": body} for body in bodies],
        RESOURCE: [{"type": "data_holding", "id": f"{body}~{one}"} for body in bodies for one in categories],
        ACTION: [
            {"name": name} for name in ("receive", "disclose", "onward_share", "match", "automated_use")
        ],
    }
    return {
        entity.get("id") or entity["name"]
        for entity in candidates[path]
        if (answer := call(app, json.dumps({**asked, OF[path]: entity}).encode(), caller=caller)).status
        == 200
        and answer.json["decision"]
    }
