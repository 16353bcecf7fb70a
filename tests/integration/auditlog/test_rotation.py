"""Rotating the log's keys: who knows the old ones and who knows the new ones, before, during and after."""

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.auditlog import history
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import publish
from registry.auditlog.publisher import Publisher
from registry.auditlog.queries import newest_checkpoint, tile_octets
from registry.auditlog.rotation import Rotation, rotate, write_policy
from registry.auditlog.rules import KeyInUse
from registry.auditlog.witnessing import Witnesses
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.settings import Settings
from registry.signers.files import load_signer
from registry.signers.log import LogSigner, create_first_keys, create_next_keys
from registry.tlog.faults import Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import open_note
from registry.tlog.policy import Policy
from registry.tlog.tile import tiles_of_tree
from registry.witness.server import Witness
from registry.witness.store import Store
from tests.auditlog_world import NOW, ORIGIN, PowerFailed, grow
from tests.checker.building import build
from tests.witness_world import FakeWitness, cosigner, policy_of

OVERLAP = timedelta(days=90)
WITNESS = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"


@dataclass
class House:
    """A log with its keys, at an instant that a test may move."""

    db: Database
    settings: Settings
    now: datetime = NOW

    def __post_init__(self) -> None:
        create_first_keys(self.settings)
        self.signer = self.worker()
        self.high_water = HighWater.beside(self.settings.log_key, self.signer)

    def worker(self) -> LogSigner:
        """The signer of one more worker."""
        return LogSigner.of(self.settings, ORIGIN, now=lambda: self.now)

    def publish(self, entries: int = 1) -> bytes:
        """Append something, publish it, and return the note."""
        with self.db.read() as reading:
            newest = newest_checkpoint(reading)
        grow(self.db, entries, start=newest.size if newest else 0)
        assert publish(self.db, self.signer, self.high_water, self.now)
        with self.db.read() as reading:
            found = newest_checkpoint(reading)
        assert found
        note: str = found.note
        return note.encode()

    def rotate(self, make: Callable[[], Sequence[str]] | None = None) -> Rotation:
        """Rotate, as the command does."""
        made = make or (lambda: create_next_keys(self.settings))
        return rotate(self.db, self.worker(), made, overlap=OVERLAP, now=self.now)

    def policy(self, before: Policy | None = None) -> Policy:
        """The policy of this time."""
        return Policy.parse(write_policy(self.worker(), before, self.now)[0].encode())


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, Settings(data_dir=tmp_path, log_origin=ORIGIN))


def is_trusted(note: bytes, *keys: VerifierKey) -> bool:
    try:
        open_note(note, keys)
    except Unproved:
        return False
    return True


def test_a_log_signs_with_both_kinds_from_day_one(house: House) -> None:
    note = house.publish()
    assert [key.kind for key in house.signer.keys] == [Kind.ED25519, Kind.ML_DSA_44]
    assert all(is_trusted(note, key) for key in house.signer.keys)


def test_auditors_of_the_old_and_of_the_new_keys_both_verify_during_the_overlap(house: House) -> None:
    """LOG acceptance 14: key rotation overlap verified by old-policy and new-policy auditors."""
    before = house.publish()
    old_policy = house.policy()
    made = house.rotate()
    new_policy = Policy.parse("".join(f"log {key.text()}\n" for key in made.new).encode() + b"quorum none\n")

    during = house.publish()
    house.now = made.until - timedelta(seconds=1)
    last = house.publish()
    for note in (during, last):
        assert old_policy.check(note, ORIGIN).checkpoint == new_policy.check(note, ORIGIN).checkpoint
        assert all(is_trusted(note, key) for key in (*made.old, *made.new))

    house.now = made.until
    after = house.publish()
    assert new_policy.check(after, ORIGIN)
    with pytest.raises(Unproved):
        old_policy.check(after, ORIGIN)
    with pytest.raises(Unproved):
        new_policy.check(before, ORIGIN)
    assert [log.key for log in house.policy().logs] == list(made.new)


