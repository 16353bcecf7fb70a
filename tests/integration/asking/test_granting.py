"""Letting another body's partner system ask, and ending it, on both databases."""

from datetime import date, timedelta

import pytest

from registry.agreements.queries import sharing_flows
from registry.asking import actions
from registry.asking.actions import Changed
from registry.asking.estate import AskingEstate
from registry.asking.queries import read_grants
from registry.asking.rules import GrantEnded, Grants, MayNotGrant, NoSuchGrant, OwnClient
from registry.asking.schemas import AskingGrantIn, AskingGrantOut
from registry.callers import Caller
from registry.decisions.follower import IndexFollower
from registry.oauth.rules import UnknownClient
from registry.organisations.estates import Passing
from registry.organisations.rules import DaysOutOfOrder
from registry.web.documents import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.clients import let_in, revoke, speaking
from tests.samples.desk import Desk

ENDS_ON = TODAY + timedelta(days=30)


def grant(
    desk: Desk, client: str, by: Caller | None = None, *, starts_on: date = TODAY, ends_on: date = ENDS_ON
) -> Changed:
    wanted = AskingGrantIn(client_id=client, starts_on=starts_on, ends_on=ends_on)
    with desk.db.write() as tx:
        return actions.grant(tx, wanted, caller=by or desk.officer(), now=NOW, policies=POLICIES)


def end(desk: Desk, identifier: str, by: Caller | None = None) -> Changed:
    with desk.db.write() as tx:
        caller = by or desk.cast(LANCASHIRE, "siro")
        return actions.end(tx, identifier, caller=caller, now=NOW, policies=POLICIES)


def grants(desk: Desk) -> Grants:
    with desk.db.read() as reading:
        return read_grants(reading)


def listed(desk: Desk, by: Caller) -> tuple[list[AskingGrantOut], list[AskingGrantOut]]:
    with desk.db.read() as reading:
        given, received = actions.find(reading, caller=by, now=NOW, policies=POLICIES)
    return [AskingGrantOut.of(row) for row in given], [AskingGrantOut.of(row) for row in received]


def test_a_grant_counts_from_when_it_is_given_until_it_is_ended(desk: Desk) -> None:
    client = let_in(desk.db, TRUST)
    assert not grants(desk).lets(client, LANCASHIRE, NOW.timestamp())
    made = grant(desk, client)
    assert grants(desk).lets(client, LANCASHIRE, NOW.timestamp())
    end(desk, made.id)
    assert not grants(desk).lets(client, LANCASHIRE, NOW.timestamp())


def test_both_ends_read_it_with_what_proves_it_and_nobody_else(desk: Desk) -> None:
    client = let_in(desk.db, TRUST)
    made = grant(desk, client)
    given, _ = listed(desk, desk.cast(LANCASHIRE, "auditor"))
    _, received = listed(desk, speaking(client, TRUST))
    assert [one.id for one in given] == [one.id for one in received] == [made.id]
    assert digest(given[0].document.encode()) == given[0].digest
    assert listed(desk, desk.cast(POLICE, "ig_officer")) == ([], [])


def test_the_log_says_so_and_names_no_person(desk: Desk) -> None:
    client = let_in(desk.db, TRUST)
    made = grant(desk, client)
    ended = end(desk, made.id)
    told = [event for event in desk.events() if event.type.startswith("asking.")]
    assert [(event.index, event.type, event.subject_id) for event in told] == [
        (made.log_index, "asking.granted", made.id),
        (ended.log_index, "asking.ended", made.id),
    ]


@pytest.mark.parametrize("role", ["dpo", "auditor", "admin", "signatory"])
def test_other_roles_let_nobody_ask(desk: Desk, role: str) -> None:
    client = let_in(desk.db, TRUST)
    with pytest.raises(MayNotGrant):
        grant(desk, client, desk.cast(LANCASHIRE, role))


def test_a_grant_is_ended_by_the_body_that_gave_it_once(desk: Desk) -> None:
    made = grant(desk, let_in(desk.db, TRUST))
    with pytest.raises(NoSuchGrant):
        end(desk, made.id, desk.cast(TRUST, "siro"))
    end(desk, made.id)
    with pytest.raises(GrantEnded):
        end(desk, made.id)
    with pytest.raises(NoSuchGrant):
        end(desk, "no-such")


def test_only_a_system_that_asks_for_another_body_is_let(desk: Desk) -> None:
    with pytest.raises(UnknownClient):
        grant(desk, "no-such-client")
    with pytest.raises(OwnClient):
        grant(desk, let_in(desk.db, LANCASHIRE))
    revoked = let_in(desk.db, TRUST)
    revoke(desk.db, revoked)
    with pytest.raises(UnknownClient):
        grant(desk, revoked)


def test_days_that_are_over_or_in_the_wrong_order_are_refused(desk: Desk) -> None:
    client = let_in(desk.db, TRUST)
    with pytest.raises(DaysOutOfOrder):
        grant(desk, client, starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))
    with pytest.raises(DaysOutOfOrder):
        grant(desk, client, starts_on=ENDS_ON, ends_on=TODAY)


def test_the_permission_index_follows_at_once(desk: Desk) -> None:
    client = let_in(desk.db, TRUST)
    follower = IndexFollower(desk.db, POLICIES, sharing_flows)
    follower.catch_up()
    made = grant(desk, client)
    assert not follower.index.grants.lets(client, LANCASHIRE, NOW.timestamp())
    follower.catch_up()
    assert follower.index.grants.lets(client, LANCASHIRE, NOW.timestamp())
    end(desk, made.id)
    follower.catch_up()
    assert not follower.index.grants.lets(client, LANCASHIRE, NOW.timestamp())


@pytest.mark.parametrize("predecessor", [LANCASHIRE, TRUST])
def test_a_grant_ends_with_the_body_that_gave_it_and_with_the_one_that_had_it(
    desk: Desk, predecessor: str
) -> None:
    client = let_in(desk.db, TRUST)
    grant(desk, client)
    with desk.db.write() as tx:
        AskingEstate().pass_on(tx, Passing(predecessor, BLACKPOOL, NOW))
        note_sample(tx)
    for body in (LANCASHIRE, BLACKPOOL):
        assert not grants(desk).lets(client, body, NOW.timestamp())
    ((given,), _) = listed(desk, desk.officer())
    assert given.ended
