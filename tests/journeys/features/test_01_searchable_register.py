"""Row 1: Searchable register of agreements."""

from tests.journeys.papers import LANCASHIRE, POLICE, missing_children_terms
from tests.journeys.world import World


def test_an_officer_finds_an_agreement_by_any_of_its_sides(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms(title={"en": "Runaways at the coast", "cy": "Plant ar ffo ar yr arfordir"})
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    for search in (
        "q=runaways",
        "q=arfordir",
        f"party={POLICE}&q=coast",
        "purpose=missing-persons&status=draft&q=runaways",
        "category=safeguarding-flag&q=coast",
    ):
        found = officer.get(f"/agreements?{search}")["results"]
        assert ref in {line["ref"] for line in found}, search
    assert officer.get("/agreements?q=runaways&status=active")["results"] == []
    assert officer.get("/agreements?q=runaways&purpose=research")["results"] == []


def test_a_search_is_read_page_by_page(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    everything = [line["ref"] for line in officer.get("/agreements?limit=200")["results"]]
    paged: list[str] = []
    cursor = ""
    while True:
        page = officer.get(f"/agreements?limit=3&cursor={cursor}")
        paged += [line["ref"] for line in page["results"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert paged == everything == sorted(everything)


def test_a_stranger_finds_no_draft(world: World) -> None:
    terms = missing_children_terms(title={"en": "Harbour lookout", "cy": "Gwylfa'r harbwr"})
    world.officer(LANCASHIRE, "ig_officer").do("/agreements", {"terms": terms})
    outsiders = {person["organisation"] for person in world.demo["people"]} - {LANCASHIRE, POLICE}
    stranger = world.officer(min(outsiders), "ig_officer")
    assert stranger.get("/agreements?q=harbour")["results"] == []
