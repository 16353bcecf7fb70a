"""Whatever is wrong with a body is refused with a problem that says what and where, and nothing changes."""

import json
from collections.abc import Iterator

import pytest
import requests

from tests.integration.http.deed import NOTHING, Deed
from tests.integration.http.deeds import BY_ROUTE, CREATE, DEEDS, sample_terms, stage
from tests.integration.http.faults import MAX_BODY, Fault, of_the_shape, of_the_text
from tests.integration.http.problems import problem_of
from tests.integration.http.world import Json, World
from tests.samples.agreements import LANCASHIRE

EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.route)
WITH_BODY = pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if deed.body], ids=lambda deed: deed.route
)


ON_A_THING = pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if deed.on_a_thing], ids=lambda deed: deed.route
)


@pytest.fixture(autouse=True)
def _nothing_changes(unchanged: World) -> Iterator[None]:
    before = unchanged.size()
    yield
    assert unchanged.size() == before


def send(world: World, deed: Deed, fault: Fault) -> requests.Response:
    thing = stage(world, deed.stage)
    return world.send(
        deed.method,
        deed.path(thing),
        deed.caller(world),
        raw=fault.body,
        headers={"content-type": fault.media_type, "x-request-id": "r-17", **deed.needs(thing)},
    )


def right_body(world: World, deed: Deed) -> Json:
    return deed.content(world, stage(world, deed.stage))


@EACH
def test_a_text_that_is_not_json_is_refused(world: World, deed: Deed) -> None:
    for fault in of_the_text(right_body(world, deed)):
        answer = send(world, deed, fault)
        assert problem_of(answer, fault.status)["code"] == fault.code, fault.name
        assert answer.headers["x-request-id"] == answer.json()["request_id"] == "r-17"


@EACH
def test_a_body_of_another_shape_is_refused_where_it_is_wrong(world: World, deed: Deed) -> None:
    for fault in of_the_shape(right_body(world, deed)):
        answer = send(world, deed, fault)
        assert answer.status_code == fault.status, fault.name
        problem = problem_of(answer, fault.status)
        named = {error["pointer"]: error["code"] for error in problem["errors"]}
        assert problem["code"] == "invalid-fields", fault.name
        assert fault.pointer in named, (fault.name, named)
        assert fault.code in ("", named[fault.pointer]), (fault.name, named)


def test_a_body_far_beyond_what_is_read_is_refused(world: World) -> None:
    answer = send(world, CREATE, Fault("far too long", b" " * 20 * MAX_BODY, 413, "body-too-long"))
    assert problem_of(answer, 413)["code"] == "body-too-long"


@WITH_BODY
def test_an_empty_body_is_refused(world: World, deed: Deed) -> None:
    answer = send(world, deed, Fault("empty", b"", 400, "malformed-json"))
    assert problem_of(answer, 400)["code"] == "malformed-json"


@pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if not deed.takes_nothing], ids=lambda deed: deed.route
)
def test_an_object_without_members_is_refused_with_every_member_it_needs(world: World, deed: Deed) -> None:
    answer = send(world, deed, Fault("nothing", b"{}", 422, "missing"))
    problem = problem_of(answer, 422)
    assert {error["code"] for error in problem["errors"]} == {"missing"}
    assert {error["pointer"].count("/") for error in problem["errors"]} == {1}


@ON_A_THING
def test_a_thing_that_there_is_not_is_not_found(world: World, deed: Deed) -> None:
    thing = stage(world, deed.stage)
    for name in (
        "ISA-AAAAAAAAAA",
        "no-such",
        "%00",
        "%FF",
        "x" * 4000,
        "00000000-0000-7000-8000-000000000000",
    ):
        path = deed.path(thing).replace(thing.id, name)
        answer = world.send(
            deed.method, path, deed.caller(world), deed.content(world, thing), headers=deed.needs(thing)
        )
        assert problem_of(answer, 404)["code"] in NOT_THERE


