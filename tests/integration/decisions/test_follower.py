"""The permission index follows the log, on both databases."""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from registry.agreements.sharing import SharingFlow
from registry.auditlog import Event, Subject, append
from registry.db import Database, Reading
from registry.decisions.follower import MAX_EVENTS, IndexFollower
from registry.decisions.rules import Outcome
from registry.organisations.tables import Organisation, OrganisationAlias
from tests.unit.decisions.making import COUNCIL, NOW, POLICE, TRUST, ask, flow, policies

PATIENCE_SECONDS = 5.0


class SomethingChanged(Event):
    """A test's event."""

    type: ClassVar[str] = "test.changed"


class Register:
    """What the agreements of a test let flow; counts what the follower reads of it."""

    def __init__(self) -> None:
        self.flows: dict[str, SharingFlow] = {}
        self.read: list[Sequence[str] | None] = []

    def __call__(self, _reading: Reading, refs: Sequence[str] | None) -> Generator[SharingFlow, None, None]:
        self.read.append(refs)
        yield from (each for ref, each in sorted(self.flows.items()) if refs is None or ref in refs)


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def follower(database: Database, register: Register) -> Iterator[IndexFollower]:
    follower = IndexFollower(database, policies(), register, interval_seconds=0.02, now=lambda: NOW)
    yield follower
    follower.stop()


def change(db: Database, subject: str, *, kind: str = "agreement", times: int = 1) -> None:
    with db.write() as tx:
        for _ in range(times):
            append(tx, SomethingChanged(at=NOW, org="", actor=None, subject=Subject(kind, subject)))


def put(db: Database, register: Register, changed: SharingFlow) -> None:
    register.flows[changed.ref] = changed
    change(db, changed.ref)


def insert_body(db: Database, identifier: str, *aliases: str, nations: str = "EN") -> None:
    with db.write() as tx:
        tx.insert(
            Organisation,
            id=identifier,
            name_en="Body",
            name_cy="Corff",
            kind="council",
            nations=nations,
            public_authority=True,
            competent_authority=False,
            health_or_care=False,
            dpo_designated=True,
            ico_number="ZA000000",
            ig_contact="ig@body.test",
            duty_contact="duty@body.test",
            illustrative=True,
        )
        for alias in (identifier, *aliases):
            tx.insert(OrganisationAlias, alias=alias, organisation=identifier)
        append(tx, SomethingChanged(at=NOW, org="", actor=None, subject=Subject("organisation", identifier)))


def test_nothing_is_permitted_before_everything_is_loaded(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    assert ask(follower.index).code == "index-loading"
    assert follower.catch_up() == follower.index.log_size == 1
    assert ask(follower.index).outcome is Outcome.PERMIT


def test_a_change_is_answered_by_as_soon_as_the_follower_caught_up(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    put(database, register, flow(ref="ISA-2", holder=POLICE))
    follower.catch_up()
    put(database, register, flow(state="suspended"))
    assert ask(follower.index, min_log_size=3).outcome is Outcome.INDETERMINATE
    follower.catch_up()
    assert ask(follower.index, min_log_size=3).outcome is Outcome.SUSPENDED
    assert ask(follower.index, holder=POLICE).outcome is Outcome.PERMIT
    assert register.read == [None, ["ISA-1"]]


def test_what_does_not_concern_agreements_only_moves_the_log_size(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    change(database, "somebody", kind="person")
    assert follower.catch_up() == follower.index.log_size == 2
    assert follower.catch_up() == 2
    assert register.read == [None]


def test_an_agreement_that_lets_nothing_flow_any_more_is_forgotten(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    del register.flows["ISA-1"]
    change(database, "ISA-1")
    follower.catch_up()
    assert ask(follower.index).flow is None
    assert len(follower.index) == 0


def test_when_very_much_has_changed_everything_is_read_anew(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    change(database, "ISA-1", times=MAX_EVENTS + 1)
    assert follower.catch_up() == follower.index.log_size == MAX_EVENTS + 2
    assert register.read == [None, None]


def test_a_new_body_is_known_at_once(database: Database, register: Register, follower: IndexFollower) -> None:
    put(database, register, flow())
    follower.catch_up()
    insert_body(database, TRUST)
    follower.catch_up()
    body = follower.index.bodies[TRUST]
    assert (body.aliases, body.duty_contact, body.nations) == (
        (TRUST,),
        "duty@body.test",
        frozenset({"E", "NI"}),
    )
    assert register.read == [None]


def test_nothing_is_decided_about_a_body_of_northern_ireland_alone(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    insert_body(database, TRUST)
    follower.catch_up()
    assert ask(follower.index).outcome is Outcome.PERMIT
    insert_body(database, COUNCIL, nations="N")
    follower.catch_up()
    assert ask(follower.index).code == "nation-not-catalogued"


def test_flows_of_a_body_that_another_succeeds_are_filed_under_the_successor(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    insert_body(database, "gss:E06000063", COUNCIL)
    follower.catch_up()
    assert ask(follower.index, holder="gss:E06000063").outcome is Outcome.PERMIT
    assert ask(follower.index, holder=COUNCIL).outcome is Outcome.PERMIT


def test_the_thread_follows_by_itself(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    follower.start()
    put(database, register, flow())
    _wait_until(follower, size=1)
    put(database, register, replace(flow(), state="suspended"))
    _wait_until(follower, size=2)
    assert ask(follower.index).outcome is Outcome.SUSPENDED
    follower.stop()
    assert not follower.is_running


def test_every_worker_follows_what_one_of_them_changed(
    database: Database, register: Register, follower: IndexFollower
) -> None:
    other = IndexFollower(database, policies(), register, interval_seconds=0.02, now=lambda: NOW)
    put(database, register, flow())
    try:
        follower.start()
        other.start()
        put(database, register, flow(state="suspended"))
        follower.catch_up()
        assert ask(follower.index).outcome is Outcome.SUSPENDED
        _wait_until(other, size=2)
        assert ask(other.index).outcome is Outcome.SUSPENDED
    finally:
        other.stop()


def _wait_until(follower: IndexFollower, *, size: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while follower.index.log_size != size:
        assert time.monotonic() < deadline
        time.sleep(0.005)
