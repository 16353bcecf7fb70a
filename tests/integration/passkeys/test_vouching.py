"""Who vouches for a passkey: the organisation's key, which its own domain and two partners vouch for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from registry import clock
from registry.agreements.queries import LivingRegister
from registry.auditlog import Subject
from registry.callers import SYSTEM, Caller
from registry.demo.authenticator import PRESENT
from registry.organisations.rules import AnotherPersonNeeded
from registry.passkeys import queries
from registry.passkeys.actions import enrolling, keys
from registry.passkeys.ceremonies import Deciding
from registry.passkeys.rules import (
    BadAssertion,
    BadRoster,
    KeyNotPublished,
    KeySettled,
    KeyWaits,
    NoSuchKey,
    NoSuchPasskey,
    NotRostered,
    OwnKey,
    PasskeyKnown,
    PasskeyOver,
)
from registry.passkeys.schemas import EnrolmentIn, RosterIn
from registry.records.actions import Acting as RecordsActing
from registry.records.actions import remind
from registry.records.queries import TASK
from registry.verification.rosters import Roster
from registry.verification.spelling import digest
from tests.samples.agreements import BLACKPOOL, BODIES, LANCASHIRE, NOW, POLICE
from tests.samples.assessments import POLICIES
from tests.samples.passkeys import CEREMONY, Vouching, authenticator

WEEK = timedelta(days=7)


def enrol(vouching: Vouching, sent: dict[str, Any], caller: Caller) -> None:
    wanted = EnrolmentIn.model_validate(sent)
    with vouching.db.write() as tx:
        enrolling.enrol(tx, wanted, acting=vouching.acting(caller), ceremony=CEREMONY)


def end(vouching: Vouching, passkey: str, caller: Caller) -> None:
    with vouching.db.write() as tx:
        enrolling.end(tx, passkey, acting=vouching.acting(caller))


def ids(vouching: Vouching) -> list[str]:
    with vouching.db.read() as reading:
        return [row.id for row in queries.list_passkeys(reading, LANCASHIRE)]


def two_signatures(vouching: Vouching, roster: Roster, *people: Caller) -> RosterIn:
    """A roster as these people sign it with their passkeys."""
    subject = Subject("roster", roster.organisation, roster.version, digest(roster.octets()))
    deciding = Deciding(subject, "sign", "roster")
    signed = [vouching.assertion(person, deciding) for person in people]
    return RosterIn.model_validate({"document": roster.octets().decode(), "assertions": signed})


@pytest.mark.parametrize(
    "changes", [{"flags": PRESENT}, {"rp_id": "registry.example"}, {"origin": "https://registry.example"}]
)
def test_a_passkey_is_enrolled_here_by_a_person_who_was_verified(
    vouching: Vouching, changes: dict[str, Any]
) -> None:
    signatory = vouching.cast(LANCASHIRE, "signatory")
    with pytest.raises(BadAssertion):
        enrol(vouching, vouching.new_passkey(signatory, authenticator(**changes)), signatory)
    assert ids(vouching) == []


def test_a_passkey_is_enrolled_once_and_only_by_the_person_it_was_made_for(vouching: Vouching) -> None:
    signatory, passkey = vouching.cast(LANCASHIRE, "signatory"), authenticator()
    sent = vouching.new_passkey(signatory, passkey)
    with pytest.raises(BadAssertion):
        enrol(vouching, sent, vouching.cast(LANCASHIRE, "siro"))
    enrol(vouching, sent, signatory)
    with pytest.raises(PasskeyKnown):
        enrol(vouching, vouching.new_passkey(signatory, passkey), signatory)


def test_what_an_authenticator_says_of_being_synced_is_kept(vouching: Vouching) -> None:
    """The flags BE and BS: a role of high risk may ask for a passkey that stays in one device."""
    signatory = vouching.cast(LANCASHIRE, "signatory")
    vouching.enrol(signatory)
    vouching.enrol(signatory, authenticator(flags=0x05))
    with vouching.db.read() as reading:
        rows = queries.list_passkeys(reading, LANCASHIRE)
    assert [(row.synced, row.backed_up) for row in rows] == [(True, True), (False, False)]


def test_a_passkey_is_ended_by_its_holder_or_whoever_looks_after_the_body(vouching: Vouching) -> None:
    for _ in range(2):
        vouching.enrol(vouching.cast(LANCASHIRE, "signatory"))
    first, second = ids(vouching)
    with pytest.raises(NoSuchPasskey):
        end(vouching, first, vouching.cast(BLACKPOOL, "admin"))
    end(vouching, first, vouching.cast(LANCASHIRE, "signatory"))
    end(vouching, second, vouching.cast(LANCASHIRE, "admin"))
    with pytest.raises(PasskeyOver):
        end(vouching, first, vouching.cast(LANCASHIRE, "signatory"))


def test_a_first_key_counts_when_two_partners_countersigned_it(vouching: Vouching) -> None:
    """LOG B9b."""
    made = {body: vouching.propose(body) for body in (LANCASHIRE, BLACKPOOL, POLICE)}
    vouching.countersign(made[LANCASHIRE], BLACKPOOL, made[BLACKPOOL])
    with pytest.raises(KeyWaits) as refused:
        vouching.register(made[LANCASHIRE], LANCASHIRE)
    assert refused.value.facts["missing"] == 1
    with pytest.raises(KeySettled):
        vouching.countersign(made[LANCASHIRE], BLACKPOOL, made[BLACKPOOL])
    with pytest.raises(OwnKey):
        vouching.countersign(made[LANCASHIRE], LANCASHIRE, made[LANCASHIRE])
    vouching.countersign(made[LANCASHIRE], POLICE, made[POLICE])
    vouching.register(made[LANCASHIRE], LANCASHIRE)
    with pytest.raises(KeySettled):
        vouching.register(made[LANCASHIRE], LANCASHIRE)


def test_a_key_counts_only_as_it_stands_on_the_body_s_own_domain(vouching: Vouching) -> None:
    """LOG B9b."""
    key = vouching.propose(LANCASHIRE)
    acting = vouching.acting(vouching.cast(LANCASHIRE, "siro"))
    other = vouching.document(vouching.propose(BLACKPOOL))
    with pytest.raises(KeyNotPublished), vouching.db.write() as tx:
        keys.register(tx, key, other, acting=acting)
    with vouching.db.read() as reading:
        url = keys.find_url(reading, key, acting=acting)
    assert url == "https://body.registry.test/.well-known/information-sharing-registry.json"


def test_a_key_is_registered_by_a_second_person_of_the_same_body(vouching: Vouching) -> None:
    key = vouching.propose(LANCASHIRE)
    document = vouching.document(key)
    with pytest.raises(AnotherPersonNeeded), vouching.db.write() as tx:
        keys.register(tx, key, document, acting=vouching.acting(vouching.cast(LANCASHIRE, "admin")))
    with pytest.raises(NoSuchKey), vouching.db.write() as tx:
        keys.register(tx, key, document, acting=vouching.acting(vouching.cast(BLACKPOOL, "siro")))


def test_a_signature_by_another_key_countersigns_nothing(vouching: Vouching) -> None:
    made = {body: vouching.propose(body) for body in (LANCASHIRE, BLACKPOOL)}
    vouching.private[BLACKPOOL] = Ed25519PrivateKey.generate()
    with pytest.raises(BadAssertion):
        vouching.countersign(made[LANCASHIRE], BLACKPOOL, made[BLACKPOOL])


def test_a_reset_waits_seven_days_and_can_be_withdrawn(vouching: Vouching) -> None:
    """LOG B9b."""
    made = vouching.give_keys()
    reset = vouching.propose(LANCASHIRE)
    for partner in (BLACKPOOL, POLICE):
        vouching.countersign(reset, partner, made[partner])
    almost = NOW + WEEK - timedelta(seconds=1)
    with pytest.raises(KeyWaits) as refused:
        vouching.register(reset, LANCASHIRE, now=almost)
    assert refused.value.facts == {"missing": 0, "until": clock.stamp(NOW + WEEK)}
    with vouching.db.read() as reading:
        assert queries.reset_waits(reading, LANCASHIRE)
        assert not queries.reset_waits(reading, BLACKPOOL)

    with vouching.db.write() as tx:
        keys.withdraw(tx, reset, acting=vouching.acting(vouching.cast(LANCASHIRE, "dpo")))
    with pytest.raises(KeySettled):
        vouching.register(reset, LANCASHIRE, now=NOW + WEEK)
    with vouching.db.read() as reading:
        assert not queries.reset_waits(reading, LANCASHIRE)


def test_once_an_organisation_has_a_key_no_other_of_its_countersigns(vouching: Vouching) -> None:
    """LOG B9b: a key that one person proposed a moment ago is nobody's word, but for first keys."""
    made = vouching.give_keys()
    reset, private = vouching.propose(LANCASHIRE), vouching.private[BLACKPOOL]
    fresh = vouching.propose(BLACKPOOL)
    with pytest.raises(BadAssertion):
        vouching.countersign(reset, BLACKPOOL, fresh)
    vouching.private[BLACKPOOL] = private
    vouching.countersign(reset, BLACKPOOL, made[BLACKPOOL])


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=400)])
def test_a_key_proposed_before_another_came_into_force_replaces_none(
    vouching: Vouching, later: timedelta
) -> None:
    """LOG B9b: it would be a reset that waits for nothing and of which nobody is told."""
    spare = vouching.propose(LANCASHIRE)
    made = vouching.give_keys()
    for partner in (BLACKPOOL, POLICE):
        vouching.countersign(spare, partner, made[partner])
    with pytest.raises(KeySettled):
        vouching.register(spare, LANCASHIRE, now=NOW + later)


