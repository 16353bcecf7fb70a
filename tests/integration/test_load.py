"""Sign-offs under load, and with the server killed in the middle: nothing acknowledged is lost, ever."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from registry.agreements.tables import Signature
from registry.auditlog import StoredEvent, log_size, read_events
from registry.auditlog.queries import all_rows
from registry.auditlog.tables import LogEntry
from registry.db import Database, Reading, table
from registry.signers.files import load_signer
from registry.tlog.proof import Proof
from registry.tlog.tree import Frontier, leaf_hash
from tests.signoffs import Answered, House, SignOff, build, give, prepare


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    return build(tmp_path / "data", database_url)


def test_sixteen_writers_leave_a_contiguous_log_and_provable_answers(house: House) -> None:
    sign_offs = prepare(house, agreements=400)
    with house.serving():
        outcome = give(house, sign_offs, workers=16)
        assert outcome.refused == []
        assert len(outcome.answered) == 16 * 50
        _check_provable(house, outcome.answered)
    check_whole(house, outcome.answered)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(house: House) -> None:
    kill_repeatedly(house, times=2, seed=20261122)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_fifty_kills(house: House) -> None:
    kill_repeatedly(house, times=50, seed=50)


def kill_repeatedly(house: House, *, times: int, seed: int) -> None:
    """Start, load, kill -9 at a random moment, look; and the same on what is left."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    todo = prepare(house, agreements=40 * times)
    acknowledged: list[Answered] = []
    for _ in range(times):
        with house.serving() as process:
            killer = threading.Timer(chance.uniform(0.05, 0.8), process.send_signal, (signal.SIGKILL,))
            killer.start()
            outcome = give(house, todo, workers=8)
            killer.cancel()
            acknowledged += outcome.answered
        check_whole(house, acknowledged)
        todo = list(_still_open(house, todo))
    with house.serving():
        acknowledged += give(house, todo, workers=8).answered
        _check_provable(house, acknowledged[-20:])
    check_whole(house, acknowledged)


def check_whole(house: House, acknowledged: list[Answered]) -> None:
    """Rows, log and tree agree; every signature has its entry, every entry its signature."""
    db = Database(house.settings.database)
    with db.read() as reading:
        size = log_size(reading)
        tree = Frontier()
        for row in all_rows(reading, 0):
            assert row.idx == tree.size
            assert row.leaf_hash == leaf_hash(row.body)
            tree.append(row.leaf_hash)
        assert tree.size == size
        signed = {event.index: event for event in _events(reading) if event.type == "agreement.signed"}
        rows = {row.log_index: row for row in reading.all(select(table(Signature)))}
        assert rows.keys() == signed.keys()
        for index, row in rows.items():
            assert signed[index].members["subject"]["digest"] == row.hash
        for answer in acknowledged:
            assert rows[answer.log_index].organisation == answer.sign_off.organisation
    db.dispose()


def _check_provable(house: House, answers: list[Answered]) -> None:
    """Every answer's index has an inclusion proof under a signed checkpoint."""
    signer = load_signer(house.settings.log_key, house.settings.origin)
    db = Database(house.settings.database)
    with db.read() as reading:
        bodies = {row.idx: row.body for row in reading.all(select(table(LogEntry)))}
    db.dispose()
    with requests.Session() as session:
        for answer in answers:
            Proof.parse(_proof(session, house, answer.log_index)).check(bodies[answer.log_index], signer.key)


def _proof(session: requests.Session, house: House, index: int) -> bytes:
    give_up_at = time.monotonic() + 5
    while True:
        answer = session.get(f"{house.settings.base_url}/log/proof/{index}", timeout=5)
        if answer.status_code == 200:
            return answer.content
        assert time.monotonic() < give_up_at, answer.text
        time.sleep(0.05)


def _still_open(house: House, sign_offs: list[SignOff]) -> Iterator[SignOff]:
    """The sign-offs that did not come about, acknowledged or not."""
    db = Database(house.settings.database)
    with db.read() as reading:
        given = {
            (event.subject_id, event.org) for event in _events(reading) if event.type == "agreement.signed"
        }
    db.dispose()
    return (one for one in sign_offs if (one.ref, one.organisation) not in given)


def _events(reading: Reading) -> Iterator[StoredEvent]:
    position = 0
    while events := read_events(reading, position, 1000):
        yield from events
        position = events[-1].index + 1
