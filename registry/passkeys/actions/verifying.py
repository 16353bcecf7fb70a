"""Checking what a passkey gave, with the WebAuthn library and with the check that auditors run."""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Row
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import CredentialDeviceType
from webauthn.registration.verify_registration_response import VerifiedRegistration

from registry.passkeys.ceremonies import ALGORITHMS, Ceremony
from registry.passkeys.rules import BadAssertion
from registry.passkeys.schemas import NewCredential, UsedCredential
from registry.tlog.faults import Malformed
from registry.verification.spelling import read_base64url
from registry.verification.statements import Assertion, Statement


def verify_new(credential: NewCredential, statement: Statement, ceremony: Ceremony) -> VerifiedRegistration:
    """Check a new passkey: made here, for this statement, by a person who was verified.

    Raises:
        BadAssertion: it was not.
    """
    try:
        return verify_registration_response(
            credential=credential.model_dump(by_alias=True, exclude_none=True),
            expected_challenge=statement.challenge(),
            expected_rp_id=ceremony.site.rp_id,
            expected_origin=sorted(ceremony.site.origins),
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except (WebAuthnException, ValueError):
        raise BadAssertion from None


def read_assertion(credential: UsedCredential) -> Assertion:
    """The parts of an assertion.

    Raises:
        BadAssertion: one is not base64url.
    """
    response = credential.response
    parts = (credential.raw_id, response.client_data, response.authenticator_data, response.signature)
    try:
        return Assertion(*map(read_base64url, parts))
    except Malformed:
        raise BadAssertion from None


def verify_used(
    credential: UsedCredential, statement: Statement, passkey: Row[Any], ceremony: Ceremony
) -> int:
    """Check an assertion by an enrolled passkey over a statement; return how often it was used.

    It has to pass both checks: what an auditor would refuse later is not stored. A passkey that was enrolled
    as staying in its device may not say now that it could be synced (WebAuthn Level 3, section 7.2).

    Raises:
        BadAssertion: it does not.
    """
    try:
        verified = verify_authentication_response(
            credential=credential.model_dump(by_alias=True, exclude_none=True),
            expected_challenge=statement.challenge(),
            expected_rp_id=ceremony.site.rp_id,
            expected_origin=sorted(ceremony.site.origins),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        read_assertion(credential).check(statement, plain_key(bytes(passkey.public_key)), ceremony.site)
    except (WebAuthnException, ValueError):
        raise BadAssertion from None
    if verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE and not passkey.synced:
        raise BadAssertion
    return verified.new_sign_count


def plain_key(cose: bytes) -> bytes:
    """A COSE key as rosters hold it: a SubjectPublicKeyInfo in DER."""
    key = decoded_public_key_to_cryptography(decode_credential_public_key(cose))
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
