"""Who reads what a sealed entry says and who acted, how two people erase it, and what an approver keeps."""

import random
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assessments.transitions import Kind
from registry.auditlog import Sealed, append_many, read_events
from registry.auditlog.erasing import erase_due
from registry.auditlog.rules import NoPublicOpening, NotYetProvable
from registry.callers import Caller
from registry.db import table
from registry.openings import actions
from registry.openings.rules import ActorInOffice, ErasureAskedFor, ErasureDone, NoSuchErasure
from registry.organisations.actions import Acting
from registry.organisations.rules import AnotherPersonNeeded
from registry.organisations.tables import Person
from registry.tlog.proof import Proof
from registry.verification.commitments import commit
from tests.auditlog_world import SIGNER, happened
from tests.integration.openings.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, ROLES
from tests.samples.assessments import POLICIES

READERS = set(ROLES) - {"operator", "admin"}


def test_the_parties_office_holders_and_auditors_read_a_sealed_entry_and_nobody_else(office: Office) -> None:
    drafted = office.desk.create().log_index
    assert office.reads(drafted, office.desk.cast(LANCASHIRE, "dpo")) is None, "it is not published yet"
    office.publish()
    assert office.readers(drafted) == {(body, role) for body in (LANCASHIRE, BLACKPOOL) for role in READERS}
    assert office.reads(drafted, None) is None
    system = Caller(LANCASHIRE, client="a-partner", scopes=frozenset({"register:read", "log:export"}))
    assert office.reads(drafted, system) is None


def test_a_withheld_agreement_stays_with_its_parties_and_a_published_one_is_open(office: Office) -> None:
    withheld = office.desk.active(publication="withheld").log_index
    signed = office.desk.active().log_index
    office.publish()
    assert office.reads(withheld, None) is None
    assert office.readers(withheld) == {(body, role) for body in (LANCASHIRE, BLACKPOOL) for role in READERS}
    assert '"agreement.signed"' in (office.reads(signed, None) or "")


def test_an_assessment_opens_to_its_owner_and_to_the_auditors_of_the_bodies_named(office: Office) -> None:
    office.desk.approved(Kind.DPIA, office.desk.create().ref)
    office.publish()
    decided = office.desk.size() - 1
    own = {(LANCASHIRE, role) for role in READERS - {"signatory"}}
    assert office.readers(decided) == own | {(BLACKPOOL, "auditor")}


def test_who_acted_is_for_their_own_bodys_auditor_and_data_protection_officer(office: Office) -> None:
    made = office.desk.accepted()
    signed = office.desk.sign(made, BLACKPOOL).log_index
    office.publish()
    assert office.readers(signed, "actor") == {(BLACKPOOL, "auditor"), (BLACKPOOL, "dpo")}
    signatory = office.desk.cast(BLACKPOOL, "signatory")
    assert office.reads(signed, office.desk.cast(BLACKPOOL, "dpo"), "actor") == f"person:{signatory.person}"


def test_what_is_not_there_is_refused_like_what_is_not_yours(office: Office) -> None:
    drafted = office.desk.create().log_index
    office.publish()
    outsider = office.desk.cast(POLICE, "auditor")
    for index in (drafted, 0, 10**6, 2**70):
        assert office.reads(index, outsider) is None


def test_two_people_erase_what_an_entry_says_and_every_proof_still_holds(office: Office) -> None:
    made = office.desk.active(publication="withheld")
    office.desk.terminate(made.ref, office.desk.cast(LANCASHIRE, "siro"))
    index = office.desk.read(made.ref).signatures[0].log_index
    office.publish()
    before = office.body(index)
    office.erase(index, "entry")
    assert office.opening(index, "entry") is None
    assert office.body(index) == before
    office.check()

    with office.desk.db.read() as reading:
        said = {event.type: event for event in read_events(reading, index + 1)}
    erased = said["opening.erased"].members
    assert erased.pop("rows", None), "it states the rows again of which the erased entry was the last word"
    assert erased | {"at": "", "prev": 0} == {
        "v": 1,
        "type": "opening.erased",
        "at": "",
        "org": None,
        "actor": None,
        "subject": {"kind": "opening", "id": f"{index}:entry"},
        "prev": 0,
        "reason_code": "unlawful",
    }
    assert office.reads(index, office.desk.cast(LANCASHIRE, "dpo")) is None
    with pytest.raises(NoPublicOpening):
        office.ask(index, "entry", by=office.desk.cast(LANCASHIRE, "dpo"))


def test_an_erased_actor_is_nowhere_by_name(office: Office) -> None:
    signatory = office.desk.cast(LANCASHIRE, "signatory")
    index = office.desk.sign(office.desk.accepted(), LANCASHIRE).log_index
    with pytest.raises(ActorInOffice):
        office.erase(index, "actor")
    office.desk.end_roles(signatory)
    office.erase(index, "actor")

    person = next(row for row in office.desk.rows(Person) if row.id == signatory.person)
    assert (person.name, person.email, person.password_hash) == ("", "", "")
    assert person.username.startswith("erased-")
    with office.desk.db.read() as reading:
        everything = [str(row) for row in reading.all(select(table(Person)))]
    assert not [row for row in everything if f"{LANCASHIRE}/signatory'" in row]
    assert office.opening(index, "actor") is None
    office.check()


