"""The approvals of an agreement: what the public may read of the log, and that each record proves itself."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from registry.agreements.rules import NoSuchAgreement
from registry.auditlog.rules import NoPublicOpening, NotYetProvable
from registry.callers import Caller
from registry.db import Database
from registry.public.recording import Record, record_of
from registry.public.seeing import Viewer
from registry.public.timeline import Timeline, find_legible, timeline
from registry.tlog.proof import Proof
from registry.tlog.tree import leaf_hash
from registry.verification.commitments import commit, sealed_entry
from registry.verification.spelling import read_base64url
from tests.auditlog_world import SIGNER, sign
from tests.integration.public.test_register import NEWER, WITHHELD
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def steps(desk: Desk, ref: str, caller: Caller | None = None) -> Timeline:
    with desk.db.read() as reading:
        return timeline(reading, ref, Viewer(caller, POLICIES, NOW))


def record(desk: Desk, ref: str, index: int, caller: Caller | None = None) -> Record:
    with desk.db.read() as reading:
        return record_of(reading, find_legible(reading, ref, index, Viewer(caller, POLICIES, NOW)))


def types(found: Timeline) -> list[str]:
    return [step.type.removeprefix("agreement.") for step in found.steps]


def test_the_steps_that_led_to_an_agreement_are_public_in_order(desk: Desk) -> None:
    found = steps(desk, desk.active().ref)
    assert types(found) == ["submitted", "reviewed", "signed", "signed", "activated"]
    assert [step.index for step in found.steps] == sorted(step.index for step in found.steps)
    signed = found.steps[2]
    assert (signed.org, signed.role, signed.strength) == (LANCASHIRE, "signatory", "session")
    assert signed.role_called == {"en": "Signatory", "cy": "Llofnodwr"}


def test_no_name_of_a_person_is_in_any_step_or_record(desk: Desk, tmp_path: Path) -> None:
    made = desk.active()
    sign(desk.db, tmp_path)
    found = steps(desk, made.ref)
    told = str(found) + "".join(str(record(desk, made.ref, step.index)) for step in found.steps)
    for person in desk.cast.people.values():
        assert person not in told


def test_steps_towards_a_new_version_are_its_parties_own_until_it_is_in_force(desk: Desk) -> None:
    made = desk.active()
    before = types(steps(desk, made.ref))
    desk.amended(made.ref, **NEWER)
    assert types(steps(desk, made.ref)) == before
    theirs = steps(desk, made.ref, desk.cast(BLACKPOOL, "dpo"))
    assert types(theirs)[-4:] == ["amended", "submitted", "reviewed", "ready"]


def test_a_withheld_agreement_has_no_steps_for_strangers(desk: Desk) -> None:
    made = desk.active(**WITHHELD)
    for caller in (None, desk.cast(POLICE, "ig_officer")):
        with pytest.raises(NoSuchAgreement):
            steps(desk, made.ref, caller)
        with pytest.raises(NoSuchAgreement):
            record(desk, made.ref, made.log_index, caller)
    assert "signed" in types(steps(desk, made.ref, desk.officer()))


def test_every_record_proves_itself(desk: Desk, tmp_path: Path) -> None:
    made = desk.active()
    sign(desk.db, tmp_path)
    for step in steps(desk, made.ref).steps:
        found = record(desk, made.ref, step.index)
        leaf = found.leaf
        Proof.parse(leaf.proof.encode()).check(leaf.entry.encode(), *SIGNER.keys)
        assert leaf.hash == b64encode(leaf_hash(leaf.entry.encode())).decode()
        said = leaf.entry
        for opening in found.openings:
            made_of = commit("entry", opening.value, read_base64url(opening.salt))
            assert leaf.entry == sealed_entry(made_of)
            said = opening.value
        assert json.loads(said)["type"] == step.type


def test_a_record_is_of_this_agreement_and_open_to_the_reader(desk: Desk, tmp_path: Path) -> None:
    made, other = desk.active(), desk.active()
    draft = desk.amend(made.ref, **NEWER)
    sign(desk.db, tmp_path)
    for index in (other.log_index, draft.log_index, 0, 10**6):
        with pytest.raises(NoPublicOpening):
            record(desk, made.ref, index)
    assert record(desk, made.ref, draft.log_index, desk.officer()).openings


def test_a_step_that_no_checkpoint_covers_yet_cannot_be_proved(desk: Desk, tmp_path: Path) -> None:
    made = desk.active()
    sign(desk.db, tmp_path)
    suspended = desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), organisation=LANCASHIRE)
    assert [step.is_published for step in steps(desk, made.ref).steps][-2:] == [True, False]
    last = steps(desk, made.ref).steps[-1].index
    assert last >= suspended.log_index
    with pytest.raises(NotYetProvable):
        record(desk, made.ref, last)
