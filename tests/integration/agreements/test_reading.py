"""Reading and searching: what a caller may see, and nothing about the rest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.agreements import actions
from registry.agreements.rules import MayNot, NoSuchAgreement
from registry.callers import Caller
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, TRUST, flow, triangle
from tests.samples.desk import Desk

STRANGER = Caller(TRUST, client="trust-system", scopes=frozenset({"register:read"}))
PARTNER = replace(STRANGER, organisation=BLACKPOOL)


def find(desk: Desk, by: Caller | None = None, **asked: Any) -> list[str]:
    """The references found."""
    nothing = dict.fromkeys(("party", "purpose", "category", "status", "text"))
    with desk.db.read() as reading:
        caller = by or desk.officer()
        return [
            row.ref
            for row in actions.find(
                reading, **{**nothing, "after": "", "limit": 50, **asked}, caller=caller
            ).rows
        ]


def test_a_version_is_read_by_its_number(desk: Desk) -> None:
    made = desk.active()
    desk.amend(made.ref, kind="isp")
    assert (desk.read(made.ref).version.number, desk.read(made.ref, 1).version.hash) == (2, made.hash)


def test_a_stranger_reads_the_newest_version_that_was_in_force(desk: Desk) -> None:
    made = desk.active()
    desk.amend(made.ref, kind="isp")
    assert desk.read(made.ref, by=STRANGER).version.number == 1
    with pytest.raises(NoSuchAgreement):
        desk.read(made.ref, 2, by=STRANGER)


def test_what_is_published_in_full_is_read_by_strangers(desk: Desk) -> None:
    assert "flows" in desk.read(desk.active().ref, by=STRANGER).terms


def test_of_a_summary_strangers_read_no_more_than_that(desk: Desk) -> None:
    made = desk.active(publication="summary")
    assert set(desk.read(made.ref, by=STRANGER).terms) == {
        "schema",
        "title",
        "kind",
        "publication",
        "jurisdictions",
        "starts_on",
        "expires_on",
        "review_on",
        "summary",
    }
    assert "flows" in desk.read(made.ref).terms


def test_a_withheld_agreement_is_there_for_its_parties_alone(desk: Desk) -> None:
    made = desk.active(publication="withheld")
    with pytest.raises(NoSuchAgreement):
        desk.read(made.ref, by=STRANGER)
    assert find(desk, STRANGER) == []
    assert find(desk, desk.cast(BLACKPOOL, "ig_officer")) == [made.ref]


def test_a_partner_system_finds_no_draft_of_its_own_organisation(desk: Desk) -> None:
    made = desk.accepted()
    assert find(desk, PARTNER) == []
    with pytest.raises(NoSuchAgreement):
        desk.read(made.ref, by=PARTNER)
    desk.signed_by_all(made)
    assert find(desk, PARTNER) == [made.ref]


def test_reading_needs_the_scope(desk: Desk) -> None:
    with pytest.raises(MayNot):
        find(desk, replace(STRANGER, scopes=frozenset({"decisions:ask"})))


def test_agreements_are_found_by_party_topic_status_and_title(desk: Desk) -> None:
    figures = desk.active(**triangle())
    children = desk.create(title={"en": "Children at risk", "cy": "Plant mewn perygl"})
    assert find(desk, party=POLICE) == [figures.ref]
    assert find(desk, party="orgid:GB-LAE-LAN") == sorted([figures.ref, children.ref])
    assert find(desk, status="draft") == [children.ref]
    assert find(desk, text="AT RISK") == find(desk, text="perygl") == [children.ref]
    assert find(desk, purpose="statistics", category="housing", status="active") == [figures.ref]
    assert find(desk, purpose="child-safeguarding") == find(desk, party="gss:E99999999") == []


@pytest.mark.parametrize("text", ["100%", "a_b", "back\\slash"])
def test_signs_with_a_meaning_in_patterns_mean_themselves(desk: Desk, text: str) -> None:
    made = desk.create(title={"en": f"All of {text} of it", "cy": ""})
    desk.create(title={"en": "All of 1000 axb backslash of it", "cy": ""})
    assert find(desk, text=text) == [made.ref]


def test_pages_follow_each_other_without_a_gap(desk: Desk) -> None:
    made = sorted(desk.create().ref for _ in range(5))
    first = find(desk, limit=2)
    second = find(desk, limit=2, after=first[-1])
    assert first + second + find(desk, limit=2, after=second[-1]) == made


def test_the_index_hears_of_nothing_before_signing(desk: Desk) -> None:
    made = desk.create()
    with pytest.raises(IndexError):
        desk.sharing(made.ref)
    desk.submit(made.ref)
    desk.review(made.ref)
    assert desk.sharing(made.ref).state == "waiting"


def test_the_index_is_told_what_a_flow_says(desk: Desk) -> None:
    made = desk.active(flows=[flow(age_bands=["0-4"], onward_recipients=["orgid:GB-LAE-LAN"])])
    shared = desk.sharing(made.ref)
    assert (shared.holder, shared.recipient, shared.state) == (LANCASHIRE, BLACKPOOL, "live")
    assert [(one.code, one.category, one.identifiability) for one in shared.items] == [
        ("empty-homes-count", "housing", "aggregate")
    ]
    assert (shared.purposes, shared.regimes, shared.onward_recipients) == (
        ("statistics",),
        ("uk-gdpr",),
        (LANCASHIRE,),
    )
    assert (shared.starts_on, shared.expires_on) == (TODAY, TODAY + timedelta(days=700))
    assert shared.obligations == (("no-onward", {}),)
