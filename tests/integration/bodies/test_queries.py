"""What the pages about bodies may know: agreements in force and in full, and of refuges the kind alone."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, update

from registry.bodies import queries
from registry.bodies.keeping import Sharing
from registry.bodies.views import contacts_of, flow_lines, reviews_of
from registry.clock import london_day
from registry.db import Database
from registry.organisations.naming import ORGANISATION, public_names
from registry.organisations.queries import get_organisation
from tests.integration.public.test_register import WITHHELD
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, furnish, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

LAW = POLICIES.law
REFUGE = "kind:refuge"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def make_refuge(desk: Desk, body: str) -> None:
    with desk.db.write() as tx:
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == body).values(kind="refuge"))
        note_sample(tx)


def links(desk: Desk, sharing: Sharing | None = None) -> set[tuple[str, str, int]]:
    with desk.db.read() as reading:
        found = (sharing or Sharing(LAW)).counted(reading).links
    return {(row.sender, row.receiver, row.agreements) for row in found}


def flows(desk: Desk, body: str, partners: Sequence[str] | None = None) -> Sequence[Row[Any]]:
    with desk.db.read() as reading:
        found = queries.flows(reading, body, partners, first=0, most=100)
        assert queries.count_flows(reading, body, partners) == len(found)
    return found


def withheld(desk: Desk, body: str, viewer: str) -> int:
    with desk.db.read() as reading:
        return queries.count_withheld(reading, body, viewer)


def test_who_sends_to_whom_is_counted_by_agreements(desk: Desk) -> None:
    desk.active()
    desk.active()
    assert links(desk) == {(LANCASHIRE, BLACKPOOL, 2)}
    with desk.db.read() as reading:
        counted = Sharing(LAW).counted(reading)
    assert list(counted.links) == counted.of(BLACKPOOL)
    assert counted.of(POLICE) == []


def test_what_was_counted_is_kept_until_something_changes(desk: Desk) -> None:
    sharing = Sharing(LAW)
    assert links(desk, sharing) == set()
    made = desk.active()
    assert links(desk, sharing) == {(LANCASHIRE, BLACKPOOL, 1)}
    with desk.db.read() as reading:
        before = sharing.counted(reading)
    make_refuge(desk, POLICE)  # an event, and none about agreements
    with desk.db.read() as reading:
        assert sharing.counted(reading) is before
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "signatory"))
    assert links(desk, sharing) == set()


def test_what_is_not_in_force_yet_is_on_no_map(desk: Desk) -> None:
    desk.accepted()
    assert links(desk) == set()


def test_a_suspended_flow_stays_on_the_map_and_says_so(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), organisation=LANCASHIRE)
    assert links(desk) == {(LANCASHIRE, BLACKPOOL, 1)}
    with desk.db.read() as reading:
        names = public_names(reading, LAW)
    (line,) = flow_lines(flows(desk, BLACKPOOL), names, LAW)
    assert line.is_suspended


def test_a_terminated_agreement_leaves_the_map(desk: Desk) -> None:
    made = desk.active()
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "signatory"))
    assert links(desk) == set()


def test_of_a_summary_no_flow_is_told_and_that_it_is_there_is(desk: Desk) -> None:
    made = desk.active(publication="summary")
    assert links(desk) == set()
    assert flows(desk, LANCASHIRE) == []
    with desk.db.read() as reading:
        assert [row.ref for row in queries.summaries(reading, LANCASHIRE, most=9)] == [made.ref]
        assert queries.texts(reading, LANCASHIRE, most=9) == []
        assert queries.count_agreements(reading, [LANCASHIRE, POLICE]) == {LANCASHIRE: 1}


def test_a_withheld_agreement_is_counted_for_its_parties_alone(desk: Desk) -> None:
    desk.active(**WITHHELD)
    assert links(desk) == set()
    assert withheld(desk, LANCASHIRE, BLACKPOOL) == withheld(desk, LANCASHIRE, LANCASHIRE) == 1
    assert withheld(desk, LANCASHIRE, POLICE) == 0
    with desk.db.read() as reading:
        assert queries.count_agreements(reading, [LANCASHIRE]) == {}
        assert queries.summaries(reading, LANCASHIRE, most=9) == []
        assert queries.review_days(reading, LANCASHIRE).next_on is None


def test_a_refuge_appears_as_its_kind_and_nothing_else(desk: Desk) -> None:
    desk.active()
    make_refuge(desk, BLACKPOOL)
    assert links(desk) == {(LANCASHIRE, REFUGE, 1)}
    with desk.db.read() as reading:
        names = public_names(reading, LAW)
    assert (names[BLACKPOOL].id, names[BLACKPOOL].en) == (REFUGE, "Refuge or place of safety")
    assert not names[BLACKPOOL].is_named
    assert "Blackpool" not in str(flow_lines(flows(desk, LANCASHIRE), names, LAW))


def test_all_refuges_are_one_entry(desk: Desk) -> None:
    desk.active()
    make_refuge(desk, BLACKPOOL)
    make_refuge(desk, POLICE)
    with desk.db.read() as reading:
        names = public_names(reading, LAW)
    assert names[BLACKPOOL] == names[POLICE]


def test_a_line_says_why_and_under_which_law(desk: Desk) -> None:
    made = desk.active()
    with desk.db.read() as reading:
        names = public_names(reading, LAW)
    (line,) = flow_lines(flows(desk, LANCASHIRE, [BLACKPOOL]), names, LAW)
    assert (line.sender.id, line.receiver.id, line.ref) == (LANCASHIRE, BLACKPOOL, made.ref)
    purposes = desk.read(made.ref).version.terms.flows[0].purposes
    assert [one["cy"] for one in line.purposes] == [LAW.purposes[code].cy for code in purposes]
    assert all(one.source.startswith("https://www.legislation.gov.uk/") for one in line.statutes)
    assert line.statutes or line.regimes
    assert flows(desk, LANCASHIRE, [POLICE]) == []


def test_contacts_are_those_of_roles(desk: Desk) -> None:
    party = {"roles": ["controller"], "contacts": {"rights": "rights@lancashire.test", "complaints": "01234"}}
    other = {"organisation": BLACKPOOL, "roles": ["controller"]}
    desk.active(parties=[{"organisation": LANCASHIRE, **party}, other])
    with desk.db.read() as reading:
        row = get_organisation(reading, LANCASHIRE)
        found = contacts_of(row, queries.texts(reading, LANCASHIRE, most=9))
    told = {contact.address: contact.is_mail for contact in found}
    assert told["rights@lancashire.test"]
    assert not told["01234"]
    assert row.ig_contact in told


def test_the_days_of_reviews_are_told(desk: Desk) -> None:
    made = desk.active()
    due = desk.read(made.ref).version.review_on
    with desk.db.read() as reading:
        reviews = reviews_of(queries.review_days(reading, LANCASHIRE))
        everyone = reviews_of(queries.review_days(reading))
    assert reviews == everyone
    assert (reviews.last_on, reviews.next_on) == (london_day(NOW), due)