NOT_THERE = frozenset(
    {
        "no-such-agreement",
        "no-such-assessment",
        "no-such-record",
        "no-such-calendar",
        "no-such-delegation",
        "no-such-erasure",
        "no-such-grant",
        "no-such-import",
        "no-such-order",
        "no-such-organisation-key",
        "no-such-passkey",
        "no-such-template",
        "no-such-webhook",
        "unknown-organisation",
        "unknown-person",
    }
)


def test_a_number_beyond_every_column_names_no_version(world: World) -> None:
    sign, ready = BY_ROUTE["POST /api/v1/agreements/{ref}/sign"], stage(world, "agreement ready")
    for number in (2, 2**31, 2**63, 10**40):
        body = sign.content(world, ready) | {"version": number}
        problem_of(world.send("POST", sign.path(ready), sign.caller(world), body), 404)
        path = f"/api/v1/agreements/{ready.id}/versions/{number}"
        problem_of(world.send("GET", path, sign.caller(world)), 404)


@pytest.mark.parametrize(
    ("place", "value", "pointer"),
    [
        (("items", 0, "category"), "no-such", "/terms/items/0/category"),
        (("flows", 0, "purposes", 0), "no-such", "/terms/flows/0/purposes/0"),
        (("flows", 0, "subject_groups", 0), "no-such", "/terms/flows/0/subject_groups/0"),
        (("flows", 0, "methods", 0), "no-such", "/terms/flows/0/methods/0"),
        (("flows", 0, "frequency"), "no-such", "/terms/flows/0/frequency"),
        (("flows", 0, "gateways", 0), "NO-SUCH", "/terms/flows/0/gateways/0"),
        (("flows", 0, "obligations", 0, "code"), "no-such", "/terms/flows/0/obligations/0/code"),
        (("parties", 1, "organisation"), "gss:E99999999", None),
    ],
)
@pytest.mark.parametrize("route", ["POST /api/v1/agreements", "PUT /api/v1/agreements/{ref}/draft"])
def test_an_unknown_code_is_named(
    world: World, route: str, place: tuple[str | int, ...], value: str, pointer: str | None
) -> None:
    body = sample_terms(world, NOTHING)
    member = body["terms"]
    for step in place[:-1]:
        member = member[step]
    member[place[-1]] = value
    deed = BY_ROUTE[route]
    problem = problem_of(send(world, deed, Fault("", json.dumps(body).encode(), 422, "")), 422)
    assert pointer is None or pointer in {error["pointer"] for error in problem["errors"]}


@pytest.mark.parametrize(
    ("route", "member"),
    [
        ("POST /api/v1/agreements/{ref}/review-now", "reason_code"),
        ("POST /api/v1/incidents", "kind"),
        ("POST /api/v1/incidents", "flow"),
    ],
)
def test_an_unknown_code_is_told_with_its_list(world: World, route: str, member: str) -> None:
    deed = BY_ROUTE[route]
    body = right_body(world, deed) | {member: "no-such"}
    problem = problem_of(send(world, deed, Fault("", json.dumps(body).encode(), 422, "")), 422)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        (f"/{member}", "unknown-code")
    ]
    assert "no-such" in problem["errors"][0]["en"]


def test_a_parameter_that_does_not_parse_is_named(world: World) -> None:
    officer = world.cast(LANCASHIRE, "ig_officer")
    for query, name in (
        ("limit=x", "limit"),
        ("limit=0", "limit"),
        ("limit=99999", "limit"),
        ("q=" + "x" * 900, "q"),
    ):
        answer = world.send("GET", f"/api/v1/agreements?{query}", officer)
        problem = problem_of(answer, 400)
        assert (problem["code"], problem["errors"][0]["parameter"]) == ("invalid-parameters", name)


def test_a_criterion_that_is_in_no_list_is_named_as_the_parameter_it_is(world: World) -> None:
    officer = world.cast(LANCASHIRE, "ig_officer")
    answer = world.send("GET", "/api/v1/dpias/screening?criterion=matching&criterion=astrology", officer)
    problem = problem_of(answer, 400)
    assert problem["code"] == "invalid-parameters"
    assert [(error["parameter"], error["code"]) for error in problem["errors"]] == [
        ("criterion", "unknown-code")
    ]
    assert "astrology" in problem["errors"][0]["en"]
