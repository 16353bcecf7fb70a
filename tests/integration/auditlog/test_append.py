"""Appending: in the change's own transaction, in one order, nothing lost and nothing left behind."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from registry.auditlog import (
    Sealed,
    Subject,
    append,
    append_many,
    conceal,
    history,
    log_size,
    publish_openings,
    queries,
    read_events,
)
from registry.auditlog.entries import decode
from registry.auditlog.tables import OPENING
from registry.callers import SYSTEM, Caller
from registry.db import Database
from registry.tlog.tree import Frontier, frontier, leaf_hash
from registry.verification.commitments import commit
from tests.auditlog_world import (
    COUNCIL,
    DIGEST,
    NOW,
    OFFICER,
    TestDecided,
    append_and_roll_back,
    grow,
    happened,
)
from tests.integration.auditlog.damage import without_guards

_OPENINGS_READ = text(
    "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'log_opening'"
)


def edge_of_entries(db: Database) -> Frontier:
    edge = Frontier()
    with db.read() as reading:
        for row in queries.all_rows(reading):
            assert row.idx == edge.size
            edge.append(leaf_hash(row.body))
    return edge


def test_an_empty_log_has_no_entries(database: Database) -> None:
    with database.read() as reading:
        assert log_size(reading) == 0
        assert read_events(reading, 0) == []
        assert history(reading, "thing", "thing-1") == []


def test_indices_are_contiguous_and_rows_are_the_tree(database: Database) -> None:
    assert grow(database, 255) == range(255)
    assert grow(database, 2) == range(255, 257)
    assert grow(database, 600) == range(257, 857)
    with database.read() as reading:
        assert log_size(reading) == 857
        assert queries.stored_frontier(reading) == edge_of_entries(database)
        assert frontier(857, queries.subtrees(reading)) == edge_of_entries(database)
        assert len(queries.all_tile_hashes(reading)) == 3


def test_a_rolled_back_change_leaves_no_gap(database: Database) -> None:
    grow(database, 3)
    append_and_roll_back(database)
    assert grow(database, 1) == range(3, 4)
    assert edge_of_entries(database).size == 4


def test_appending_nothing_changes_nothing(database: Database) -> None:
    with database.write() as tx:
        assert append_many(tx, []) == range(0)
    assert edge_of_entries(database) == Frontier()


def test_many_writers_share_one_order(database: Database) -> None:
    def write(number: int) -> list[int]:
        indices = []
        for _ in range(10):
            with database.write() as tx:
                indices.append(append(tx, happened(tx, number), sealed=number % 2 == 0))
        return indices

    with ThreadPoolExecutor(16) as pool:
        taken = [index for indices in pool.map(write, range(16)) for index in indices]
    assert sorted(taken) == list(range(160))
    with database.read() as reading:
        assert queries.stored_frontier(reading) == edge_of_entries(database)


def test_the_feed_opens_sealed_entries_and_can_be_followed(database: Database) -> None:
    grow(database, 10)
    with database.read() as reading:
        events = read_events(reading, 0, 4) + read_events(reading, 4)
    assert [event.index for event in events] == list(range(10))
    assert {event.type for event in events} == {"test.happened"}
    first = events[0]
    assert (first.at, first.org, first.version) == (NOW, COUNCIL, 1)
    assert (first.subject_kind, first.subject_id) == ("thing", "thing-0")
    assert first.members["subject"]["digest"] == DIGEST


def test_following_a_long_log_goes_through_its_newest_openings_alone(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    grow(database, 1500)
    with database.read() as reading:
        # As each worker does that has read often enough for its plan not to look at the index any more.
        reading.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        assert len(read_events(reading, 1490)) == 10
        assert reading.scalar(_OPENINGS_READ) < 100
    database.dispose()


def test_a_sealed_entry_says_nothing_without_its_opening(database: Database) -> None:
    grow(database, 1)
    with without_guards(database) as tx:
        body = queries.bodies(tx, 0, 1)[0]
        tx.execute(OPENING.delete())
    with database.read() as reading:
        event = read_events(reading, 0)[0]
    assert decode(body).keys() == {"v", "type", "c"}
    assert (event.type, event.org, event.subject_id, event.at) == ("sealed", "", "", None)


def test_each_entry_names_the_one_before_it_about_its_subject(database: Database) -> None:
    with database.write() as tx:
        append_many(tx, [happened(tx, 1), happened(tx, 2), Sealed(happened(tx, 1))])
        append(tx, happened(tx, 1))
    with database.read() as reading:
        assert [event.index for event in history(reading, "thing", "thing-1")] == [3, 2, 0]
        assert [event.previous for event in history(reading, "thing", "thing-2")] == [None]
        assert history(reading, "other", "thing-1") == []


def test_openings_are_public_once_published(database: Database) -> None:
    with database.write() as tx:
        append_many(tx, [happened(tx, 1), Sealed(happened(tx, 2)), Sealed(happened(tx, 3), public=True)])
    with database.read() as reading:
        assert [row.idx for row in queries.public_openings(reading, 3)] == [2]
    with database.write() as tx:
        publish_openings(tx, [1, 0])
        append(tx, happened(tx))
    with database.read() as reading:
        assert [row.idx for row in queries.public_openings(reading, 4)] == [1, 2]


def test_who_acted_is_committed_to_and_kept_beside_the_log(database: Database) -> None:
    client = Caller(organisation=COUNCIL, client="partner")
    with database.write() as tx:
        for caller in (OFFICER, client, SYSTEM):
            append(tx, happened(tx, actor=conceal(tx, caller)))
    with database.read() as reading:
        actors = [decode(body)["actor"] for body in queries.bodies(reading, 0, 3)]
        rows = reading.all(select(OPENING).order_by(OPENING.c.idx))
    assert [row.value for row in rows] == [f"person:{OFFICER.person}", "client:partner"]
    assert not any(row.public for row in rows)
    assert actors == [*(commit("actor", row.value, bytes(row.salt)) for row in rows), None]


def test_no_entry_holds_the_person_who_acted(database: Database) -> None:
    grow(database, 30)
    with database.write() as tx:
        append(
            tx,
            TestDecided(
                at=NOW,
                org=COUNCIL,
                actor=conceal(tx, OFFICER),
                subject=Subject("thing", "thing-1"),
                decision="approve",
                role="dpo",
            ),
        )
    with database.read() as reading:
        whole = b"".join(queries.bodies(reading, 0, 31))
    assert OFFICER.person is not None
    assert OFFICER.person.encode() not in whole
