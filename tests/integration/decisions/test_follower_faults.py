"""A follower that meets a gap, a shorter log or what it cannot read never lets the index permit too much."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec import ValidationError
from sqlalchemy import Row, delete, select, update

from registry.agreements.queries import sharing_flows
from registry.agreements.sharing import SharingFlow
from registry.agreements.tables import AgreementFlow, AgreementVersion
from registry.auditlog.tables import LogEntry
from registry.db import Database, Reading, table
from registry.decisions.follower import LAG_SECONDS, IndexFollower
from registry.decisions.question import read_question
from registry.decisions.rules import Decision, Outcome, decide
from tests.integration.auditlog.damage import without_guards
from tests.integration.decisions.test_follower import PATIENCE_SECONDS, Register, change, put
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, furnish
from tests.samples.agreements import NOW as SAMPLE_NOW
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.unit.decisions.making import NOW, ask, flow, policies

LATER = NOW + timedelta(seconds=LAG_SECONDS)
ENTRY, FLOW, VERSION = map(table, (LogEntry, AgreementFlow, AgreementVersion))


class Tampered(Exception):
    """What reading a row raises that someone has changed."""


class Failing(Register):
    """A register in which an agreement cannot be read."""

    unreadable = ""

    def __call__(self, reading: Reading, refs: Sequence[str] | None) -> Generator[SharingFlow, None, None]:
        for each in super().__call__(reading, refs):
            if each.ref == self.unreadable:
                raise Tampered(each.ref)
            yield each


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def register() -> Failing:
    return Failing()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def follower(database: Database, register: Failing, hands: Hands) -> Iterator[IndexFollower]:
    follower = IndexFollower(database, policies(), register, interval_seconds=0.01, now=hands)
    yield follower
    follower.stop()


def test_a_gap_in_the_log_makes_it_read_everything_anew(
    database: Database, register: Failing, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    put(database, register, flow(state="suspended"))
    change(database, "somebody", kind="person")
    with without_guards(database) as tx:
        tx.execute(delete(ENTRY).where(ENTRY.c.idx == 1))
    follower.catch_up()
    assert ask(follower.index, min_log_size=3).outcome is Outcome.SUSPENDED
    assert register.read == [None, None]


def test_a_log_that_is_shorter_than_it_was_makes_it_read_everything_anew(
    database: Database, register: Failing, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    register.flows["ISA-1"] = flow(state="suspended")
    follower.index.log_size = 7
    follower.catch_up()
    assert follower.index.log_size == 1
    assert ask(follower.index).outcome is Outcome.SUSPENDED


def test_a_follower_that_fails_goes_on_and_until_it_succeeds_nothing_is_permitted(
    database: Database, register: Failing, follower: IndexFollower, hands: Hands
) -> None:
    put(database, register, flow())
    register.flows["ISA-0"] = flow(ref="ISA-0", volume="bulk")
    follower.start()
    _wait_until(lambda: follower.index.good_until == LATER.timestamp())
    assert ask(follower.index).outcome is Outcome.PERMIT

    register.unreadable = "ISA-0"
    change(database, "ISA-0")
    put(database, register, flow(state="suspended"))
    hands.now = LATER
    _wait_until(lambda: len(register.read) > 3)
    assert follower.is_running
    assert ask(follower.index, now=hands.now).code == "index-lagging"

    register.unreadable = ""
    _wait_until(lambda: ask(follower.index, now=hands.now).outcome is Outcome.SUSPENDED)


def test_an_index_that_could_not_be_loaded_permits_nothing_until_it_is(
    database: Database, register: Failing, follower: IndexFollower
) -> None:
    put(database, register, flow())
    put(database, register, flow(ref="ISA-2", volume="bulk"))
    register.unreadable = "ISA-2"
    for _ in range(2):
        with pytest.raises(Tampered):
            follower.catch_up()
        assert ask(follower.index).code == "index-loading"
    register.unreadable = ""
    follower.catch_up()
    assert ask(follower.index).outcome is Outcome.PERMIT


def test_the_log_tells_how_late_it_is_when_the_clock_does_not(
    database: Database, register: Failing, follower: IndexFollower
) -> None:
    put(database, register, flow())
    follower.catch_up()
    assert ask(follower.index, now=NOW - timedelta(hours=1)).code == "clock-behind"
    assert ask(follower.index, now=NOW).outcome is Outcome.PERMIT


def test_the_follower_remembers_how_late_it_was_when_nothing_is_written(
    database: Database, register: Failing, follower: IndexFollower, hands: Hands
) -> None:
    put(database, register, flow(expires_on=NOW.date()))
    tomorrow = hands.now = NOW + timedelta(days=1)
    follower.start()
    _wait_until(lambda: follower.index.not_before == tomorrow.timestamp())
    assert ask(follower.index, now=NOW).code == "clock-behind"
    assert ask(follower.index, now=tomorrow).outcome is Outcome.EXPIRED


def test_a_stored_flow_with_a_fact_missing_or_misshapen_is_never_permitted(
    database: Database,
) -> None:
    Desk(database, furnish(database)).active()
    sound = IndexFollower(database, POLICIES, sharing_flows)
    sound.catch_up()
    assert _county_tells_town(sound).permitted

    with database.read() as reading:
        (stored,) = reading.all(select(FLOW.c.version_id, FLOW.c.flow, FLOW.c.spec))
    lacking = [(fact, dict(stored.spec)) for fact in ("actions", "items", "volume", "obligations")]
    for fact, spec in lacking:
        del spec[fact]
    for fact, spec in [*lacking, ("purposes", stored.spec | {"purposes": "statistics"})]:
        _store(database, stored, spec)
        anew = IndexFollower(database, POLICIES, sharing_flows)
        with pytest.raises(ValidationError, match=fact):
            anew.catch_up()
        assert _county_tells_town(anew).code == "index-loading"


def test_a_flow_that_cannot_be_compiled_leaves_the_connection_as_it_was(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    Desk(database, furnish(database)).active()
    with database.write() as tx:
        tx.execute(update(VERSION).values(expires_on=date.max))
        tx.note_event()
    follower = IndexFollower(database, POLICIES, sharing_flows)
    for _ in range(2):
        with pytest.raises(OverflowError):
            follower.catch_up()
    assert _county_tells_town(follower).code == "index-loading"
    assert not caplog.records


def _store(database: Database, stored: Row[Any], spec: dict[str, Any]) -> None:
    with database.write() as tx:
        tx.update(AgreementFlow, {"version_id": stored.version_id, "flow": stored.flow}, spec=spec)
        tx.note_event()


def _county_tells_town(follower: IndexFollower) -> Decision:
    asked = {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~housing"},
        "context": {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"},
    }
    return decide(follower.index, read_question(asked, follower.index), now=SAMPLE_NOW.timestamp())


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)
