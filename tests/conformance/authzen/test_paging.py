"""Pages of a search: to the end with any limit, and no token but for the request that it was given for."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.decisions.searches.paging import KIND, TOKEN_LIFETIME_SECONDS, Pages, PageTokenRefused
from registry.decisions.searches.searching import Searched
from tests.conformance.authzen.hostile import check_problem
from tests.conformance.authzen.register import RIGHT, resources, subjects
from tests.conformance.authzen.wire import Wire
from tests.unit.decisions.calling import SEALER, Answer
from tests.unit.decisions.making import NOW, system

SUBJECT, RESOURCE, ACTION = (searched.path for searched in Searched)


def ask(
    wire: Wire, page: Any, *, path: str = RESOURCE, asked: dict[str, Any] | None = None, caller: str = "trust"
) -> Answer:
    return wire.send({**(asked or RIGHT[path]), "page": page}, path=path, caller=caller)


def begun(wire: Wire) -> str:
    """The token of the second page of one result each."""
    token: str = ask(wire, {"limit": 1}).json["page"]["next_token"]
    return token


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
@pytest.mark.spec("AuthZEN 1.0", "8.2")
def test_pages_lead_to_the_end_and_miss_nothing(wire: Wire, limit: int) -> None:
    whole, found, page = ask(wire, {}).json["results"], [], {"limit": limit}
    assert len(whole) == 3
    for _ in range(4):
        answer = ask(wire, page).json
        assert answer["page"]["count"] == len(answer["results"]) <= limit
        assert answer["page"]["total"] == 3
        found += answer["results"]
        page = {"limit": limit, "token": answer["page"]["next_token"]}
        if not page["token"]:
            break
    assert found == whole


@pytest.mark.spec("AuthZEN 1.0", "8.2.1")
def test_the_limit_may_be_left_out_under_a_token_which_knows_it(wire: Wire) -> None:
    answer = ask(wire, {"token": begun(wire)}).json
    assert (answer["page"]["count"], bool(answer["page"]["next_token"])) == (1, True)


def test_a_limit_of_none_tells_how_many_there_are(wire: Wire) -> None:
    answer = ask(wire, {"limit": 0}).json
    assert (answer["results"], answer["page"]["count"], answer["page"]["total"]) == ([], 0, 3)
    assert answer["page"]["next_token"]


@pytest.mark.spec("AuthZEN 1.0", "8.2")
@pytest.mark.parametrize(
    "changes",
    [
        {"asked": resources(purpose="direct-care")},
        {"asked": resources(at="2026-10-01T00:00:00Z")},
        {"asked": {**resources(), "future": 1}},
        {"asked": resources(subject="gss:E10000017")},
        {"path": SUBJECT, "asked": resources()},
        {"caller": "council"},
        {"page": {"limit": 2}},
        {"page": {"properties": {"sort": "name"}}},
    ],
)
def test_a_token_is_bound_to_the_request_it_was_given_for(wire: Wire, changes: dict[str, Any]) -> None:
    page = {"token": begun(wire), **changes.pop("page", {})}
    if changes.get("path") == SUBJECT:  # the very same body at another address
        changes["asked"] = subjects() | {"subject": resources()["subject"]}
    check_problem(ask(wire, page, **changes), 400, "page-token-refused")


def test_a_token_fits_the_same_request_however_it_is_written(wire: Wire) -> None:
    asked = dict(reversed(resources().items()))
    assert ask(wire, {"token": begun(wire)}, asked=asked).status == 200


def test_no_altered_token_is_accepted(wire: Wire) -> None:
    token = begun(wire)
    for place in range(0, len(token), 7):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        check_problem(ask(wire, {"token": altered}), 400, "page-token-refused")


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "x" * 10_000, "ÿ.ÿ.ÿ", "\u0661.\u0661.\u0661", "bnVsbA.bnVsbA.bnVsbA"]
)
def test_what_is_no_token_is_refused(wire: Wire, token: str) -> None:
    check_problem(ask(wire, {"token": token}), 400, "page-token-refused")


def test_a_token_for_something_else_is_no_page_token(wire: Wire) -> None:
    page = Pages(SEALER).read(resources(), system(), NOW, path=RESOURCE)
    claims = {**page._asdict(), "iat": 0, "exp": 4_000_000_000}
    assert ask(wire, {"token": SEALER.seal(KIND, claims)}).status == 200
    for token in (SEALER.seal("at+jwt", claims), SEALER.sign(KIND, claims)):
        check_problem(ask(wire, {"token": token}), 400, "page-token-refused")


def test_a_token_ends_after_an_hour() -> None:
    pages, caller, asked = Pages(SEALER), system(), {"page": {"limit": 1}}
    said, _ = pages.cut(pages.read(asked, caller, NOW, path=RESOURCE), ["a", "b"], NOW)
    under = {"page": {"token": said["next_token"]}}
    last = NOW + timedelta(seconds=TOKEN_LIFETIME_SECONDS - 1)
    assert pages.read(under, caller, last, path=RESOURCE).after == "a"
    with pytest.raises(PageTokenRefused):
        pages.read(under, caller, last + timedelta(seconds=1), path=RESOURCE)
    with pytest.raises(PageTokenRefused):
        pages.read(under, replace(caller, client="another"), last, path=RESOURCE)


def test_results_that_come_and_go_between_pages_shift_nothing() -> None:
    pages, caller = Pages(SEALER), system()
    said, shown = pages.cut(pages.read({"page": {"limit": 2}}, caller, NOW, path=RESOURCE), list("bdf"), NOW)
    assert list("bdf")[shown] == ["b", "d"]
    page = pages.read({"page": {"token": said["next_token"]}}, caller, NOW, path=RESOURCE)
    for names, rest in (("acdef", "ef"), ("bf", "f"), ("abcd", "")):
        assert "".join(list(names)[pages.cut(page, list(names), NOW)[1]]) == rest


@pytest.mark.parametrize("path", sorted({SUBJECT, RESOURCE, ACTION}))
@pytest.mark.parametrize(
    ("page", "pointer", "code"),
    [
        (None, "/page", "wrong-type"),
        ([], "/page", "wrong-type"),
        ("next", "/page", "wrong-type"),
        ({"token": 7}, "/page/token", "wrong-type"),
        ({"token": None}, "/page/token", "wrong-type"),
        ({"limit": "1"}, "/page/limit", "wrong-type"),
        ({"limit": 1.5}, "/page/limit", "wrong-type"),
        ({"limit": True}, "/page/limit", "wrong-type"),
        ({"limit": None}, "/page/limit", "wrong-type"),
        ({"limit": -1}, "/page/limit", "out-of-bounds"),
        ({"properties": []}, "/page/properties", "wrong-type"),
    ],
)
def test_what_is_no_page_is_refused(wire: Wire, path: str, page: Any, pointer: str, code: str) -> None:
    answer = ask(wire, page, path=path)
    check_problem(answer, 400, "bad-page")
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("path", [SUBJECT, RESOURCE, ACTION])
def test_unknown_members_of_a_page_are_ignored(wire: Wire, path: str) -> None:
    assert ask(wire, {"limit": 10, "size": 3, "properties": {"sort": 1}}, path=path).status == 200


def test_a_number_beyond_all_bounds_does_not_break_the_binding(wire: Wire) -> None:
    sent = json.dumps({**resources(), "future": 7}).replace("7}", "1e400}").encode()
    assert wire.send(sent, path=RESOURCE).status == 200
