"""What is stored of clients (the register), and of sign-in in progress (technical, all of it short-lived).

Whatever would open a door is stored as its SHA-256 only: codes and session cookies.
"""

from datetime import datetime
from typing import Any

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
    """A browser that is signing in (`person` empty) or signed in."""

    __tablename__ = "oauth_session"
    __table_args__ = {"info": {"technical": True}}

    digest: str = Field(primary_key=True)
    person: str | None = None
    csrf_token: str
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
