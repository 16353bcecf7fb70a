"""A sign-off that fails half way through never was."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, func, select

from registry.agreements.tables import Signature
from registry.auditlog import log_size
from registry.db import Database, table
from tests.crash.burst import Desk
from tests.crash.house import Prepared
from tests.crash.wholeness import check_never_forked, check_whole


class PowerFailed(Exception):
    """What ends a transaction here."""


@contextmanager
def failing(engine: Engine, *, at: int) -> Iterator[None]:
    """Fail at the so manieth statement of the block, the commit counted as one."""
    count = itertools.count(1)

    def fail(*_: Any) -> None:
        if next(count) == at:
            raise PowerFailed

    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, fail)
    try:
        yield
    finally:
        for moment in ("before_cursor_execute", "commit"):
            event.remove(engine, moment, fail)


def counted(db: Database) -> tuple[int, int]:
    """How many entries and how many signatures there are."""
    with db.read() as reading:
        return log_size(reading), reading.scalar(select(func.count()).select_from(table(Signature)))


def test_a_sign_off_that_fails_at_any_statement_leaves_no_gap_and_no_signature(prepared: Prepared) -> None:
    """LOG acceptance 9, and B2: rolled back after the append, and before, and at the commit itself."""
    with prepared.copy() as house:
        desk = Desk(house.settings, prepared.cast)
        first, second, *_ = prepared.sign_offs
        before = counted(desk.db)
        for at in itertools.count(1):
            try:
                with failing(desk.db.engine, at=at):
                    index = desk.sign(first)
                break
            except PowerFailed:
                assert counted(desk.db) == before
        assert at > 10
        assert index == before[0]
        check_whole(desk.db, [(first, index), (second, desk.sign(second))])
        desk.publish()
        check_never_forked(desk.db, [desk.served()])
        desk.db.dispose()
