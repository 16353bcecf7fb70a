"""The high-water mark beside the log's key."""

import stat
from pathlib import Path
from threading import Thread

import pytest

from registry.auditlog.highwater import HighWater
from registry.signers.files import create_key, load_signer
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Signer
from tests.auditlog_world import ORIGIN, SIGNER, high_water


def note(size: int, signer: Signer = SIGNER) -> str:
    return Checkpoint(ORIGIN, size, bytes(32)).signed(signer)


def test_the_mark_only_rises(tmp_path: Path) -> None:
    mark = high_water(tmp_path)
    assert mark.read() is None
    for size, kept in ((3, 3), (5, 5), (4, 5), (5, 5)):
        mark.raise_to(note(size))
        assert mark.read() == Checkpoint(ORIGIN, kept, bytes(32))


def test_the_mark_is_for_its_owner_alone(tmp_path: Path) -> None:
    high_water(tmp_path).raise_to(note(3))
    assert stat.S_IMODE(high_water(tmp_path).path.stat().st_mode) == 0o600


def test_the_mark_rises_past_every_publisher_of_the_machine(tmp_path: Path) -> None:
    sizes = range(1, 41)
    threads = [Thread(target=HighWater.raise_to, args=(high_water(tmp_path), note(size))) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = high_water(tmp_path).read()
    assert kept is not None
    assert kept.size == 40


def test_a_mark_that_the_key_did_not_sign_is_refused(tmp_path: Path) -> None:
    mark = high_water(tmp_path)
    mark.raise_to(note(3))
    mark.path.write_text(mark.path.read_text().replace("\n3\n", "\n2\n"))
    with pytest.raises(Unproved):
        mark.read()
    mark.path.write_text("")
    with pytest.raises(Malformed):
        mark.raise_to(note(4))


def test_only_a_note_of_the_key_raises_the_mark(tmp_path: Path) -> None:
    create_key(tmp_path / "other.pem")
    with pytest.raises(Unproved):
        high_water(tmp_path).raise_to(note(3, load_signer(tmp_path / "other.pem", ORIGIN)))


def test_the_mark_lies_beside_its_key(tmp_path: Path) -> None:
    assert HighWater.beside(tmp_path / "log.pem", SIGNER).path == tmp_path / "log.pem.highwater"
