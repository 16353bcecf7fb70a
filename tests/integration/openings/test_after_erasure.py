"""What an erased opening leaves behind, on both databases: nothing that it said, and all that it held up."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.agreements import actions
from registry.agreements.rules import NoSuchAgreement
from registry.agreements.schemas import SignIn
from registry.auditlog import history, publish_openings
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.rules import NoPublicOpening
from registry.callers import Caller
from registry.db import Database
from registry.db.backup import restore_backup, write_backup
from registry.exports.actions import give_case
from registry.exports.full import write_export
from registry.exports.sampling import draw_from_log
from registry.exports.trust import Trust
from registry.housekeeping import LEDGERS
from registry.oauth import sessions
from registry.oauth.enrolling import keep_recovery_codes
from registry.oauth.tables import BrowserSession, RecoveryCode
from registry.openings.rules import NoSuchErasure, SignatureHeld
from registry.passkeys.tables import ApprovalEvidence, Passkey
from registry.verification.sample import Drawn
from registry.verification.verify import verify
from tests.auditlog_world import SIGNER
from tests.integration.openings.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, furnish, note_sample
from tests.samples.agreements import TRUST as HOSPITAL
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, SITE, Vouching, signing, wired

TRUST = Trust(SIGNER, site=SITE)


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

    def publish_signatures(self) -> None:
        """Let anyone read what was signed."""
        with self.office.desk.db.write() as tx:
            publish_openings(tx, [self.by_passkey, self.by_session])
            note_sample(tx)

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


def test_what_came_before_an_erased_entry_is_still_found(over: Over) -> None:
    before = over.indices
    for gone in (before[0], before[-2]):
        over.office.erase(gone, "entry")
    over.office.publish()
    assert over.indices == before

    found = verify(over.case(BLACKPOOL), SIGNER.key, case=True)
    assert found.findings == []
    assert [one["strength"] for one in found.approvals] == ["passkey"]
    assert found.document()["closed"] == 1, "nothing names the newest one"
    assert "1 of them stay closed" in found.text()
    assert "mae 1 ohonynt ar gau" in found.text("cy")


def test_an_export_that_was_interrupted_starts_over_after_an_erasure(over: Over) -> None:
    over.publish_signatures()
    whole = over.export("whole.zip")
    with zipfile.ZipFile(whole) as archive:
        assert f"evidence/{over.by_passkey}.json" in archive.namelist()
        stop = archive.getinfo("trust/log.vkey").header_offset
    (over.office.folder / "again.zip.part").write_bytes(whole.read_bytes()[:stop])
    over.office.erase(over.by_passkey, "entry")
    with zipfile.ZipFile(over.export("again.zip")) as archive:
        assert f"evidence/{over.by_passkey}.json" not in archive.namelist()
        opened = [json.loads(line)["index"] for line in archive.read("openings.jsonl").splitlines()]
    assert over.by_session in opened
    assert over.by_passkey not in opened


def test_what_proved_an_erased_approval_goes_with_it(over: Over) -> None:
    assert [row.log_index for row in over.office.desk.rows(ApprovalEvidence)] == [over.by_passkey]
    over.office.erase(over.by_passkey, "entry")
    assert over.office.desk.rows(ApprovalEvidence) == []


def test_all_an_erased_person_signs_in_with_goes_with_their_names(over: Over) -> None:
    assert [row.person for row in over.office.desk.rows(Passkey)] == [over.signatory.person]
    with over.office.desk.db.write() as tx:
        keep_recovery_codes(tx, ["a hash"], caller=over.signatory, now=NOW)
        sessions.begin(tx, NOW, person=over.signatory.person, strength="passkey")
    over.office.desk.end_roles(over.signatory)
    over.office.erase(over.by_passkey, "actor")
    for table in (Passkey, RecoveryCode, BrowserSession):
        assert over.office.desk.rows(table) == []
    assert [row.log_index for row in over.office.desk.rows(ApprovalEvidence)] == [over.by_passkey]
    over.office.check()


def test_a_body_erases_what_its_own_people_did_and_no_other(over: Over) -> None:
    """Lancashire wrote the agreement, and still the signature of Blackpool is not theirs to erase."""
    with pytest.raises(NoPublicOpening):
        over.office.ask(over.by_session, "entry", by=over.office.desk.cast(LANCASHIRE, "dpo"))
    with pytest.raises(NoPublicOpening):
        over.office.ask(over.by_passkey, "entry", by=over.office.desk.cast(BLACKPOOL, "dpo"))
    asked = over.office.ask(over.by_session, "entry", by=over.office.desk.cast(BLACKPOOL, "dpo"))
    with pytest.raises(NoSuchErasure):
        over.office.confirm(asked, by=over.office.desk.cast(LANCASHIRE, "siro"))
    over.office.confirm(asked, by=over.office.desk.cast(BLACKPOOL, "siro"))
    assert over.office.opening(over.by_session, "entry") is None


def test_a_signature_is_kept_until_its_version_is_over(office: Office) -> None:
    made = office.desk.active()
    index = office.desk.read(made.ref).signatures[0].log_index
    with pytest.raises(SignatureHeld):
        office.ask(index, "entry", by=office.desk.cast(LANCASHIRE, "dpo"))
    office.desk.terminate(made.ref, office.desk.cast(LANCASHIRE, "siro"))
    office.erase(index, "entry")


def test_a_register_with_an_erased_signature_is_restored(over: Over, empty_database_url: str) -> None:
    over.office.erase(over.by_passkey, "entry")
    path = over.office.folder / "backup.zip"
    with over.office.desk.db.read() as reading:
        write_backup(reading, path, NOW)
    restore_backup(path, empty_database_url)

    restored = Database(empty_database_url)
    with restored.read() as reading:
        assert find_tampering(reading, SIGNER.keys, ledgers=LEDGERS).findings == []
    restored.dispose()
