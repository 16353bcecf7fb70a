"""Generated agreements leave what the ordinary actions leave: rows, projections, a sound log."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from registry.agreements import actions
from registry.agreements.queries import follower_position, get, sharing_flows
from registry.agreements.tables import AgreementFlow, AgreementTopic, AgreementVersion, Signature
from registry.auditlog import log_size, read_events
from registry.auditlog.checking.tampering import find_tampering
from registry.db import Database, table
from registry.demo.generate import generate
from registry.demo.samples import HERE
from registry.imports.load import import_files
from registry.policy import Policies
from registry.settings import ROOT
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLICIES = Policies.load(ROOT / "policies")
KEY = VerifierKey("log.test", Kind.ED25519, bytes(32))


def unwatched(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def furnished(database: Database) -> Database:
    """A registry with the sample's organisations and nothing else."""
    import_files(database, [HERE / "sample" / "organisations.yaml"], policies=POLICIES, now=NOW)
    return database


def rows(db: Database, model: type[Any]) -> Sequence[Row[Any]]:
    with db.read() as reading:
        return reading.all(select(table(model)))


def test_those_of_two_batches_are_live_and_the_log_is_whole(furnished: Database) -> None:
    told: list[tuple[int, int]] = []
    made = generate(furnished, POLICIES, 1100, now=NOW, progress=lambda *done: told.append(done))
    assert (made, told) == (1100, [(1000, 1100), (1100, 1100)])
    assert {row.status for row in rows(furnished, AgreementVersion)} == {"active"}
    assert {row.state for row in rows(furnished, AgreementFlow)} == {"live"}
    with furnished.read() as reading:
        assert find_tampering(reading, [KEY]).findings == []
        assert len(list(sharing_flows(reading))) == 2200


def test_a_history_is_that_of_an_ordinary_agreement(furnished: Database) -> None:
    generate(furnished, POLICIES, 3, now=NOW, progress=unwatched)
    with furnished.read() as reading:
        events = [
            event for event in read_events(reading, 0, log_size(reading)) if event.subject_id == "GEN-0000001"
        ]
        version = get(reading, "GEN-0000001")
    assert [event.type for event in events] == [
        "agreement.drafted",
        "agreement.submitted",
        "agreement.reviewed",
        "agreement.ready",
        "agreement.signed",
        "agreement.signed",
        "flow.live",
        "flow.live",
        "agreement.activated",
    ]
    assert list(version.openable) == [events[place].index for place in (1, 2, 4, 5)]
    assert {row.log_index for row in rows(furnished, Signature)} >= {events[4].index, events[5].index}


def test_the_daily_pass_finds_nothing_to_do(furnished: Database) -> None:
    generate(furnished, POLICIES, 20, now=NOW, progress=unwatched)
    done = actions.daily_pass(furnished, POLICIES, NOW, limit=1000)
    assert (done.looked_at, done.changed) == (0, 0)
    with furnished.read() as reading:
        assert follower_position(reading, "agreements") == log_size(reading)


def test_only_what_is_missing_is_made(furnished: Database) -> None:
    assert generate(furnished, POLICIES, 5, now=NOW, progress=unwatched) == 5
    assert generate(furnished, POLICIES, 5, now=NOW, progress=unwatched) == 0
    assert generate(furnished, POLICIES, 8, now=NOW, progress=unwatched) == 3


def test_the_search_finds_them_by_category(furnished: Database) -> None:
    generate(furnished, POLICIES, 10, now=NOW, progress=unwatched)
    topic = table(AgreementTopic)
    with furnished.read() as reading:
        counted = select(func.count()).select_from(topic).where(topic.c.kind == "category")
        assert reading.scalar(counted) == 40
