"""Who changes what another has changed is told so, and who repeats a request gets its first answer."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from tests.integration.http.deed import Deed, Thing
from tests.integration.http.deeds import BY_ROUTE, CREATE, DEEDS, fresh, stage
from tests.integration.http.problems import problem_of
from tests.integration.http.world import World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE

AT_ONCE = 4
KEPT = ("content-type", "etag", "location")


def deeds(*match: str) -> pytest.MarkDecorator:
    """Every write operation that treats `If-Match` in one of these ways."""
    return pytest.mark.parametrize(
        "deed", [deed for deed in DEEDS if deed.match in match], ids=lambda deed: deed.route
    )


ON_A_TAGGED_THING = pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if deed.on_a_tagged_thing], ids=lambda deed: deed.route
)
EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.route)


def send(
    world: World, deed: Deed, thing: Thing, more: Mapping[str, str | None] | None = None
) -> requests.Response:
    headers = {**deed.needs(thing), **(more or {})}
    body = deed.content(world, thing)
    return world.send(deed.method, deed.path(thing), deed.caller(world), body, headers=headers)


@deeds("required")
def test_an_edit_without_a_tag_is_refused(world: World, deed: Deed) -> None:
    thing, before = stage(world, deed.stage), world.contents()
    answer = send(world, deed, thing, {"if-match": None})
    assert problem_of(answer, 428)["code"] == "precondition-required"
    assert world.contents() == before


@deeds("required", "honoured")
def test_a_tag_that_is_not_the_present_one_is_refused(world: World, deed: Deed) -> None:
    thing, before = stage(world, deed.stage), world.contents()
    for tag in ('"0.0"', '"0"', '""', '"99.99"', "present", 'W/"1"', 'W/"1.2"', '"1'):
        answer = send(world, deed, thing, {"if-match": tag})
        assert problem_of(answer, 412)["code"] == "stale-version", tag
    assert world.contents() == before


@ON_A_TAGGED_THING
def test_the_present_tag_is_the_one_of_the_last_change_and_is_good_once(world: World, deed: Deed) -> None:
    thing = fresh(world, deed.stage)
    present = tag_of(world, deed, thing)
    assert thing.etag in ("", present)
    changed = send(world, deed, thing, {"if-match": present})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == tag_of(world, deed, thing) != present
    if deed.match != "no":
        assert problem_of(send(world, deed, thing, {"if-match": present}), 412)


def tag_of(world: World, deed: Deed, thing: Thing) -> str:
    home = "/".join(deed.path(thing).split("/")[:5])
    return str(world.send("GET", home, world.cast(LANCASHIRE, "ig_officer")).headers["etag"])


@EACH
def test_what_is_asked_many_times_under_one_key_is_done_once(world: World, deed: Deed) -> None:
    """LOG acceptance 10, row 5: the response was lost, the client tries again."""
    thing, key, before = fresh(world, deed.stage), {"idempotency-key": uuid4().hex}, world.size()
    headers, body = {**deed.needs(thing), **key}, world.text(deed.content(world, thing))

    def again(raw: bytes) -> requests.Response:
        return world.send(deed.method, deed.path(thing), deed.caller(world), raw=raw, headers=headers)

    answers = ask_at_once(world, deed, thing, body, headers)
    assert {answer.status_code for answer in answers} <= {200, 201}, answers[0].text
    first, after = answers[0], world.contents()
    for answer in (*answers, again(body)):
        assert answer.content == first.content
        assert [answer.headers.get(name) for name in KEPT] == [first.headers.get(name) for name in KEPT]
    assert world.contents() == after
    assert first.json()["log_size"] == world.size() > before

    assert problem_of(again(body + b" "), 409)["code"] == "idempotency-key-reused"
    assert world.contents() == after


def ask_at_once(
    world: World, deed: Deed, thing: Thing, body: bytes, more: Mapping[str, str | None]
) -> list[requests.Response]:
    start = threading.Barrier(AT_ONCE)
    headers = {
        "authorization": f"Bearer {world.token(deed.caller(world))}",
        "content-type": "application/json",
        **more,
    }

    def ask(_: int) -> requests.Response:
        start.wait()
        return requests.request(
            deed.method, world.url + deed.path(thing), data=body, headers=headers, timeout=30
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(AT_ONCE)))


def test_a_key_is_not_good_for_another_address(world: World) -> None:
    key = {"idempotency-key": uuid4().hex}
    assert send(world, CREATE, fresh(world, CREATE.stage), key).status_code == 201
    after = world.contents()
    officer, thing = CREATE.caller(world), stage(world, "agreement draft")
    answer = world.send("POST", f"/api/v1/agreements/{thing.id}/submit", officer, headers=key)
    assert problem_of(answer, 409)["code"] == "idempotency-key-reused"
    assert world.contents() == after


def test_a_refused_request_may_be_tried_again_under_its_key(world: World) -> None:
    deed, key = BY_ROUTE["POST /api/v1/agreements/{ref}/withdraw"], {"idempotency-key": uuid4().hex}
    thing = fresh(world, deed.stage)
    assert send(world, deed, thing, {"if-match": '"0.0"', **key}).status_code == 412
    assert send(world, deed, thing, key).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 129, "\xe9", "a b"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    before = world.contents()
    answer = send(world, CREATE, fresh(world, CREATE.stage), {"idempotency-key": key})
    assert problem_of(answer, 400)["code"] == "bad-idempotency-key"
    assert world.contents() == before


def test_a_key_belongs_to_one_person(world: World) -> None:
    key, body = {"idempotency-key": uuid4().hex}, CREATE.content(world, fresh(world, CREATE.stage))
    both = (world.cast(LANCASHIRE, "ig_officer", second=second) for second in (False, True))
    made = {world.send("POST", CREATE.path(), person, body, headers=key).json()["ref"] for person in both}
    assert len(made) == 2


def test_a_signature_for_another_text_is_refused_with_the_rule(world: World) -> None:
    deed, thing = BY_ROUTE["POST /api/v1/agreements/{ref}/sign"], stage(world, "agreement ready")
    before = world.contents()
    body = deed.content(world, thing) | {"hash": "sha256:" + "0" * 64}
    problem = problem_of(world.send("POST", deed.path(thing), deed.caller(world), body), 409)
    assert problem["code"] == "gates-unmet"
    assert [unmet["rule"] for unmet in problem["unmet"]] == ["SD-05"]
    assert world.contents() == before


def test_a_signature_for_another_body_is_refused(world: World) -> None:
    deed, thing = BY_ROUTE["POST /api/v1/agreements/{ref}/sign"], stage(world, "agreement ready")
    before = world.contents()
    body = deed.content(world, thing) | {"organisation": BLACKPOOL}
    problem = problem_of(world.send("POST", deed.path(thing), deed.caller(world), body), 403)
    assert problem["code"] == "not-your-organisation"
    assert world.contents() == before


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed.wrong_stage], ids=lambda deed: deed.route)
def test_what_its_stage_does_not_allow_is_refused(world: World, deed: Deed) -> None:
    thing, before = stage(world, deed.wrong_stage or ""), world.contents()
    answer = send(world, deed, thing)
    problem = problem_of(answer, 409)
    assert problem["code"] in STAGE_CODES, problem
    assert world.contents() == before


STAGE_CODES = frozenset(
    {
        "wrong-status",
        "wrong-record-status",
        "wrong-webhook-status",
        "wrong-assessment-status",
        "nothing-to-resume",
        "retention-runs",
        "calendar-is-revoked",
        "erasure-done",
        "grant-ended",
        "nothing-loaded",
        "import-loaded",
        "gates-unmet",
        "advice-not-given",
    }
)
