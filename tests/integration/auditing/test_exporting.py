"""Making the full export beside the requests: one at a time, continued after a stop, and a sound one."""

import fcntl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.auditing.exporting import Exporter
from registry.db import Database
from registry.exports.trust import Trust
from registry.verification.verify import verify
from tests.auditlog_world import SIGNER, grow, sign


@pytest.fixture
def exporter(database: Database, tmp_path: Path) -> Iterator[Exporter]:
    made = Exporter(database, Trust(SIGNER), tmp_path / "exports")
    made.start()
    yield made
    made.stop()


def wait(exporter: Exporter) -> None:
    until = time.monotonic() + 20
    while exporter.standing().is_running or not exporter.standing().is_ready:
        assert time.monotonic() < until, exporter.standing()
        time.sleep(0.01)


def test_an_export_is_made_that_others_can_verify(
    database: Database, exporter: Exporter, tmp_path: Path
) -> None:
    grow(database, 300)
    sign(database, tmp_path)
    assert not exporter.standing().is_ready
    exporter.begin()
    wait(exporter)
    standing = exporter.standing()
    assert (standing.size, standing.is_newest, standing.octets) == (300, True, exporter.file.stat().st_size)
    assert verify(exporter.file, *SIGNER.keys).is_sound


def test_it_is_told_when_the_log_has_grown_since(
    database: Database, exporter: Exporter, tmp_path: Path
) -> None:
    grow(database, 3)
    sign(database, tmp_path)
    exporter.begin()
    wait(exporter)
    grow(database, 2, start=3)
    sign(database, tmp_path)
    assert (exporter.standing().size, exporter.standing().newest) == (3, 5)
    assert not exporter.standing().is_newest


def test_a_worker_leaves_an_export_to_the_one_that_makes_it(
    database: Database, exporter: Exporter, tmp_path: Path
) -> None:
    grow(database, 3)
    sign(database, tmp_path)
    folder = exporter.file.parent
    folder.mkdir()
    with (folder / "lock").open("ab") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        assert exporter.standing().is_running
        exporter.begin()
        exporter.stop()
        assert not exporter.file.exists()
    assert not exporter.standing().is_running


def test_a_worker_that_ends_leaves_what_is_whole_and_the_next_goes_on(
    database: Database, exporter: Exporter, tmp_path: Path
) -> None:
    grow(database, 600)
    sign(database, tmp_path)
    exporter.stop()  # from now on it rests at the first tile
    exporter.begin()
    exporter.stop()
    unfinished = exporter.file.with_name("log.zip.part")
    assert unfinished.stat().st_size > 0
    assert not exporter.standing().is_ready
    next_worker = Exporter(database, Trust(SIGNER), exporter.file.parent)
    next_worker.begin()
    wait(next_worker)
    assert verify(exporter.file, *SIGNER.keys).is_sound
    assert not unfinished.exists()


def test_before_the_first_checkpoint_nothing_is_made_and_nobody_falls(
    exporter: Exporter, caplog: pytest.LogCaptureFixture
) -> None:
    exporter.begin()
    exporter.stop()
    assert not exporter.standing().is_ready
    assert "the export was not made" in caplog.text
