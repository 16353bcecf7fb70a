"""The public register over HTTP: pages for anyone, files of what is shown, and nothing of the rest."""

import csv
from collections.abc import Mapping

import pytest
import requests

from tests.integration.http.deeds import stage
from tests.integration.http.world import World

BROWSER: Mapping[str, str] = {"accept": "text/html"}


@pytest.fixture
def live(world: World) -> str:
    """The reference of an agreement in force."""
    return str(stage(world, "agreement active").id)


def get(world: World, path: str) -> requests.Response:
    return requests.get(world.url + path, headers=dict(BROWSER), timeout=30)


@pytest.mark.parametrize("path", ["/register?q={ref}", "/register/{ref}", "/register/{ref}/approvals"])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_anyone_reads_the_register_in_both_languages(world: World, live: str, prefix: str, path: str) -> None:
    answer = get(world, prefix + path.format(ref=live))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-language"] == (prefix[1:] or "en")
    assert live in answer.text


@pytest.mark.parametrize("path", ["/register/{ref}", "/register/{ref}/approvals"])
def test_a_draft_is_as_little_there_as_what_never_was(world: World, path: str) -> None:
    draft, never = str(stage(world, "agreement draft").id), "ISA-NEVERWAS00"
    answers = [get(world, path.format(ref=ref)) for ref in (draft, never)]
    assert [answer.status_code for answer in answers] == [404, 404]
    told = [answer.text.replace(ref, "") for answer, ref in zip(answers, (draft, never), strict=True)]
    assert told[0] == told[1]


def test_what_is_found_is_taken_away_whole(world: World, live: str) -> None:
    found = get(world, f"/register.json?q={live}").json()
    assert [one["ref"] for one in found["results"]] == [live]
    rows = list(
        csv.DictReader(get(world, f"/register.csv?q={live}").content.decode("utf-8-sig").splitlines())
    )
    assert [row["reference"] for row in rows] == [live]
    assert found["results"][0]["url"].endswith(f"/register/{live}")


@pytest.mark.parametrize("version", ["0", "x", "99", "-1", "9" * 30])
def test_a_version_that_there_is_not_is_not_found(world: World, live: str, version: str) -> None:
    assert get(world, f"/register/{live}?version={version}").status_code == 404


def test_a_record_is_about_its_agreement(world: World, live: str) -> None:
    assert get(world, f"/register/{live}/approvals/0/record.json").status_code == 404
    assert get(world, f"/register/{live}/approvals/{'9' * 30}/record.json").status_code == 404
