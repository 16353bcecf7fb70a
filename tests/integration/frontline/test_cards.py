"""Who is given a card of an agreement, and what it tells them."""

from typing import Any

import pytest
from sqlalchemy import update

from registry.agreements.rules import NoSuchAgreement
from registry.callers import Caller
from registry.db import Database
from registry.frontline import queries
from registry.frontline.cards import Card, card_of
from registry.organisations.naming import ORGANISATION
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, flow, furnish, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

CONTACTS = [
    {"organisation": LANCASHIRE, "roles": ["controller"], "contacts": {"duty": "01234 567890"}},
    {"organisation": BLACKPOOL, "roles": ["controller"], "contacts": {"ig": "ig@blackpool.test"}},
]
WITHHELD = {
    "publication": "withheld",
    "transparency": {"foi_exemption": "FOIA 2000 s.31", "withheld_reviewer": "Monitoring officer"},
}


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def card(desk: Desk, ref: str, caller: Caller = queries.ANYONE) -> Card:
    with desk.db.read() as reading:
        version = queries.get_carried(reading, ref, caller=caller, now=NOW, policies=POLICIES)
        names = queries.names_for(reading, version, caller, POLICIES.law)
    return card_of(version, names=names, law=POLICIES.law, base_url="https://registry.test")


def name(desk: Desk, body: str, **values: Any) -> None:
    with desk.db.write() as tx:
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == body).values(values))
        note_sample(tx)


def test_a_card_says_in_each_language_who_shares_what_for_what_and_how(desk: Desk) -> None:
    name(desk, LANCASHIRE, name_en="Lancashire", name_cy="Swydd Gaerhirfryn")
    made = desk.active(parties=CONTACTS)
    told = card(desk, made.ref)
    english, welsh = told.faces
    assert (told.ref, told.version) == (made.ref, 1)
    assert (english.title, welsh.title) == ("Empty homes figures", "Ffigurau cartrefi gwag")
    assert english.shared[0].who == f"Lancashire may share with {BLACKPOOL}"
    assert welsh.shared[0].who == f"Caiff Swydd Gaerhirfryn rannu â {BLACKPOOL}"
    assert (english.shared[0].about, welsh.shared[0].about) == ("Tenants", "Tenantiaid")
    assert (english.shared[0].items, english.shared[0].purposes) == ("empty-homes-count", "Statistics")
    assert welsh.shared[0].conditions == ("Peidiwch â'i drosglwyddo ymlaen.",)
    assert english.contacts == (("Lancashire", "01234 567890", ""), (BLACKPOOL, "", "ig@blackpool.test"))
    assert english.emergency.startswith("This is not a finding that sharing is unlawful.")
    assert welsh.caveat.startswith("Mae'r cytundeb yn cwmpasu'r math hwn o rannu;")
    assert english.address == f"https://registry.test/register/{made.ref}"
    assert welsh.address == f"https://registry.test/cy/register/{made.ref}"


def test_only_what_is_live_stands_on_a_card(desk: Desk) -> None:
    two = [flow(), flow(id="f2", **{"from": BLACKPOOL, "to": LANCASHIRE})]
    made = desk.active(flows=two)
    assert len(card(desk, made.ref).faces[0].shared) == 2
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), flow="f1")
    assert [one.who for one in card(desk, made.ref).faces[0].shared] == [
        f"{BLACKPOOL} may share with {LANCASHIRE}"
    ]
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), flow="f2")
    with pytest.raises(NoSuchAgreement):
        card(desk, made.ref)


def test_a_new_version_on_its_way_does_not_take_the_card_away(desk: Desk) -> None:
    made = desk.active()
    desk.amended(made.ref, title={"en": "Vacant homes", "cy": ""}, flows=[flow(subject_groups=["child"])])
    for caller in (queries.ANYONE, desk.officer()):
        assert card(desk, made.ref, caller).faces[0].title == "Empty homes figures"


@pytest.mark.parametrize("changes", [WITHHELD, {"publication": "summary"}])
def test_what_is_not_published_in_full_has_a_card_for_its_parties_alone(
    desk: Desk, changes: dict[str, Any]
) -> None:
    made = desk.active(**changes)
    assert card(desk, made.ref, desk.officer()).ref == made.ref
    for caller in (queries.ANYONE, desk.cast(POLICE, "ig_officer")):
        with pytest.raises(NoSuchAgreement):
            card(desk, made.ref, caller)


def test_a_draft_has_no_card_for_anyone(desk: Desk) -> None:
    made = desk.create()
    for caller in (queries.ANYONE, desk.officer()):
        with pytest.raises(NoSuchAgreement):
            card(desk, made.ref, caller)


def test_a_refuge_goes_by_its_kind_on_a_card_for_strangers_and_its_contacts_stand_on_none(desk: Desk) -> None:
    name(desk, BLACKPOOL, kind="refuge", name_en="Rose House", name_cy="Tŷ Rhosyn")
    made = desk.active(parties=CONTACTS)
    for stranger in (queries.ANYONE, desk.cast(POLICE, "ig_officer")):
        told = card(desk, made.ref, stranger)
        assert told.faces[0].shared[0].who.endswith("may share with Refuge or place of safety")
        assert "Rose House" not in str(told)
        assert "ig@blackpool.test" not in str(told)
    assert "Rose House" in str(card(desk, made.ref, desk.officer()))
