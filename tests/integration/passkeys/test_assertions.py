"""What an assertion has to be, for the server that takes it and for an auditor who checks it years later.

LOG acceptance 17: an assertion for another digest or another relying party, without verification of the
person, or by a passkey that is not rostered or has expired there, is refused by both.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import WebAuthnException

from registry import clock
from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.schemas import SignIn
from registry.callers import Caller
from registry.demo.authenticator import PRESENT, SoftwareAuthenticator
from registry.errors import Refusal
from registry.passkeys import queries
from registry.passkeys.actions.verifying import plain_key, read_assertion
from registry.passkeys.rules import BadAssertion, NotRostered, StatementExpired
from registry.tlog.faults import Malformed, Unproved
from registry.verification.approvals import Approval, ApprovalCase, check_approval
from registry.verification.logged import Logged
from registry.verification.spelling import digest, read_json, write_json
from registry.verification.statements import Statement
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.passkeys import (
    CEREMONY,
    LOG,
    Vouching,
    authenticator,
    gather,
    logged,
    signing,
    site,
    wired,
)

OTHER_DIGEST = "sha256:" + "0" * 64


@dataclass(frozen=True)
class Signing:
    """One agreement signed soundly, and another like it that waits: damaged assertions are tried on that."""

    vouching: Vouching
    signed: Changed
    waiting: Changed
    unrostered: SoftwareAuthenticator
    expired: SoftwareAuthenticator

    @property
    def signatory(self) -> Caller:
        return self.vouching.cast(LANCASHIRE, "signatory")

    def sign(self, made: Changed, assertion: dict[str, Any]) -> Changed:
        wanted = SignIn(
            organisation=LANCASHIRE,
            role="signatory",
            version=made.version,
            hash=made.hash,
            decision="sign",
            assertion=wired(assertion),
        )
        with self.vouching.db.write() as tx:
            return actions.sign(
                tx,
                made.ref,
                wanted,
                caller=self.signatory,
                now=NOW,
                policies=POLICIES,
                ceremony=CEREMONY,
            )

    def case(self, assertion: dict[str, Any] | None = None) -> ApprovalCase:
        """What an auditor is handed; with an assertion, by someone who put it in place of the sound one."""
        index = self.signed.log_index
        with self.vouching.db.read() as reading:
            case = gather(reading, index, logged(reading))
            assert case is not None
            if assertion is None:
                return case
            evidence = write_json(read_json(case.evidence) | _evidence(assertion))
            assert isinstance(case.approval, Logged)
            opening = case.approval.opening
            assert opening is not None
            entry = json.loads(opening.value) | {"evidence": digest(evidence)}
            rewritten = gather(reading, index, logged(reading, {index: write_json(entry)}))
        assert rewritten is not None
        return replace(rewritten, evidence=evidence)


def _evidence(assertion: dict[str, Any]) -> dict[str, Any]:
    parts = read_assertion(wired(assertion).credential)  # type: ignore[arg-type]
    return {"statement": assertion["statement"], "assertion": parts.members()}


@pytest.fixture(scope="module")
def made(settled: Vouching) -> Signing:
    """The signatory has three passkeys: one rostered, one that expired in the roster, one in no roster."""
    signatory, desk = settled.cast(LANCASHIRE, "signatory"), Desk(settled.db, settled.cast)
    expired = settled.enrol(signatory, authenticator())
    roster = settled.next_roster(LANCASHIRE)
    yesterday = clock.stamp(NOW - timedelta(days=1))
    listed = tuple(
        replace(one, begins=clock.stamp(NOW - timedelta(days=2)), ends=yesterday)
        if one.credential == digest(expired.credential)
        else one
        for one in roster.credentials
    )
    settled.put_in_force(replace(roster, credentials=listed))
    unrostered = settled.enrol(signatory, authenticator())
    signing_of = Signing(settled, desk.accepted(), desk.accepted(), unrostered, expired)
    sound = settled.assertion(signatory, signing(signing_of.signed))
    return replace(signing_of, signed=signing_of.sign(signing_of.signed, sound))


Damage = Callable[[Signing, Changed], dict[str, Any]]


def of_another_digest(made: Signing, wanted: Changed) -> dict[str, Any]:
    return made.vouching.assertion(made.signatory, signing(wanted, digest=OTHER_DIGEST))


def with_a_nonce_of_other_letters(made: Signing, wanted: Changed) -> dict[str, Any]:
    sound = made.vouching.assertion(made.signatory, signing(wanted))
    other = replace(Statement.parse(sound["statement"].encode()), nonce="é\ud800")
    return sound | {"statement": other.octets().decode()}


def over_another_statement(made: Signing, wanted: Changed) -> dict[str, Any]:
    sound = made.vouching.assertion(made.signatory, signing(wanted))
    other = replace(Statement.parse(sound["statement"].encode()), digest=OTHER_DIGEST)
    return made.vouching.assertion(made.signatory, signing(wanted), asserted=other)


def of_another_decision(made: Signing, wanted: Changed) -> dict[str, Any]:
    return made.vouching.assertion(made.signatory, signing(wanted, decision="refuse"))


def for_another_relying_party(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, replace(own(made), rp_id="registry.example"))


def on_another_site(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, replace(own(made), origin="https://registry.example"))


def of_nobody_verified(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, replace(own(made), flags=PRESENT))


def by_another_private_key(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, replace(own(made), private=authenticator().private))


def by_an_unrostered_passkey(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, made.unrostered)


def by_an_expired_passkey(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, made.expired)


def with_a_statement_of_yesterday(made: Signing, wanted: Changed) -> dict[str, Any]:
    yesterday = NOW - timedelta(days=1)
    return made.vouching.assertion(made.signatory, signing(wanted), now=yesterday)


def by(made: Signing, wanted: Changed, passkey: SoftwareAuthenticator) -> dict[str, Any]:
    return made.vouching.assertion(made.signatory, signing(wanted), passkey)


def own(made: Signing) -> SoftwareAuthenticator:
    return made.vouching.passkeys[made.signatory.acting_person]


REFUSED: dict[Damage, type[Refusal]] = {
    of_another_digest: BadAssertion,
    over_another_statement: BadAssertion,
    of_another_decision: BadAssertion,
    for_another_relying_party: BadAssertion,
    on_another_site: BadAssertion,
    of_nobody_verified: BadAssertion,
    by_another_private_key: BadAssertion,
    by_an_unrostered_passkey: NotRostered,
    by_an_expired_passkey: NotRostered,
    with_a_statement_of_yesterday: StatementExpired,
    with_a_nonce_of_other_letters: StatementExpired,
}


@pytest.mark.parametrize("damage", REFUSED, ids=lambda damage: damage.__name__)
def test_what_is_no_approval_is_refused_by_the_server_and_by_an_auditor(
    made: Signing, damage: Damage
) -> None:
    """LOG acceptance 17."""
    with pytest.raises(REFUSED[damage]):
        made.sign(made.waiting, damage(made, made.waiting))
    with pytest.raises(Unproved):
        check_approval(made.case(damage(made, made.signed)), log=LOG, site=site())


@pytest.mark.parametrize(
    "damage", [None, *list(REFUSED)[1:2], *list(REFUSED)[3:7]], ids=lambda one: getattr(one, "__name__", "")
)
def test_the_webauthn_library_and_the_offline_check_agree(made: Signing, damage: Damage | None) -> None:
    """LOG acceptance 17: two implementations that share no code, on the same assertions."""
    sent = wired((damage or _sound)(made, made.waiting))
    statement = Statement.parse(sent.statement.encode())
    assert sent.credential is not None
    with made.vouching.db.read() as reading:
        passkey = queries.find_passkey(reading, digest(own(made).credential))
    assert passkey is not None
    key = bytes(passkey.public_key)
    says_library = says_offline = True
    try:
        verify_authentication_response(
            credential=sent.credential.model_dump(by_alias=True, exclude_none=True),
            expected_challenge=statement.challenge(),
            expected_rp_id=site().rp_id,
            expected_origin=sorted(site().origins),
            credential_public_key=key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WebAuthnException:
        says_library = False
    try:
        read_assertion(sent.credential).check(statement, plain_key(key), site())
    except (Malformed, Unproved):
        says_offline = False
    assert (says_library, says_offline) == (damage is None, damage is None)


def _sound(made: Signing, wanted: Changed) -> dict[str, Any]:
    return by(made, wanted, own(made))


def test_a_sound_approval_is_proved_together_with_roster_and_key(made: Signing) -> None:
    proved = check_approval(made.case(), log=LOG, site=site())
    assert proved == Approval(
        index=made.signed.log_index,
        at=clock.stamp(NOW),
        organisation=LANCASHIRE,
        role="signatory",
        decision="sign",
        digest=made.signed.hash,
        strength="passkey",
        delegation=None,
        marked=False,
        firsts=True,
        synced=True,
    )


def test_an_operator_who_signs_in_someone_s_place_is_found_out(made: Signing) -> None:
    """LOG B7, operator forges an approval: with the database and the log's key, still no rostered passkey."""
    forged = by(made, made.signed, authenticator())
    with pytest.raises(Unproved, match="not in the roster"):
        check_approval(made.case(forged), log=LOG, site=site())


