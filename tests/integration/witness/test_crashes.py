"""A crash at each step of publishing loses nothing and forks nothing (LOG table B5, acceptance 10)."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from registry import clock
from registry.auditlog import queries, served
from registry.auditlog.publish import publish
from registry.db import Database
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signature
from registry.witness.client import Client
from tests.auditlog_world import SIGNER, PowerFailed, append_and_roll_back, grow, high_water
from tests.integration.witness.conftest import EGRESS, Stage
from tests.witness_world import policy_of

ALL = {"w1", "w2", "w3"}


def notes(db: Database) -> list[str]:
    with db.read() as reading:
        return [row.note for row in queries.all_checkpoints(reading)]


def cosign(stage: Stage, name: str) -> None:
    """Let a witness cosign a first checkpoint; the worker that asked dies with the answer."""
    policy = policy_of(stage.fakes, quorum="all")
    (witness,) = (witness for witness in policy.witnesses if witness.name == name)
    Client(witness, EGRESS).cosign(notes(stage.db)[0], from_size=0, prove=lambda _: ())


@dataclass(frozen=True)
class DyingSigner:
    """Signs, and the power goes before anyone has the signature."""

    name: str = SIGNER.name
    keys: tuple[VerifierKey, ...] = SIGNER.keys

    def sign(self, text: str) -> tuple[Signature, ...]:
        SIGNER.sign(text)
        raise PowerFailed


def test_after_the_business_commit_the_next_publisher_picks_the_entry_up(stage: Stage) -> None:
    """LOG acceptance 10, row 1: the entry is unpublished."""
    grow(stage.db, 3)
    append_and_roll_back(stage.db)
    witnesses = stage.asking(quorum="all")
    publisher = stage.publisher(witnesses)
    publisher.start()
    try:
        stage.until(lambda: stage.shown(witnesses) == (3, ALL, True))
    finally:
        publisher.stop()


def test_before_the_mark_has_risen_neither_witnesses_nor_the_world_see_anything(
    stage: Stage, tmp_path: Path
) -> None:
    grow(stage.db, 3)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    publish(stage.db, SIGNER, high_water(elsewhere), stage.now, is_witnessed=True)
    witnesses = stage.asking(quorum="all")
    assert stage.turn(witnesses)[0] == -1
    publish(stage.db, SIGNER, high_water(stage.folder), stage.now, is_witnessed=True)
    assert stage.turn(witnesses) == (3, ALL, True)


def test_after_signing_and_before_the_commit_the_same_tree_or_a_larger_one_is_signed(stage: Stage) -> None:
    """LOG acceptance 10, row 2: the signature never left the process."""
    grow(stage.db, 3)
    with pytest.raises(PowerFailed):
        publish(stage.db, DyingSigner(), high_water(stage.folder), stage.now)
    assert notes(stage.db) == []
    assert high_water(stage.folder).read() is None

    signed = publish(stage.db, SIGNER, high_water(stage.folder), stage.now)
    assert signed is not None
    assert notes(stage.db) == [signed.signed(SIGNER)]


def test_after_the_commit_it_is_served_and_the_mark_raised(stage: Stage) -> None:
    """LOG acceptance 10, row 3: signed, and served to nobody; the folder of the mark was not there."""
    grow(stage.db, 3)
    with pytest.raises(FileNotFoundError):
        publish(stage.db, SIGNER, high_water(stage.folder / "unmounted"), stage.now, is_witnessed=True)
    witnesses = stage.asking(quorum="all")
    assert stage.shown(witnesses)[0] == -1

    publisher = stage.publisher(witnesses)
    publisher.start()
    try:
        stage.until(lambda: stage.shown(witnesses) == (3, ALL, True))
    finally:
        publisher.stop()
    mark = high_water(stage.folder).read()
    assert mark is not None
    assert mark.size == 3
    assert len(notes(stage.db)) == 1


def test_in_the_middle_of_witnessing_they_are_asked_again(stage: Stage) -> None:
    """LOG acceptance 10, row 4: some have cosigned, and nothing of it was stored."""
    stage.sign(3)
    for name in ("w1", "w2"):
        cosign(stage, name)
    assert stage.states() == {}

    witnesses = stage.asking(quorum="all")
    assert stage.turn(witnesses) == (3, ALL, True)
    assert stage.states() == dict.fromkeys(ALL, (3, None, 0))


def test_a_crash_between_cosigning_and_serving_is_made_good_from_what_the_witnesses_know(
    stage: Stage,
) -> None:
    """LOG acceptance 10, rows 3 and 4 with a log that has grown since: they answer 409, then 200."""
    stage.sign(3)
    for name in ALL:
        cosign(stage, name)
    stage.sign(4)
    assert stage.turn(stage.asking(quorum="all")) == (7, ALL, True)
    assert [fake.asked for fake in stage.fakes] == [["/w/add-checkpoint"] * 3] * 3


def test_what_was_stored_is_what_is_served_after_a_restart(stage: Stage) -> None:
    """LOG B5: the note is stored before it is served, so every worker and every start serves the same."""
    stage.now = clock.now()  # what is older is cosigned anew
    stage.sign(3)
    witnesses = stage.asking(quorum="all")
    stage.turn(witnesses)
    with stage.db.read() as reading:
        before = served.newest_served(reading)
    publisher = stage.publisher(stage.asking(quorum="all"))
    publisher.start()
    publisher.stop()
    with stage.db.read() as reading:
        assert served.newest_served(reading) == before
