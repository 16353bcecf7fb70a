"""Sign-offs under load: every answer is in the log where it says, and can be proved."""

import time
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from registry.auditlog.keys import signer_of_log
from registry.auditlog.tables import LogEntry
from registry.db import Database, table
from registry.tlog.proof import Proof
from tests.crash.wholeness import check_whole
from tests.signoffs import Answered, House, build, give, prepare

WRITERS = 16


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    return build(tmp_path / "data", database_url)


def test_sixteen_writers_leave_a_contiguous_log_and_provable_answers(house: House) -> None:
    """LOG acceptance 8, shorter."""
    write_at_once(house, each=10)


@pytest.mark.long
def test_sixteen_writers_of_two_hundred_leave_a_contiguous_log_and_provable_answers(house: House) -> None:
    """LOG acceptance 8."""
    write_at_once(house, each=200)


def write_at_once(house: House, *, each: int) -> None:
    """Have sixteen writers sign so often each, and hold every answer against the log and its proof."""
    sign_offs = prepare(house, agreements=WRITERS * each // 2)
    with house.serving():
        outcome = give(house, sign_offs, workers=WRITERS)
        assert outcome.refused == []
        assert len(outcome.answered) == WRITERS * each
        _check_provable(house, outcome.answered)
    db = Database(house.settings.database)
    check_whole(db, ((answer.sign_off, answer.log_index) for answer in outcome.answered))
    db.dispose()


def _check_provable(house: House, answers: list[Answered]) -> None:
    """Every answer's index has an inclusion proof under a signed checkpoint."""
    db = Database(house.settings.database)
    with db.read() as reading:
        keys = signer_of_log(reading, house.settings).keys
        bodies = {row.idx: row.body for row in reading.all(select(table(LogEntry)))}
    db.dispose()
    with requests.Session() as session:
        for answer in answers:
            Proof.parse(_proof(session, house, answer.log_index)).check(bodies[answer.log_index], *keys)


def _proof(session: requests.Session, house: House, index: int) -> bytes:
    give_up_at = time.monotonic() + 5
    while True:
        answer = session.get(f"{house.settings.base_url}/log/proof/{index}", timeout=5)
        if answer.status_code == 200:
            return answer.content
        assert time.monotonic() < give_up_at, answer.text
        time.sleep(0.05)
