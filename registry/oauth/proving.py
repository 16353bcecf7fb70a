"""Showing who one is beyond a password: a code of one's app, a recovery code, or a passkey.

First `check_code` or `check_passkey` says, reading only, whether what was shown is right: no lock waits for a
slow hash. Then `take` uses it up in the transaction of the sign-in, and says no to what was used before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Row
from webauthn import verify_authentication_response
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException

from registry.auditlog import Subject, append, conceal
from registry.db import Reading, Transaction
from registry.oauth import queries, steps
from registry.oauth.events import RecoveryCodeUsed
from registry.oauth.passwords import is_password
from registry.oauth.principals import caller_of
from registry.oauth.sessions import Session
from registry.oauth.steps import KeyFile, Typed
from registry.passkeys import queries as passkeys
from registry.passkeys.ceremonies import Ceremony
from registry.passkeys.schemas import UsedCredential
from registry.tlog.faults import Malformed
from registry.verification.spelling import digest, read_base64url

RECOVERY_SET = "recovery-codes"


@dataclass(frozen=True, slots=True)
class Steps:
    """What a person can show beyond a password."""

    app: Row[Any] | None
    passkeys: Sequence[Row[Any]]
    recovery_codes: int

    @property
    def count(self) -> int:
        """How many there are, recovery codes aside."""
        return len(self.passkeys) + (self.app is not None)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown and is right: the count of a second step, or the hash of a recovery code."""

    person: str
    strength: Literal["code", "passkey"]
    step: str
    count: int | None


def steps_of(reading: Reading, person: str) -> Steps:
    """What a person can show beyond a password."""
    return Steps(
        queries.find_app(reading, person),
        passkeys.list_passkeys_of(reading, person),
        queries.count_recovery_codes(reading, person),
    )


def check_code(
    reading: Reading, person: str, typed: Typed | None, *, keys: KeyFile, now: datetime
) -> Proof | None:
    """What a code proves; None where it is not right."""
    if typed is None:
        return None
    if typed.number is not None:
        code = queries.find_recovery_code(reading, person, typed.number)
        is_right = is_password(typed.code, code.code_hash if code else None)
        return Proof(person, "code", code.code_hash, None) if code and is_right else None
    app = queries.find_app(reading, person)
    if app is None:
        return None
    count = steps.count_of(steps.secret_of(keys, person=person, app=app.id), typed.code, now)
    return None if count is None else Proof(person, "code", app.id, count)


def check_passkey(reading: Reading, session: Session, shown: str, *, ceremony: Ceremony) -> Proof | None:
    """Whose passkey signed a session's challenge, at our site, after verifying them; None for nobody's."""
    try:
        used = UsedCredential.model_validate_json(shown)
        credential = digest(read_base64url(used.raw_id))
        handle = read_base64url(used.response.user_handle) if used.response.user_handle else None
    except (ValidationError, Malformed):
        return None
    passkey = passkeys.find_passkey(reading, credential)
    if passkey is None or passkey.ended_at is not None:
        return None
    known = max(passkey.sign_count, queries.find_count(reading, credential))
    count = _new_count(used, session, bytes(passkey.public_key), known, ceremony)
    if count is None or handle not in (None, passkey.person.encode()):
        return None
    return Proof(passkey.person, "passkey", credential, count)


def take(tx: Transaction, proof: Proof, now: datetime) -> bool:
    """Use up what was shown; False where someone was faster."""
    if proof.count is None:
        return _take_recovery_code(tx, proof, now)
    is_uncounted = proof.strength == "passkey" and proof.count == 0
    return is_uncounted or queries.take_count(tx, proof.step, proof.count)


def _new_count(
    used: UsedCredential, session: Session, public_key: bytes, known: int, ceremony: Ceremony
) -> int | None:
    """The passkey's own counter after this use, 0 where it keeps none; None where the check fails."""
    try:
        verified = verify_authentication_response(
            credential=used.model_dump(by_alias=True, exclude_none=True),
            expected_challenge=base64url_to_bytes(session.challenge),
            expected_rp_id=ceremony.site.rp_id,
            expected_origin=sorted(ceremony.site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=known,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return verified.new_sign_count


def _take_recovery_code(tx: Transaction, proof: Proof, now: datetime) -> bool:
    made = queries.lock_recovery_code(tx, proof.step)
    if made is None:
        return False
    queries.delete_recovery_code(tx, proof.step)
    caller = caller_of(tx, proof.person, now)
    append(
        tx,
        RecoveryCodeUsed(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject(RECOVERY_SET, made),
            demo=caller.demo,
        ),
    )
    return True
