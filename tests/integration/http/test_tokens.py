"""Who has no token, or another's, changes nothing and learns nothing (RFC 6750, CONTRACT)."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from registry import clock
from registry.callers import Caller
from registry.oauth.keys import create_token_key, load_token_keys
from registry.oauth.tokens import Issuer
from tests.integration.http.deed import Deed
from tests.integration.http.deeds import BY_ROUTE, DEEDS, stage
from tests.integration.http.problems import problem_of
from tests.integration.http.rights import RIGHTS
from tests.integration.http.world import World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TRUST

EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.route)
PUBLISHED = frozenset({"agreement active", "agreement suspended", "agreement under_review"})


def for_strangers(deed: Deed) -> bool:
    """Whether a stranger may do it: each with the same person, and with a copy of what is published."""
    return bool(RIGHTS[deed.route].stranger) or (deed.beside and deed.stage in PUBLISHED)


KEPT_BY_BODIES = [deed for deed in DEEDS if "/calendar-addresses" not in deed.route]
"""Not a person's own calendar addresses: a system has none, and to keep them a token that reads is enough."""
NOT_FOR_STRANGERS = pytest.mark.parametrize(
    "deed",
    [deed for deed in DEEDS if deed.on_a_thing and not for_strangers(deed) and deed in KEPT_BY_BODIES],
    ids=lambda deed: deed.route,
)
NOT_FOR_AUDITORS = pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS if "auditor" not in RIGHTS[deed.route].own], ids=lambda deed: deed.route
)
NOT_FOR_READERS = pytest.mark.parametrize("deed", KEPT_BY_BODIES, ids=lambda deed: deed.route)
SMALLEST = 16
MAY_NOT = frozenset(
    {
        "may-not",
        "may-not-change-law",
        "may-not-exchange",
        "may-not-grant",
        "assessment-may-not",
        "record-may-not",
        "not-authorised",
        "scope-missing",
        "webhook-may-not",
    }
)
NO_SUCH = frozenset(
    {
        "no-such-agreement",
        "no-such-assessment",
        "no-such-calendar",
        "no-such-erasure",
        "no-such-grant",
        "no-such-import",
        "no-such-organisation-key",
        "no-such-passkey",
        "no-such-record",
        "no-such-webhook",
        "log-no-public-opening",
    }
)


@pytest.fixture(autouse=True)
def _nothing_changes(unchanged: World) -> Iterator[None]:
    before = unchanged.size()
    yield
    assert unchanged.size() == before


def send(
    world: World, deed: Deed, caller: Caller | None, authorization: str | None = None
) -> requests.Response:
    thing = stage(world, deed.stage)
    headers = {**deed.needs(thing), **({"authorization": authorization} if authorization else {})}
    return world.send(deed.method, deed.path(thing), caller, deed.content(world, thing), headers=headers)


@EACH
def test_without_a_token_nothing_is_looked_at(world: World, deed: Deed) -> None:
    path = deed.path(stage(world, deed.stage))
    for body in (b"{}", b"{", b"\xff", b" " * 2_000_000):
        answer = world.send(deed.method, path, raw=body)
        assert problem_of(answer, 401)["code"] == "token-missing"
        assert answer.headers["www-authenticate"].startswith("Bearer resource_metadata=")


def test_without_a_token_the_body_is_not_even_read(world: World) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST /api/v1/agreements HTTP/1.1\r\nHost: registry\r\nContent-Type: application/json\r\n"
            b"Content-Length: 900000\r\n\r\n{"
        )
        assert connection.recv(SMALLEST).startswith(b"HTTP/1.1 401")


@EACH
def test_a_token_that_is_not_good_is_refused(world: World, deed: Deed, tmp_path: Path) -> None:
    caller = deed.caller(world)
    create_token_key(tmp_path / "other.pem")
    foreign = Issuer(world.url, load_token_keys(tmp_path / "other.pem"))
    elsewhere = Issuer("https://elsewhere.test", world.issuer.keys)
    good = world.token(caller)
    head, claims, signature = good.split(".")
    tokens = {
        "expired": world.token(caller, now=clock.now() - timedelta(days=1)),
        "not yet valid": world.token(caller, now=clock.now() + timedelta(hours=1)),
        "another key's": world.token(caller, issuer=foreign),
        "another registry's": world.token(caller, issuer=elsewhere),
        "another signature": f"{head}.{claims}.{'A' * len(signature)}",
        "no signature": f"{head}.{claims}.",
        "no token": "x",
    }
    for name, token in tokens.items():
        answer = send(world, deed, None, f"Bearer {token}")
        assert problem_of(answer, 401)["code"] == "token-refused", name
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert problem_of(send(world, deed, None, f"Basic {good}"), 401)["code"] == "token-refused"


@NOT_FOR_STRANGERS
def test_a_stranger_is_told_that_there_is_no_such_thing(world: World, deed: Deed) -> None:
    for caller in (
        world.cast(TRUST, deed.role),
        partner(TRUST, "register:read", "register:write", "approve"),
    ):
        answer = send(world, deed, caller)
        if deed.stage in PUBLISHED:
            # It has been in force and is published: a stranger may read it, and do nothing to it.
            assert problem_of(answer, 403)["code"] == "may-not"
        elif RIGHTS[deed.route].denied_at("stranger") == 403:
            # Every reader may know of it.
            assert problem_of(answer, 403)["code"] in MAY_NOT
        else:
            assert problem_of(answer, 404)["code"] in NO_SUCH


@pytest.mark.parametrize("route", ["PUT /api/v1/agreements/{ref}/draft", "PUT /api/v1/dpias/{identifier}"])
def test_a_reader_does_not_edit(world: World, route: str) -> None:
    deed = BY_ROUTE[route]
    reader = world.cast(BLACKPOOL, "ig_officer")
    home = deed.path(stage(world, deed.stage)).removesuffix("/draft")
    assert world.send("GET", home, reader).status_code == 200
    assert problem_of(send(world, deed, reader), 403)["code"] in ("may-not", "assessment-may-not")


@NOT_FOR_READERS
def test_a_token_without_the_scope_does_not_do_it(world: World, deed: Deed) -> None:
    caller = deed.caller(world)
    narrow = Caller(
        caller.organisation,
        person=caller.person,
        client=caller.client,
        roles=caller.roles,
        scopes=frozenset({"register:read"}),
    )
    right = RIGHTS[deed.route]
    told = problem_of(send(world, deed, narrow), right.denied_at("own"))
    assert told["code"] in (MAY_NOT if right.is_told else NO_SUCH)


@NOT_FOR_AUDITORS
def test_a_role_in_a_token_that_is_no_longer_held_counts_for_nothing(world: World, deed: Deed) -> None:
    caller = deed.caller(world)
    other = world.cast(deed.organisation, "auditor")
    former = Caller(
        deed.organisation,
        person=other.person,
        client=caller.client,
        roles=caller.roles,
        scopes=caller.scopes,
    )
    assert send(world, deed, former).status_code == RIGHTS[deed.route].denied_at("own")


def test_one_person_does_not_act_for_another_organisation(world: World) -> None:
    sign = BY_ROUTE["POST /api/v1/agreements/{ref}/sign"]
    answer = send(world, sign, world.cast(BLACKPOOL, "signatory"))
    assert problem_of(answer, 403)["code"] == "not-your-organisation"
    assert LANCASHIRE in answer.text
