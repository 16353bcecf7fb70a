"""The pages about bodies as a stranger gets them: a refuge has no page, no name, no trace."""

import pytest
import requests

from registry.db import table
from registry.organisations.tables import Organisation, OrganisationAlias
from tests.integration.http.world import World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, note_sample

REFUGE = "local:the-hidden-house"


@pytest.fixture
def refuge(world: World) -> str:
    """A refuge among the bodies, which stays there for later tests."""
    body = {
        "name_en": "The Hidden House",
        "name_cy": "Y Tŷ Cudd",
        "kind": "refuge",
        "nations": "W",
        "public_authority": False,
        "competent_authority": False,
        "health_or_care": False,
        "dpo_designated": False,
        "ico_number": "",
        "ig_contact": "hidden@house.test",
        "duty_contact": "",
        "illustrative": True,
    }
    with world.db.write() as tx:
        if tx.one_or_none(table(Organisation).select().where(table(Organisation).c.id == REFUGE)) is None:
            tx.insert(Organisation, id=REFUGE, **body)
            tx.insert(OrganisationAlias, alias=REFUGE, organisation=REFUGE)
            note_sample(tx)
    return REFUGE


def opened(world: World, path: str) -> requests.Response:
    return world.session.get(world.url + path, headers={"accept": "text/html"}, timeout=30)


def test_a_refuge_has_no_page(world: World, refuge: str) -> None:
    unknown = opened(world, "/bodies/local:nobody")
    hidden = opened(world, f"/bodies/{refuge}")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text.replace("the-hidden-house", "nobody") == unknown.text
    assert opened(world, "/bodies/kind:refuge").status_code == 404


@pytest.mark.parametrize("path", ["/bodies", "/cy/bodies", "/bodies?q=hidden", "/bodies?nation=W", "/matrix"])
def test_no_list_names_a_refuge(world: World, refuge: str, path: str) -> None:
    answer = opened(world, path)
    assert answer.status_code == 200
    assert not {"The Hidden House", "Y Tŷ Cudd", refuge} & {*answer.text.split(">"), *answer.text.split('"')}
    assert "Hidden House" not in answer.text


def test_that_there_are_refuges_is_said_by_their_kind(world: World, refuge: str) -> None:
    assert "Refuge or place of safety" in opened(world, "/bodies?kind=refuge").text
    assert "Lloches neu fan diogel" in opened(world, "/cy/bodies?kind=refuge").text


def test_a_body_is_found_under_any_identifier_and_by_a_part_of_its_name(world: World) -> None:
    assert f'href="/bodies/{LANCASHIRE}"' in opened(world, "/bodies").text
    found = opened(world, f"/bodies?q={BLACKPOOL}").text
    assert f'href="/bodies/{BLACKPOOL}"' in found
    assert f'href="/bodies/{LANCASHIRE}"' not in found


@pytest.mark.parametrize(
    "path", ["/bodies?page=0", "/bodies?page=x", "/matrix?rows=-1", f"/bodies?q={'x' * 101}"]
)
def test_an_address_that_cannot_be_is_refused_on_a_page(world: World, path: str) -> None:
    answer = opened(world, path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
