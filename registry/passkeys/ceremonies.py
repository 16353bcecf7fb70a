"""Where approvals are made: the site that passkeys speak to, and the statements that it hands out.

A statement is not stored. Its nonce holds a code that only this registry can make, and it lasts ten minutes:
so nobody gathers signatures for later, and what comes back is what was handed out.
"""

import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry import clock
from registry.auditlog import Subject
from registry.callers import Caller
from registry.passkeys.rules import STATEMENT_LASTS, BadAssertion, StatementExpired
from registry.settings import Settings
from registry.tlog.faults import Malformed
from registry.verification.commitments import write_base64url
from registry.verification.spelling import digest, read_base64url
from registry.verification.statements import Site, Statement

ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA]
_NONCE_OCTETS = 16


@dataclass(frozen=True, slots=True)
class Deciding:
    """One decision in one role about one text, before anyone has put their name to it."""

    subject: Subject
    decision: str
    role: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The site of one registry, the origin of its log, and the secret behind its nonces."""

    log: str
    site: Site
    secret: bytes

    @classmethod
    def at(cls, base_url: str, *, log: str, secret: bytes) -> "Ceremony":
        """The ceremonies of the registry at an address."""
        address = urlsplit(base_url)
        origin = f"{address.scheme}://{address.netloc}"
        return cls(log, Site(address.hostname or "", frozenset({origin})), secret)

    def state(self, deciding: Deciding, *, organisation: str, credential: str, now: datetime) -> Statement:
        """A fresh statement of a decision, to be signed by the credential or key of this digest."""
        subject = deciding.subject
        unsigned = Statement(
            log=self.log,
            kind=subject.kind,
            id=subject.id,
            version=subject.version or 1,
            digest=subject.digest or "",
            decision=deciding.decision,
            role=deciding.role,
            org=organisation,
            credential=credential,
            nonce=write_base64url(secrets.token_bytes(_NONCE_OCTETS)),
            expires=clock.stamp(now + STATEMENT_LASTS),
        )
        return replace(unsigned, nonce=self._nonce(unsigned))

    def read(self, text: str, deciding: Deciding, *, organisation: str, now: datetime) -> Statement:
        """The statement that came back, which has to be about this decision and one of ours.

        Raises:
            BadAssertion: it is no statement, or about something else.
            StatementExpired: it was not handed out here, or its time is over.
        """
        try:
            statement = Statement.parse(text.encode())
        except (Malformed, UnicodeEncodeError):
            raise BadAssertion from None
        wanted = self.state(deciding, organisation=organisation, credential=statement.credential, now=now)
        if statement != replace(wanted, nonce=statement.nonce, expires=statement.expires):
            raise BadAssertion
        salt = statement.nonce[: len(write_base64url(bytes(_NONCE_OCTETS)))]
        ours = replace(statement, nonce=self._nonce(replace(statement, nonce=salt)))
        if not hmac.compare_digest(ours.octets(), statement.octets()) or statement.expires < clock.stamp(now):
            raise StatementExpired
        return statement

    def enrolment(self, caller: Caller, now: datetime) -> Statement:
        """What the challenge of a person's new passkey stands for."""
        return self.state(enrolling(caller), organisation=caller.organisation, credential="", now=now)

    def enrolment_options(self, statement: Statement, known: list[bytes]) -> dict[str, Any]:
        """The options for `navigator.credentials.create`; `known` are the credentials the person has."""
        return _json(
            generate_registration_options(
                rp_id=self.site.rp_id,
                rp_name="Information Sharing Registry",
                user_name=statement.org,
                user_id=statement.id.encode(),
                challenge=statement.challenge(),
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
                supported_pub_key_algs=ALGORITHMS,
            )
        )

    def approval_options(self, statement: Statement, credential: bytes) -> dict[str, Any]:
        """The options for `navigator.credentials.get` by one passkey."""
        return _json(
            generate_authentication_options(
                rp_id=self.site.rp_id,
                challenge=statement.challenge(),
                allow_credentials=[PublicKeyCredentialDescriptor(id=credential)],
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def sign_in_options(self, challenge: str, credentials: list[bytes]) -> dict[str, Any]:
        """The options for `navigator.credentials.get` to sign in: by one of these passkeys, or by any."""
        return _json(
            generate_authentication_options(
                rp_id=self.site.rp_id,
                challenge=read_base64url(challenge),
                allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in credentials],
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def _nonce(self, statement: Statement) -> str:
        """The nonce of a statement that holds its random part alone: that part, and our code over all."""
        code = hmac.digest(self.secret, statement.octets(), "sha256")[:_NONCE_OCTETS]
        return statement.nonce + write_base64url(code)


def ceremony_of(settings: Settings) -> Ceremony:
    """The ceremonies of a deployment. Its workers share the key that signs tokens, and so the secret."""
    secret = hmac.digest(settings.token_key.read_bytes(), b"registry-ceremony/v1", "sha256")
    return Ceremony.at(settings.base_url, log=settings.origin, secret=secret)


def enrolling(caller: Caller) -> Deciding:
    """The decision of a person to enrol a passkey."""
    person = caller.acting_person
    return Deciding(Subject("passkey", person, 1, digest(person.encode())), "enrol", "passkey")


def _json(options: Any) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(options_to_json(options))
    return members
