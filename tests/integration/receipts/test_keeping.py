"""The thread keeps what was signed, and a regular stop loses nothing."""

import time
from datetime import timedelta

from sqlalchemy import select

from registry.auditlog.lease import Lease
from registry.receipts import queries
from registry.receipts.keeper import LEASE
from registry.receipts.tables import WAITING
from registry.verification.receipt import leaf_of
from tests.integration.receipts.conftest import HOUR, Bureau


def are_kept(bureau: Bureau, issued: list[bytes]) -> bool:
    with bureau.db.read() as reading:
        return all(queries.is_waiting(reading, leaf_of(jws)) for jws in issued)


def test_what_was_signed_is_kept_within_a_moment(bureau: Bureau) -> None:
    bureau.keeper.start()
    issued, until = bureau.issue(5), time.monotonic() + 10
    while not are_kept(bureau, issued):
        assert time.monotonic() < until
        time.sleep(0.02)
    bureau.keeper.stop()


def test_a_regular_stop_loses_nothing(bureau: Bureau) -> None:
    bureau.keeper.start()
    issued = bureau.issue(100)
    bureau.keeper.stop()
    assert are_kept(bureau, issued)


def test_receipts_of_one_turn_are_kept_in_one_row_and_gone_once_rooted(bureau: Bureau) -> None:
    bureau.issue(100)
    bureau.keeper.turn()
    with bureau.db.read() as reading:
        (row,) = reading.all(select(WAITING))
    assert len(row.digests) == 100 * 32

    bureau.root()
    with bureau.db.read() as reading:
        assert reading.all(select(WAITING)) == []


def test_a_receipt_kept_in_this_hour_waits_for_the_next_root(bureau: Bureau) -> None:
    bureau.issue()
    bureau.root()
    later = bureau.issue()
    bureau.keeper.turn()
    bureau.keeper.turn()
    assert are_kept(bureau, later)


def test_a_worker_waits_while_another_holds_the_lease(bureau: Bureau) -> None:
    other = Lease(bureau.db, LEASE, term=timedelta(minutes=5))
    issued = bureau.issue()
    bureau.keeper.turn()
    bureau.now += HOUR
    assert other.hold(bureau.now)
    bureau.keeper.turn()
    assert are_kept(bureau, issued)

    other.release()
    bureau.keeper.turn()
    assert not are_kept(bureau, issued)