def test_the_go_checker_knows_either_ed25519_key_and_passes_over_the_other_lines(
    house: House, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    program = build(pytestconfig.cache.mkdir("checker"))

    def is_sound(note: bytes, key: VerifierKey) -> bool:
        folder = tmp_path / note[:40].hex()
        (folder / "checkpoint").parent.mkdir(exist_ok=True)
        (folder / "checkpoint").write_bytes(note)
        size = int(note.split(b"\n")[1])
        with house.db.read() as reading:
            for tile in tiles_of_tree(size):
                (folder / tile.path()).parent.mkdir(parents=True, exist_ok=True)
                (folder / tile.path()).write_bytes(tile_octets(reading, tile))
        answer = subprocess.run([program, key.text(), folder], capture_output=True, text=True, check=False)
        return answer.stdout == f"OK {size} entries\n"

    house.publish(3)
    made = house.rotate()
    during = house.publish()
    house.now = made.until
    after = house.publish()
    old, new = made.old[0], made.new[0]
    assert [is_sound(note, key) for note in (during, after) for key in (old, new)] == [
        True,
        True,
        False,
        True,
    ]


def test_the_policy_of_the_overlap_opens_everything_and_is_vouched_for_by_the_old_key(house: House) -> None:
    before = house.publish()
    witnessed = Policy.parse(f"log {house.signer.keys[0].text()}\nwitness w {WITNESS}\nquorum w\n".encode())
    made = house.rotate()
    text, note = write_policy(house.worker(), witnessed, house.now)
    policy = Policy.parse(text.encode())
    assert [log.key for log in policy.logs] == [*made.new, *made.old]
    assert (policy.witnesses, policy.quorum) == (witnessed.witnesses, "w")
    assert note
    signed = open_note(note.encode(), [made.old[0]])
    assert Policy.parse(signed.encode()) == policy
    assert house.policy().check(before, ORIGIN)


def test_a_witness_knows_the_new_key_first_and_then_forgets_the_old_one(house: House, tmp_path: Path) -> None:
    fake = FakeWitness(1, tmp_path)
    fake.misbehave = lambda path, _body: None if path == "/w/add-checkpoint" else (404, "text/plain", "")
    fake.start()
    made = house.rotate()
    loopback = Egress(parse_networks("127.0.0.0/8"))
    asking = Witnesses(
        policy_of([fake], quorum="all"), loopback, house.signer, is_required=True, grace_seconds=0
    )
    for keys, later in (
        (made.old, timedelta(0)),
        (made.old + made.new, OVERLAP - timedelta(seconds=1)),
        (made.new, OVERLAP + timedelta(hours=1)),
    ):
        fake.role = Witness(cosigner(1), {ORIGIN: keys}, Store.create(tmp_path / f"{later.days}.sqlite3"))
        house.now = NOW + later
        assert [known.witness for known in asking.hear(house.now)] == [fake.name]
    asking.close()
    fake.stop()


def test_a_rotation_is_an_entry_of_the_log(house: House) -> None:
    house.publish()
    made = house.rotate()
    assert list(made.log_indices) == [1, 2]
    with house.db.read() as reading:
        (event,) = history(reading, "log-key", "ed25519")
    said = {name: event.members[name] for name in ("type", "org", "actor", "old_key", "new_key", "until")}
    assert said == {
        "type": "key.rotated",
        "org": None,
        "actor": None,
        "old_key": made.old[0].text(),
        "new_key": made.new[0].text(),
        "until": "2026-04-01T00:00:00Z",
    }


def test_the_mark_the_checkpoints_and_the_nightly_check_survive_a_rotation(house: House) -> None:
    house.publish()
    house.rotate()
    made = house.rotate()
    house.now = made.until + timedelta(days=1)
    house.publish()  # by the worker that was there before
    mark = HighWater.beside(house.settings.log_key, house.worker()).read()
    assert mark is not None
    assert mark == house.high_water.read()
    with house.db.read() as reading:
        assert find_tampering(reading, house.worker().keys).findings == []


@pytest.mark.parametrize("step", ["_check_new", "_log"], ids=["before the ring", "before the log"])
def test_a_rotation_that_the_power_ended_is_completed_and_makes_no_further_key(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    house.publish()

    def fail(*_given: object) -> None:
        raise PowerFailed

    with monkeypatch.context() as broken:
        broken.setattr(f"registry.auditlog.rotation.{step}", fail)
        with pytest.raises(PowerFailed):
            house.rotate()
    house.publish()

    made = house.rotate()
    with house.db.read() as reading:
        assert [event.members["new_key"] for event in history(reading, "log-key", "ed25519")] == [
            made.new[0].text()
        ]
    assert len(house.worker().ring.held) == 4


def test_a_key_that_the_log_has_had_is_no_new_key(house: House) -> None:
    house.publish()
    with pytest.raises(KeyInUse):
        house.rotate(lambda: [house.settings.log_key.name])
    assert not house.signer.ring_file.exists()


def test_a_source_that_is_not_there_rotates_nothing(house: House) -> None:
    house.publish()
    with pytest.raises(FileNotFoundError):
        house.rotate(lambda: ["missing.pem"])
    assert not house.signer.ring_file.exists()
    assert len(house.publish().splitlines()) == 4 + 2


def test_a_key_that_was_exchanged_behind_the_ring_signs_nothing(house: House) -> None:
    house.publish()
    house.rotate()
    house.settings.log_key.write_bytes((house.settings.log_key.with_name("log-2.pem")).read_bytes())
    with pytest.raises(OSError, match="other keys"):
        house.worker()


def test_a_retired_key_need_not_be_there_any_more(house: House) -> None:
    old = house.publish()
    made = house.rotate()
    house.now = made.until
    for path in (house.settings.log_key, house.settings.log_key.with_name("log.ml-dsa-44.pem")):
        path.unlink()
    restarted = house.worker()
    assert is_trusted(old, *restarted.keys)
    assert restarted.sign("any text\n") == load_signer(
        house.settings.log_key.with_name("log-2.pem"), ORIGIN
    ).sign("any text\n")


def test_no_secret_octet_of_any_key_is_in_the_ring(house: House) -> None:
    house.publish()
    house.rotate()
    ring = house.signer.ring_file.read_text()
    assert set(json.loads(ring)) == {"keys"}
    assert "PRIVATE" not in ring


def test_a_ring_that_cannot_be_read_stops_nothing_for_good(house: House) -> None:
    house.publish()
    house.rotate()
    ring = house.signer.ring_file
    publisher = Publisher(house.db, house.worker(), house.high_water, interval_seconds=0.02)
    publisher.start()
    good = ring.read_text()
    ring.write_text("{}")
    grow(house.db, 1, start=10)
    wait_until(lambda: publisher.trouble is not None)
    assert publisher.is_running
    ring.write_text(good)
    wait_until(lambda: publisher.trouble is None)
    publisher.stop()


def test_a_key_that_cannot_be_read_is_a_failure_that_may_pass(house: House) -> None:
    worker = house.worker()
    house.rotate()
    house.settings.log_key.with_name("log-2.pem").write_text("{}")
    with pytest.raises(OSError, match="PEM"):
        worker.sign("registry-export/v1\n")


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