def test_an_erasure_needs_two_people_neither_of_whom_it_is_about(office: Office) -> None:
    dpo, second = (office.desk.cast(LANCASHIRE, "dpo", second=again) for again in (False, True))
    index = office.desk.create().log_index
    asked = office.ask(index, "entry", by=dpo)
    with pytest.raises(ErasureAskedFor):
        office.ask(index, "entry", by=second)
    with pytest.raises(AnotherPersonNeeded):
        office.confirm(asked, by=dpo)
    for nobody in (office.desk.cast(BLACKPOOL, "dpo"), office.desk.cast(LANCASHIRE, "auditor")):
        with pytest.raises(NoSuchErasure):
            office.confirm(asked, by=nobody)
    assert office.opening(index, "entry") is not None
    office.confirm(asked, by=second)
    with pytest.raises(ErasureDone):
        office.confirm(asked, by=second)

    own_act = office.desk.size() - 2
    with pytest.raises(AnotherPersonNeeded):
        office.ask(own_act, "actor", by=second)


def test_the_erased_person_is_not_found_by_guessing(office: Office) -> None:
    """LOG (e), erasure. A thousand guesses stand here for the million of `make long`."""
    signatory = office.desk.cast(LANCASHIRE, "signatory")
    index = office.desk.sign(office.desk.accepted(), LANCASHIRE).log_index
    salt = bytes(office.opening(index, "actor").salt)
    committed = commit("actor", f"person:{signatory.person}", salt)
    assert guesses(committed, str(signatory.person), count=1000, salt=salt) == 1, "the salt tells"
    office.desk.end_roles(signatory)
    office.erase(index, "actor")
    assert guesses(committed, str(signatory.person), count=1000) == 0


@pytest.mark.long
def test_a_million_guesses_find_nothing() -> None:
    committed = commit("actor", "person:0197b1a0-0000-7000-8000-000000000001", secrets.token_bytes(32))
    assert guesses(committed, "0197b1a0-0000-7000-8000-000000000001", count=10**6) == 0


def guesses(committed: str, person: str, *, count: int, salt: bytes | None = None) -> int:
    """How many tries hit: the right person among a thousand, each under another salt unless it is known."""
    chance = random.Random(4)  # noqa: S311 - the same guesses each time
    people = [f"person:{person}", *(f"person:{chance.randbytes(16).hex()}" for _ in range(999))]
    tries = (commit("actor", people[number % 1000], salt or chance.randbytes(32)) for number in range(count))
    return sum(tried == committed for tried in tries)


def test_what_has_been_kept_long_enough_goes_by_itself(office: Office) -> None:
    last = NOW.date()
    with office.desk.db.write() as tx:
        kept, due = append_many(
            tx,
            [
                Sealed(happened(tx, 1), erase_after=last + timedelta(days=1)),
                Sealed(happened(tx, 2), erase_after=last),
            ],
        )
    assert erase_due(office.desk.db, NOW) == 0
    assert erase_due(office.desk.db, NOW + timedelta(days=1)) == 2
    assert [office.opening(due, field) for field in ("entry", "actor")] == [None, None]
    assert office.opening(kept, "entry") is not None
    assert erase_due(office.desk.db, NOW + timedelta(days=1)) == 0
    office.check()


def test_an_approver_keeps_a_receipt_that_proves_their_act_without_the_registry(office: Office) -> None:
    signatory = office.desk.cast(LANCASHIRE, "signatory")
    signed = office.desk.sign(office.desk.accepted(), LANCASHIRE)

    def fetch(caller: Caller, index: int = signed.log_index) -> actions.Receipt:
        with office.desk.db.read() as reading:
            return actions.receipt(reading, index, acting=Acting(caller, NOW, POLICIES))

    with pytest.raises(NotYetProvable):
        fetch(signatory)
    office.publish()
    kept = fetch(signatory)
    entry, actor = kept.openings
    assert Proof.parse(kept.proof.encode()).check(kept.entry.encode(), SIGNER.key).size == office.desk.size()
    assert commit("entry", entry.value, bytes(entry.salt)) in kept.entry
    assert signed.hash in entry.value
    assert commit("actor", actor.value, bytes(actor.salt)) in entry.value
    assert actor.value == f"person:{signatory.person}"

    for stranger in (
        office.desk.cast(LANCASHIRE, "dpo"),
        office.desk.cast(LANCASHIRE, "signatory", second=True),
    ):
        with pytest.raises(NoPublicOpening):
            fetch(stranger)
    with pytest.raises(NoPublicOpening):
        fetch(signatory, 10**6)