def test_an_operator_cannot_put_other_evidence_under_an_entry(made: Signing) -> None:
    other = write_json({"schema": "approval-evidence/1", "strength": "passkey"})
    with pytest.raises(Unproved, match="other evidence"):
        check_approval(replace(made.case(), evidence=other), log=LOG, site=site())


def test_what_an_operator_withholds_the_approver_still_proves(made: Signing) -> None:
    """LOG B7, operator withholds: the evidence read at the time and the proof are a receipt of its own."""
    receipt = made.case()
    with made.vouching.db.read() as reading:
        kept = queries.find_evidence(reading, made.signed.log_index)
    assert kept is not None
    assert bytes(kept.document) == receipt.evidence
    assert check_approval(receipt, log=LOG, site=site()).organisation == LANCASHIRE


@pytest.mark.parametrize("part", [{"rosters": ()}, {"keys": ()}], ids=str)
def test_without_what_vouches_for_a_passkey_nothing_is_proved(made: Signing, part: dict[str, Any]) -> None:
    with pytest.raises(Unproved):
        check_approval(replace(made.case(), **part), log=LOG, site=site())


def test_a_roster_that_came_later_vouches_for_nothing_before_it(made: Signing) -> None:
    case = made.case()
    last = case.rosters[-1]
    assert isinstance(last.logged, Logged)
    moved = replace(last, logged=replace(last.logged, proof=replace(last.logged.proof, index=10**6)))
    with pytest.raises(Unproved, match="no roster was in force"):
        check_approval(replace(case, rosters=[moved]), log=LOG, site=site())


def test_nobody_signs_with_a_colleague_s_passkey(made: Signing) -> None:
    other = replace(made.signatory, person=made.vouching.cast(LANCASHIRE, "signatory", second=True).person)
    sound = _sound(made, made.waiting)
    wanted = SignIn(
        organisation=LANCASHIRE,
        role="signatory",
        version=made.waiting.version,
        hash=made.waiting.hash,
        decision="sign",
        assertion=wired(sound),
    )
    with pytest.raises(NotRostered), made.vouching.db.write() as tx:
        actions.sign(
            tx, made.waiting.ref, wanted, caller=other, now=NOW, policies=POLICIES, ceremony=CEREMONY
        )


def test_an_approval_without_an_assertion_says_that_it_rests_on_a_session(made: Signing) -> None:
    desk = Desk(made.vouching.db, made.vouching.cast)
    signed = desk.sign(desk.accepted(), BLACKPOOL)
    (entry,) = [event for event in desk.events(signed.log_index) if event.index == signed.log_index]
    assert entry.members["strength"] == "session"
    with made.vouching.db.read() as reading:
        assert queries.find_evidence(reading, signed.log_index) is None
