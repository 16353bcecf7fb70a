"""What goes over the wire of passkeys, rosters and organisations' keys."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.web.body import WireModel
from registry.web.documents import OrganisationId

Octets = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=20_000)]
"""Octets in base64url without padding."""

StatementText = Annotated[str, StringConstraints(pattern=r"^registry-approval/v1\n\{.*\}$", max_length=4000)]
DocumentText = Annotated[str, StringConstraints(pattern=r"^\{.*\}$", max_length=200_000)]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=300_000)]
Payload = Annotated[str, StringConstraints(pattern=r"^(ey|cmVn)[A-Za-z0-9+/]+={0,2}$", max_length=300_000)]
"""A JSON document or a statement, in base64."""

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?$", max_length=253)]
Extensions = dict[str, Any]


class AttestationResponse(WireModel):
    """The authenticator's part of a registration (WebAuthn, `AuthenticatorAttestationResponseJSON`)."""

    client_data: Octets = Field(alias="clientDataJSON")
    attestation_object: Octets = Field(alias="attestationObject")
    transports: Annotated[list[str], Field(max_length=10)] = []
    authenticator_data: Octets | None = Field(default=None, alias="authenticatorData")
    public_key: Octets | None = Field(default=None, alias="publicKey")
    public_key_algorithm: int | None = Field(default=None, alias="publicKeyAlgorithm")


class AssertionResponse(WireModel):
    """The authenticator's part of an assertion (WebAuthn, `AuthenticatorAssertionResponseJSON`)."""

    client_data: Octets = Field(alias="clientDataJSON")
    authenticator_data: Octets = Field(alias="authenticatorData")
    signature: Octets
    user_handle: Octets | None = Field(default=None, alias="userHandle")


class CredentialFrame(WireModel):
    """What every credential says of itself (WebAuthn, `PublicKeyCredential.toJSON`)."""

    id: Octets
    raw_id: Octets = Field(alias="rawId")
    type: Literal["public-key"]
    attachment: str | None = Field(default=None, alias="authenticatorAttachment")
    extensions: Extensions = Field(default={}, alias="clientExtensionResults")


class NewCredential(CredentialFrame):
    """A credential just made."""

    response: AttestationResponse


class UsedCredential(CredentialFrame):
    """A credential just used."""

    response: AssertionResponse


class EnrolmentIn(WireModel):
    """A new passkey, and the statement that its challenge stands for."""

    statement: StatementText
    credential: NewCredential


class Signature(WireModel):
    """One signature of an envelope."""

    keyid: Annotated[str, StringConstraints(pattern=r"^[!-~]*$", max_length=200)]
    sig: Annotated[Base64, StringConstraints(max_length=200)]


class EnvelopeIn(WireModel):
    """A DSSE envelope with one signature."""

    payload: Payload
    payload_type: Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=200)] = Field(
        alias="payloadType"
    )
    signatures: Annotated[list[Signature], Field(min_length=1, max_length=1)]


class AssertionIn(WireModel):
    """An approval signed: the statement, and a passkey's assertion or an envelope by the body's key."""

    statement: StatementText
    credential: UsedCredential | None = None
    envelope: EnvelopeIn | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.credential is None) == (self.envelope is None):
            raise PydanticCustomError("one-signature", "a statement has exactly one signature")
        return self


class RosterIn(WireModel):
    """A roster as it was signed: by the organisation's key, or by two passkeys of the roster in force."""

    document: DocumentText
    envelope: EnvelopeIn | None = None
    assertions: Annotated[list[AssertionIn], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.envelope is None) == (not self.assertions):
            raise PydanticCustomError("one-signature", "signed by the key or by passkeys")
        return self


class KeyIn(WireModel):
    """The organisation's Ed25519 public key, and the domain on which its document will stand."""

    domain: Domain
    public_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class CountersignIn(WireModel):
    """Another organisation's signature over the document of a key, by its own key of this id."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
    envelope: EnvelopeIn


class StatementIn(WireModel):
    """The decision that an approver means to sign: about which text, in which role, with what."""

    kind: Literal["agreement", "dpia", "ethics-assessment", "roster"]
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$")]
    version: Annotated[int, Field(ge=1, lt=2**31)]
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
    decision: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,63}$")]
    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,63}$")]
    by: Literal["passkey", "organisation-key"] = "passkey"


class EnrolmentOptionsOut(BaseModel):
    """The statement to send back, and the options for `navigator.credentials.create`."""

    statement: str
    options: dict[str, Any]


class StatementOut(BaseModel):
    """What one approval states, and the options for `navigator.credentials.get` where a passkey signs it.

    `digest` is the SHA-256 of the statement: the challenge, for a reader who compares.
    """

    statement: str
    digest: str
    strength: str
    options: dict[str, Any] | None


class PasskeyOut(BaseModel):
    """A passkey as its organisation sees it."""

    id: str
    person: str
    credential: str
    synced: bool
    backed_up: bool
    enrolled_at: str
    ended_at: str | None


class PasskeysOut(BaseModel):
    """The passkeys of an organisation."""

    results: list[PasskeyOut]


class NextRosterOut(BaseModel):
    """The document of the organisation's next roster, to be signed as it stands."""

    document: str
    digest: str
    payload_type: str


class RosterOut(BaseModel):
    """One version of a roster, with what signed it."""

    organisation: str
    version: int
    document: str
    digest: str
    evidence: str
    log_index: int


class RostersOut(BaseModel):
    """The rosters of an organisation, oldest first."""

    results: list[RosterOut]


class KeyOut(BaseModel):
    """A key of an organisation and where it stands. `document` is to stand at `url`, byte for byte."""

    id: str
    organisation: OrganisationId
    document: str
    digest: str
    url: str
    status: str
    is_reset: bool
    countersigned_by: list[str]
    proposed_at: str
    registered_at: str | None
    evidence: str | None
    log_index: int | None


class KeysOut(BaseModel):
    """The keys of an organisation, oldest first."""

    results: list[KeyOut]


class ApprovalOut(BaseModel):
    """The evidence of one approval: together with `/log/proof/{index}` the approver's own receipt."""

    log_index: int
    evidence: str


class ApprovalsOut(BaseModel):
    """Approvals of the caller's organisation that carry evidence, newest first."""

    results: list[ApprovalOut]
