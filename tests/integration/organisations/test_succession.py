"""From the day of an order the successor stands where the predecessor stood, and nobody signs again."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from registry.agreements.actions.change import Changed
from registry.agreements.queries import AgreementEstate, get, sharing_flows
from registry.assessments.estate import AssessmentEstate
from registry.callers import SYSTEM, Caller
from registry.db import Database
from registry.decisions.desk import Asked
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.oauth.actions import register_client
from registry.oauth.estate import ClientEstate
from registry.oauth.queries import find_client
from registry.organisations import actions, queries
from registry.organisations.actions import Acting
from registry.organisations.estates import Estates
from registry.organisations.rules import AnotherPersonNeeded, BadSuccession, NotAuthorised, OrderNotOpen
from registry.organisations.schemas import SuccessionIn
from tests.oauth_world import partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, furnish, triangle
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

ESTATES = Estates((AgreementEstate(), AssessmentEstate(), ClientEstate()))
PERMITTED = "PERMIT_WITH_OBLIGATIONS"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def acting(caller: Caller) -> Acting:
    return Acting(caller=caller, now=NOW, policies=POLICIES, estates=ESTATES)


def order(**changes: Any) -> SuccessionIn:
    values = {
        "kind": "merge",
        "predecessors": [BLACKPOOL],
        "heir": POLICE,
        "citation": "SI 2026/1, article 3",
        "effective_on": TODAY,
    }
    return SuccessionIn.model_validate(values | changes)


def put_on_record(desk: Desk, wanted: SuccessionIn) -> str | None:
    """Two people of the bodies concerned record the order; whom it still waits for."""
    with desk.db.write() as tx:
        made = actions.propose_succession(tx, wanted, acting=acting(desk.cast(BLACKPOOL, "admin")))
    with desk.db.write() as tx:
        return actions.confirm_succession(tx, made.id, acting=acting(desk.cast(BLACKPOOL, "siro"))).pending


def in_force(desk: Desk, **changes: Any) -> Changed:
    made = desk.create(**changes)
    desk.submit(made.ref)
    desk.review(made.ref)
    with desk.db.read() as reading:
        parties = sorted(get(reading, made.ref).parties)
    for body in parties:
        made = desk.sign(made, body)
    assert made.status == "active"
    return made


def outcomes(desk: Desk, *recipients: str, now: datetime = NOW) -> list[str]:
    """What a permission check answers about figures from the county to each of these."""
    follower = IndexFollower(desk.db, POLICIES, sharing_flows, interval_seconds=1)
    follower.catch_up()
    checks = DecisionDesk(follower.index, POLICIES, base_url="https://registry.test")
    asker = Caller(LANCASHIRE, client="c", scopes=frozenset({"decisions:ask"}), mode="enforce")
    answers = (checks.evaluate(Asked(question(recipient), now, b""), asker) for recipient in recipients)
    return [json.loads(context)["outcome"] for _, context in answers]


def question(recipient: str) -> dict[str, Any]:
    return {
        "subject": {"type": "organisation", "id": recipient},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~housing"},
        "context": {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"},
    }


def test_the_successor_answers_for_the_predecessor_from_the_day_of_the_order(desk: Desk) -> None:
    made = in_force(desk)
    assert outcomes(desk, BLACKPOOL, POLICE) == [PERMITTED, "NOT_COVERED"]
    with desk.db.write() as tx:
        register_client(tx, partner(organisation=BLACKPOOL), caller=SYSTEM, now=NOW)
    assert put_on_record(desk, order()) is None
    assert outcomes(desk, BLACKPOOL, POLICE) == [PERMITTED, PERMITTED]
    with desk.db.read() as reading:
        version = get(reading, made.ref)
        assert version.parties == {LANCASHIRE, POLICE}
        assert queries.get_primary(reading, BLACKPOOL) == POLICE
        assert [row.id for row in queries.list_organisations(reading)] == [LANCASHIRE, TRUST, POLICE]
        client = find_client(reading, "lancashire-mash")
        officer = desk.cast(BLACKPOOL, "ig_officer").person
        assert queries.current_roles(reading, officer or "", POLICE, NOW) == {"ig_officer"}
        assert queries.current_roles(reading, officer or "", BLACKPOOL, NOW) == frozenset()
    assert client is not None
    assert client.organisation == POLICE
    assert version.hash == made.hash


def test_an_order_waits_for_its_day_and_is_then_carried_out_once(desk: Desk) -> None:
    in_force(desk)
    assert put_on_record(desk, order(effective_on=TOMORROW)) == "effective-day"
    assert outcomes(desk, POLICE) == ["NOT_COVERED"]
    with desk.db.write() as tx:
        assert actions.carry_out_due(tx, ESTATES, NOW) == 0
    with desk.db.write() as tx:
        assert actions.carry_out_due(tx, ESTATES, NOW + timedelta(days=1)) == 1
    assert outcomes(desk, POLICE, now=NOW + timedelta(days=1)) == [PERMITTED]
    with desk.db.write() as tx:
        assert actions.carry_out_due(tx, ESTATES, NOW + timedelta(days=1)) == 0


def test_a_split_says_where_each_agreement_goes(desk: Desk) -> None:
    kept, given = in_force(desk), in_force(desk)
    shares = [{"ref": given.ref, "successor": TRUST}]
    assert put_on_record(desk, order(kind="split", shares=shares)) is None
    with desk.db.read() as reading:
        assert get(reading, kept.ref).parties == {LANCASHIRE, POLICE}
        assert get(reading, given.ref).parties == {LANCASHIRE, TRUST}
    assert outcomes(desk, BLACKPOOL, POLICE, TRUST) == [PERMITTED, PERMITTED, PERMITTED]


def test_what_is_withheld_is_known_to_the_body_that_it_was_given_to(desk: Desk) -> None:
    given = in_force(desk, publication="withheld")
    shares = [{"ref": given.ref, "successor": TRUST}]
    assert put_on_record(desk, order(kind="split", shares=shares)) is None
    with desk.db.read() as reading:
        for told in (sharing_flows(reading), sharing_flows(reading, [given.ref])):
            assert {body for flow in told for body in flow.known_to} == {LANCASHIRE, TRUST}


def test_bodies_of_one_agreement_that_merge_stand_in_it_once(desk: Desk) -> None:
    made = in_force(desk, **triangle())
    assert put_on_record(desk, order()) is None
    with desk.db.read() as reading:
        version = get(reading, made.ref)
    assert version.parties == {LANCASHIRE, POLICE}
    assert [party.organisation for party in version.terms.parties] == [LANCASHIRE, POLICE]
    assert outcomes(desk, BLACKPOOL, POLICE) == [PERMITTED, PERMITTED]


def test_a_signature_that_is_awaited_is_awaited_of_the_successor(desk: Desk) -> None:
    made = desk.create()
    desk.submit(made.ref)
    made = desk.review(made.ref)
    desk.sign(made, LANCASHIRE)
    assert put_on_record(desk, order()) is None
    signed = desk.sign(made, POLICE)
    assert signed.status == "active"
    assert outcomes(desk, POLICE) == [PERMITTED]


@pytest.mark.parametrize(
    "changes",
    [
        {"heir": BLACKPOOL},
        {"kind": "split"},
        {"kind": "abolish", "predecessors": [BLACKPOOL, LANCASHIRE]},
        {"shares": [{"ref": "ISA-1", "successor": TRUST}]},
        {"kind": "split", "shares": [{"ref": "ISA-1", "successor": BLACKPOOL}]},
    ],
)
def test_an_order_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(BadSuccession), desk.db.write() as tx:
        actions.propose_succession(tx, order(**changes), acting=acting(desk.cast(BLACKPOOL, "admin")))


def test_two_people_of_the_bodies_concerned_put_an_order_on_record(desk: Desk) -> None:
    first = acting(desk.cast(BLACKPOOL, "admin"))
    for stranger in (desk.cast(TRUST, "admin"), desk.cast(BLACKPOOL, "ig_officer")):
        with pytest.raises(NotAuthorised), desk.db.write() as tx:
            actions.propose_succession(tx, order(), acting=acting(stranger))
    with desk.db.write() as tx:
        made = actions.propose_succession(tx, order(effective_on=TOMORROW), acting=first)
    with pytest.raises(AnotherPersonNeeded), desk.db.write() as tx:
        actions.confirm_succession(tx, made.id, acting=first)
    with desk.db.write() as tx:
        actions.confirm_succession(tx, made.id, acting=acting(desk.cast(POLICE, "admin")))
    with pytest.raises(OrderNotOpen), desk.db.write() as tx:
        actions.confirm_succession(tx, made.id, acting=acting(desk.cast(POLICE, "siro")))
    with desk.db.read() as reading:
        assert [one.status for one in actions.list_successions(reading).results] == ["ordered"]