def test_a_reset_proposed_before_another_reset_came_into_force_replaces_none(vouching: Vouching) -> None:
    """LOG B9b."""
    made = vouching.give_keys()
    resets = [vouching.propose(LANCASHIRE) for _ in range(2)]
    for reset in resets:
        for partner in (BLACKPOOL, POLICE):
            vouching.countersign(reset, partner, made[partner])
    vouching.register(resets[0], LANCASHIRE, now=NOW + WEEK)
    with pytest.raises(KeySettled):
        vouching.register(resets[1], LANCASHIRE, now=NOW + WEEK)


def test_after_seven_days_the_new_key_signs_rosters_and_the_old_one_no_more(vouching: Vouching) -> None:
    """LOG B9b."""
    made = vouching.give_keys()
    old = vouching.private[LANCASHIRE]
    vouching.enrol(vouching.cast(LANCASHIRE, "signatory"))
    reset = vouching.propose(LANCASHIRE)
    for partner in (BLACKPOOL, POLICE):
        vouching.countersign(reset, partner, made[partner])
    with pytest.raises(BadAssertion):
        vouching.put_in_force(vouching.next_roster(LANCASHIRE))
    vouching.register(reset, LANCASHIRE, now=NOW + WEEK)
    with pytest.raises(BadAssertion):
        vouching.put_in_force(vouching.next_roster(LANCASHIRE), old)
    vouching.put_in_force(vouching.next_roster(LANCASHIRE))


