"""Access tokens: what they say and how they are signed (RFC 9068)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from registry.oauth.clients import Client
from registry.oauth.keys import ALGORITHM
from registry.oauth.rules import CLIENT_TOKEN_LIFETIME, PERSON_TOKEN_LIFETIME
from registry.settings import is_loopback


@dataclass(frozen=True, slots=True)
class Principal:
    """One person acting for one organisation, with the roles they hold there."""

    person: str
    organisation: str
    roles: frozenset[str]
    demo: bool


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens. Issuer identifier and audience are both the registry's base URL."""

    url: str
    keys: KeySet

    @property
    def is_loopback(self) -> bool:
        """Whether the registry is reachable from this machine only."""
        return is_loopback(self.url)

    def issue(self, client: Client, principal: Principal | None, scope: str, now: datetime) -> dict[str, Any]:
        """The answer of the token endpoint (RFC 6749 section 5.1)."""
        lifetime = PERSON_TOKEN_LIFETIME if principal else CLIENT_TOKEN_LIFETIME
        begins = int(now.timestamp())
        claims = {
            "iss": self.url,
            "aud": self.url,
            "sub": principal.person if principal else client.client_id,
            "client_id": client.client_id,
            "iat": begins,
            "exp": begins + int(lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "scope": scope,
        } | (_person_claims(principal) if principal else _partner_claims(client))
        # A key set, not a key: only then does the library write the `kid`.
        header = {"alg": ALGORITHM, "typ": "at+jwt"}
        return {
            "access_token": jwt.encode(header, claims, self.keys, algorithms=[ALGORITHM]),
            "token_type": "Bearer",
            "expires_in": int(lifetime.total_seconds()),
            "scope": scope,
        }


def _person_claims(principal: Principal) -> dict[str, Any]:
    demo = {"demo": True} if principal.demo else {}
    return {"organisation": principal.organisation, "roles": sorted(principal.roles)} | demo


def _partner_claims(client: Client) -> dict[str, Any]:
    demo = {"demo": True} if client.demo else {}
    return {"organisation": client.organisation, "mode": client.mode} | demo
