"""What is stored of clients and second steps (the register), and of sign-in in progress (technical).

Whatever would open a door is stored as its SHA-256 only: codes and session cookies. The secret of an app that
makes codes is not stored at all: `steps` works it out from the registry's key file.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json


class OAuthClient(SQLModel, table=True):
    """A program that may ask for tokens: a partner system, or a program that officers use."""

    __tablename__ = "oauth_client"

    client_id: str = Field(primary_key=True)
    name: str
    kind: str = Field(
        description="partner (speaks for an organisation) or officer (people sign in through it)"
    )
    organisation: str | None = Field(default=None, foreign_key="organisation.id", description="partner only")
    mode: str | None = Field(default=None, description="partner only: enforce or advise")
    scopes: str = Field(description="the widest scope it can have, separated by spaces")
    alg: str | None = Field(default=None, description="partner only: the one algorithm of its assertions")
    jwks: dict[str, Any] | None = Field(default=None, sa_type=Json, description="partner only: public keys")
    redirect_uris: list[str] = Field(sa_type=Json)
    nhs_legacy: bool = Field(description="NHS signed JWT: RS512 and the token URL as audience are accepted")
    demo: bool = Field(description="its private key is published; refused on anything but loopback")
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class AuthorizationCode(SQLModel, table=True):
    """A code on its way through an officer's browser. Taking it removes it."""

    __tablename__ = "oauth_code"
    __table_args__ = {"info": {"technical": True}}

    digest: str = Field(primary_key=True)
    client_id: str
    redirect_uri: str
    code_challenge: str = Field(description="S256 of the verifier (RFC 7636 section 4.2)")
    scope: str
    person: str
    organisation: str
    expires_at: datetime = Field(sa_type=Instant, index=True)


class UsedAssertion(SQLModel, table=True):
    """The `jti` of an accepted client assertion, kept until the assertion could not be accepted anyway."""

    __tablename__ = "oauth_used_assertion"
    __table_args__ = {"info": {"technical": True}}

    client_id: str = Field(primary_key=True)
    jti: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class BrowserSession(SQLModel, table=True):
    """A browser that is signing in (`person` empty) or signed in, as strongly as `strength` says."""

    __tablename__ = "oauth_session"
    __table_args__ = {"info": {"technical": True}}

    digest: str = Field(primary_key=True)
    person: str | None = Field(default=None, index=True)
    csrf_token: str
    challenge: str = Field(description="what a passkey signs to sign in here, base64url")
    next_path: str | None = Field(default=None, description="the page of ours to go to after the sign-in")
    organisation: str | None = Field(
        default=None, description="for which of theirs the person acts, if chosen"
    )
    strength: str | None = Field(default=None, description="see `rules.Strength`")
    proved_at: datetime | None = Field(
        default=None, sa_type=Instant, description="when the person last showed more than a password"
    )
    browser: str = Field(description="what the browser calls itself")
    pending: list[list[str]] | None = Field(
        default=None, sa_type=Json, description="parameters of the authorization request to answer"
    )
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant, index=True)


class SignInAttempt(SQLModel, table=True):
    """One try at a password. Success removes those of the user name."""

    __tablename__ = "oauth_sign_in_attempt"
    __table_args__ = {"info": {"technical": True}}

    id: str = Field(primary_key=True)
    username: str = Field(index=True, description="SHA-256: what was typed may be a password")
    address: str = Field(index=True)
    at: datetime = Field(sa_type=Instant, index=True)


class StepCount(SQLModel, table=True):
    """How far a second step has counted: nothing it gives at this count or before is taken again."""

    __tablename__ = "oauth_step_count"
    __table_args__ = {"info": {"technical": True}}

    step: str = Field(
        primary_key=True, description="the id of an app, or the digest of a passkey's credential"
    )
    count: int = Field(sa_type=BigInteger, description="the 30 seconds of a code, or a passkey's own counter")


class AuthenticatorApp(SQLModel, table=True):
    """The app that makes a person's codes (RFC 6238). Its secret follows from person and `id`."""

    __tablename__ = "authenticator_app"

    person: str = Field(primary_key=True, foreign_key="person.id")
    id: str
    enrolled_at: datetime = Field(sa_type=Instant)


class RecoveryCode(SQLModel, table=True):
    """A code for the day on which nothing else is at hand. Taking it removes it."""

    __tablename__ = "recovery_code"

    person: str = Field(primary_key=True, foreign_key="person.id")
    number: int = Field(primary_key=True)
    made: str = Field(description="the id of the set that it belongs to")
    code_hash: str = Field(description="Argon2id")