def test_two_people_of_the_roster_sign_the_next_one_without_the_key(vouching: Vouching) -> None:
    vouching.give_keys()
    people = [vouching.cast(LANCASHIRE, role) for role in ("signatory", "siro")]
    for person in people:
        vouching.enrol(person)
    vouching.put_in_force(vouching.next_roster(LANCASHIRE))
    newcomer = vouching.cast(LANCASHIRE, "caldicott_guardian")
    vouching.enrol(newcomer)
    following = vouching.next_roster(LANCASHIRE)
    for too_few in ([people[0]], [people[0], people[0]], [people[0], newcomer]):
        with pytest.raises(BadAssertion):
            vouching.send(two_signatures(vouching, following, *too_few), LANCASHIRE)
    index = vouching.send(two_signatures(vouching, following, *people), LANCASHIRE)
    with vouching.db.read() as reading:
        in_force = queries.roster_in_force(reading, LANCASHIRE)
    assert in_force is not None
    assert (in_force.version, in_force.log_index) == (2, index)


def test_the_first_roster_needs_the_organisation_s_key(vouching: Vouching) -> None:
    people = [vouching.cast(LANCASHIRE, role) for role in ("signatory", "siro")]
    for person in people:
        vouching.enrol(person)
    roster = vouching.next_roster(LANCASHIRE)
    with pytest.raises(NotRostered):
        vouching.send(two_signatures(vouching, roster, *people), LANCASHIRE)
    with pytest.raises(NotRostered):
        vouching.put_in_force(roster, Ed25519PrivateKey.generate())


def test_a_roster_says_of_every_passkey_what_is_so(vouching: Vouching) -> None:
    vouching.give_keys()
    signatory = vouching.cast(LANCASHIRE, "signatory")
    vouching.enrol(signatory)
    vouching.enrol(vouching.cast(LANCASHIRE, "siro"))
    sound = vouching.next_roster(LANCASHIRE)
    first, second = sound.credentials
    for wrong in (
        replace(sound, version=2),
        replace(sound, log="registry.example/other"),
        replace(sound, organisation=BLACKPOOL),
        replace(sound, credentials=()),
        replace(sound, credentials=(first, first)),
        replace(sound, credentials=(replace(first, public_key=second.public_key), second)),
        replace(sound, credentials=(replace(first, synced=False), second)),
        replace(sound, credentials=(replace(first, roles=("king",)), second)),
        replace(sound, credentials=(replace(first, holder=second.holder), second)),
        replace(sound, credentials=(replace(first, ends=first.begins), second)),
        replace(sound, credentials=(replace(first, credential=digest(b"a stranger's")), second)),
    ):
        with pytest.raises(BadRoster):
            vouching.send(RosterIn.model_validate(_signed_by(vouching, wrong)), LANCASHIRE)
    vouching.put_in_force(sound)


def _signed_by(vouching: Vouching, roster: Roster) -> dict[str, Any]:
    return vouching.signed(roster, vouching.private[LANCASHIRE])


def test_everyone_is_told_of_a_reset_for_as_long_as_it_waits(vouching: Vouching) -> None:
    """LOG B9b."""
    vouching.give_keys()
    assert told(vouching) == set()
    reset = vouching.propose(LANCASHIRE)
    officers = {(body, "ig_officer") for body in BODIES}
    assert told(vouching) == officers | {(LANCASHIRE, role) for role in ("siro", "dpo", "admin")}
    with vouching.db.write() as tx:
        keys.withdraw(tx, reset, acting=vouching.acting(vouching.cast(LANCASHIRE, "dpo")))
    assert told(vouching) == set()


def told(vouching: Vouching) -> set[tuple[str, str]]:
    """The bodies and roles with an open task because of a reset, after the pass over the register."""
    remind(vouching.db, acting=RecordsActing(SYSTEM, NOW, POLICIES, LivingRegister()))
    waiting = select(TASK).where(TASK.c.kind == "key-reset", TASK.c.done_at.is_(None))
    with vouching.db.read() as reading:
        return {(row.organisation, row.role) for row in reading.all(waiting)}
