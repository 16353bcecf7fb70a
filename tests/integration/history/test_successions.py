"""Who stood where, before and after an order of succession, as the log alone tells it."""

import pytest

from registry.agreements.queries import sharing_flows
from registry.agreements.sharing import SharingFlow
from registry.db import Database
from registry.history.past import Past
from tests.integration.history.bodies import tell_of_bodies
from tests.integration.organisations.test_succession import in_force, order, put_on_record
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, furnish
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    cast = furnish(database)
    tell_of_bodies(database)
    return Desk(database, cast)


def live(desk: Desk) -> list[SharingFlow]:
    with desk.db.read() as reading:
        return sorted(sharing_flows(reading), key=lambda flow: (flow.ref, flow.version))


def told(desk: Desk, size: int) -> list[SharingFlow]:
    refs = {flow.ref for flow in live(desk)}
    return [flow for then in Past(desk.db).agreements(refs, size) for flow in then.flows]


@pytest.mark.parametrize("kind", ["merge", "split"])
def test_every_agreement_has_the_bodies_of_its_day(desk: Desk, kind: str) -> None:
    kept, shared = in_force(desk), in_force(desk)
    before, size = live(desk), desk.size()
    shares = [{"ref": shared.ref, "successor": TRUST}] if kind == "split" else []
    assert put_on_record(desk, order(kind=kind, shares=shares)) is None
    after = {flow.ref: flow.recipient for flow in live(desk)}
    assert after == {kept.ref: POLICE, shared.ref: TRUST if shares else POLICE}
    assert told(desk, size) == before
    assert told(desk, desk.size()) == live(desk)


def test_who_answers_to_a_name_depends_on_the_size_of_the_log(desk: Desk) -> None:
    size = desk.size()
    put_on_record(desk, order())
    past = Past(desk.db)
    assert past.names(size).primary(BLACKPOOL) == BLACKPOOL
    assert past.names_today().primary(BLACKPOOL) == POLICE
    assert past.names_today().primary("orgid:GB-LAE-LAN") == LANCASHIRE
