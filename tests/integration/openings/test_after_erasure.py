"""What an erased opening leaves behind, on both databases: nothing of what it said, and all that it held up."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.agreements import actions
from registry.agreements.rules import NoSuchAgreement
from registry.agreements.schemas import SignIn
from registry.auditlog import history
from registry.callers import Caller
from registry.db import Database
from registry.exports.actions import give_case
from registry.exports.full import write_export
from registry.exports.sampling import draw_from_log
from registry.verification.sample import Drawn
from tests.integration.exports.conftest import TRUST
from tests.integration.openings.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, furnish
from tests.samples.agreements import TRUST as HOSPITAL
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, Vouching, signing, wired


@dataclass(frozen=True)
class Over:
    """A withheld agreement that is over. Lancashire had signed it by passkey, Blackpool in a session."""

    office: Office
    ref: str
    signatory: Caller
    by_passkey: int
    by_session: int

    @property
    def indices(self) -> list[int]:
        """The entries about it, newest first."""
        with self.office.desk.db.read() as reading:
            return [event.index for event in history(reading, "agreement", self.ref)]

    def case(self, organisation: str) -> Path:
        """Its case file, as an auditor of a body takes it."""
        caller = self.office.desk.cast(organisation, "auditor")
        path = self.office.folder / "case.zip"
        with self.office.desk.db.read() as reading:
            given = give_case(reading, self.ref, trust=TRUST, caller=caller, now=NOW, policies=POLICIES)
        path.write_bytes(given.octets)
        return path

    def export(self, name: str = "export.zip") -> Path:
        path = self.office.folder / name
        with self.office.desk.db.read() as reading:
            write_export(reading, path, TRUST)
        return path

    def drawn(self, index: int) -> Drawn:
        """An entry as a sample of the whole log shows it."""
        with self.office.desk.db.read() as reading:
            _, sample = draw_from_log(reading, "a seed", self.office.desk.size())
        return next(one for one in sample if one.index == index)


@pytest.fixture
def over(database: Database, tmp_path: Path) -> Over:
    vouching = Vouching(database, furnish(database))
    vouching.give_keys()
    signatory = vouching.cast(LANCASHIRE, "signatory")
    vouching.enrol(signatory)
    vouching.put_in_force(vouching.next_roster(LANCASHIRE))
    desk = Desk(database, vouching.cast)
    made = desk.accepted(publication="withheld")
    wanted = SignIn(
        organisation=LANCASHIRE,
        role="signatory",
        version=made.version,
        hash=made.hash,
        decision="sign",
        assertion=wired(vouching.assertion(signatory, signing(made))),
    )
    with database.write() as tx:
        ours = actions.sign(
            tx, made.ref, wanted, caller=signatory, now=desk.now, policies=POLICIES, ceremony=CEREMONY
        )
    theirs = desk.sign(made, BLACKPOOL)
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"))
    office = Office(desk, tmp_path)
    office.publish()
    signed = {row.organisation: row.log_index for row in desk.read(made.ref).signatures}
    assert signed == {LANCASHIRE: ours.log_index, BLACKPOOL: signed[BLACKPOOL]}
    assert theirs.log_index >= signed[BLACKPOOL]
    return Over(office, made.ref, signatory, signed[LANCASHIRE], signed[BLACKPOOL])


def test_the_evidence_of_an_erased_approval_is_not_published(over: Over) -> None:
    """What a closed entry rests on is as closed as the entry."""
    over.office.erase(over.by_passkey, "entry")
    over.office.check()
    with zipfile.ZipFile(over.office.folder / "export.zip") as archive:
        assert f"evidence/{over.by_passkey}.json" not in archive.namelist()
    assert (over.drawn(over.by_passkey).opened, over.drawn(over.by_passkey).evidence) == (None, None)


def test_an_erasure_does_not_tell_strangers_that_there_is_an_agreement(over: Over) -> None:
    with pytest.raises(NoSuchAgreement):
        over.case(HOSPITAL)
    over.office.erase(over.indices[0], "entry")
    over.office.publish()
    with pytest.raises(NoSuchAgreement):
        over.case(HOSPITAL)
    assert over.case(BLACKPOOL)
