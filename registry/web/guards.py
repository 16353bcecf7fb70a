"""Who is calling: bearer tokens verified once, for every way in (RFC 6750, RFC 9068).

Deny by default. A token is accepted only when all of this holds; the numbers return in `_verify`:

1. The header is `Bearer` and one token of three segments, of bounded length.
2. The token's own header names ES256, `at+jwt` and a key of this registry, and nothing else: whatever a
   header could ask for beyond that (`crit`, `jku`, `jwk`, `x5c`) is refused, not ignored.
3. The signature is that key's.
4. Issuer and audience are this registry, each a single string; the token has begun and has not expired.
5. The client it was issued to has not been revoked, and the person has not left the organisation.

Accepted tokens are remembered under the bytes of the header until they expire, so that a repeated question
costs a dictionary look-up. Only accepted tokens are remembered: strangers cannot fill the memory.
"""

import json
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.util import urlsafe_b64decode
from litestar import Request
from litestar.di import NamedDependency
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registry import clock
from registry.callers import Caller, Mode
from registry.errors import Forbidden, Unauthenticated

MAX_REMEMBERED = 4096
SKEW = timedelta(seconds=5)
CREDENTIALS = re.compile(r"bearer +([\w-]{1,1024}\.[\w-]{1,8192}\.[\w-]{1,1024})", re.ASCII | re.IGNORECASE)


class TokenMissing(Unauthenticated):
    """The request carries no bearer token, and this needs one."""

    code = "token-missing"


class TokenRefused(Unauthenticated):
    """The bearer token is malformed, expired, not this registry's, or its client has been revoked."""

    code = "token-refused"


class ScopeMissing(Forbidden):
    """The token was issued without the scope that this needs."""

    code = "scope-missing"


class TokenVerifier:
    """Turns an `Authorization` header into the caller it speaks for."""

    def __init__(self, keys: KeySet, *, issuer: str, revoked: Iterable[str] = ()) -> None:
        self._keys = {str(key.kid): key for key in keys}
        self._issuer = issuer
        self._revoked = frozenset(revoked)
        self._departed: frozenset[tuple[str, str]] = frozenset()
        self._remembered: dict[str | bytes, tuple[Caller, datetime]] = {}
        self._changing = threading.Lock()

    def verify(self, header: str | bytes | None, now: datetime) -> Caller:
        """The caller a header speaks for. Give the header in the same type each time: it is the cache key.

        Raises:
            TokenMissing: there is no `Authorization` header.
            TokenRefused: see the steps at the top of this module.
        """
        remembered = self._remembered.get(header) if header else None
        if remembered is not None and now < remembered[1]:
            return remembered[0]
        if not header:
            raise TokenMissing(headers={"www-authenticate": challenge(self._issuer)})
        text = header if isinstance(header, str) else header.decode("latin-1")
        caller, expires_at = self._verify(text, now)
        self._remember(header, caller, expires_at)
        return caller

    def revoke(self, clients: Iterable[str]) -> None:
        """Refuse every token of these clients from now on, remembered ones included."""
        added = frozenset(clients)
        if not added:
            return
        with self._changing:
            self._revoked |= added
            self._remembered = {
                header: entry
                for header, entry in self._remembered.items()
                if entry[0].client not in self._revoked
            }

    def dismiss(self, departed: frozenset[tuple[str, str]]) -> None:
        """Refuse the tokens of people who left, each a person with the organisation, and of no others."""
        if departed == self._departed:
            return
        with self._changing:
            self._departed = departed
            self._remembered = {
                header: entry
                for header, entry in self._remembered.items()
                if (entry[0].person, entry[0].organisation) not in departed
            }

    def _verify(self, header: str, now: datetime) -> tuple[Caller, datetime]:
        credentials = CREDENTIALS.fullmatch(header)  # 1
        if credentials is None:
            self._refuse("malformed")
        token = credentials[1]
        key = self._key_of(token)  # 2
        try:
            claims = AccessToken.model_validate(jwt.decode(token, key, algorithms=["ES256"]).claims)  # 3
        except JoseError:
            self._refuse("signature")
        except (ValidationError, ValueError, RecursionError):
            self._refuse("claims")
        self._check_claims(claims, now)  # 4, 5
        return claims.caller(), claims.expires_at()

    def _key_of(self, token: str) -> Key:
        try:
            header = json.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
        except (ValueError, RecursionError):
            self._refuse("malformed")
        if not isinstance(header, dict) or header.keys() != {"alg", "typ", "kid"}:
            self._refuse("header")
        if header["alg"] != "ES256" or header["typ"] != "at+jwt":
            self._refuse("header")
        key = self._keys.get(header["kid"]) if isinstance(header["kid"], str) else None
        return key or self._refuse("key")

    def _check_claims(self, claims: "AccessToken", now: datetime) -> None:
        if claims.iss != self._issuer:
            self._refuse("issuer")
        if claims.aud != self._issuer:
            self._refuse("audience")
        if now >= claims.expires_at():
            self._refuse("expired")
        if max(claims.nbf, claims.iat) > (now + SKEW).timestamp():
            self._refuse("not-yet-valid")
        if claims.client_id in self._revoked:
            self._refuse("revoked")
        if (claims.sub, claims.organisation) in self._departed:
            self._refuse("left")

    def _remember(self, header: str | bytes, caller: Caller, expires_at: datetime) -> None:
        with self._changing:
            if caller.client in self._revoked or (caller.person, caller.organisation) in self._departed:
                return
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[header] = (caller, expires_at)

    def _refuse(self, reason: str) -> NoReturn:
        headers = {"www-authenticate": challenge(self._issuer, reason=reason)}
        raise TokenRefused(reason=reason, headers=headers)


class AccessToken(BaseModel):
    """The claims of an access token (RFC 9068 section 2.2), with ours: organisation, roles, mode, demo.

    `sub` is a person's row id, or the client itself when a partner system speaks for its organisation.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    iss: str
    aud: str
    sub: str
    client_id: str
    iat: int
    exp: int
    nbf: int = 0
    jti: str
    scope: str
    organisation: str
    roles: list[str] = Field(default_factory=list)
    mode: Mode | None = None
    demo: bool = False

    def expires_at(self) -> datetime:
        """The instant from which it is no longer accepted."""
        return datetime.fromtimestamp(self.exp, UTC)

    def caller(self) -> Caller:
        """Whom it speaks for."""
        return Caller(
            organisation=self.organisation,
            person=None if self.sub == self.client_id else self.sub,
            client=self.client_id,
            roles=frozenset(self.roles),
            scopes=frozenset(self.scope.split()),
            mode=self.mode,
            demo=self.demo,
        )


def provide_caller(request: Request[Any, Any, Any], verifier: NamedDependency[TokenVerifier]) -> Caller:
    """The dependency `caller` of every handler that needs a token."""
    return verifier.verify(request.headers.get("authorization"), clock.now())


def check_scope(caller: Caller, scope: str) -> None:
    """Refuse a caller whose token was issued without a scope.

    Raises:
        ScopeMissing: naming it (RFC 6750 section 3.1, `insufficient_scope`).
    """
    if scope not in caller.scopes:
        header = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise ScopeMissing(scope=scope, headers={"www-authenticate": header})


def challenge(issuer: str, *, reason: str | None = None) -> str:
    """The `WWW-Authenticate` of a 401: where to get a token (RFC 9728 section 5.1), and what was wrong."""
    parameters = [f'resource_metadata="{issuer}/.well-known/oauth-protected-resource"']
    if reason is not None:
        parameters += ['error="invalid_token"', f'error_description="{reason}"']
    return "Bearer " + ", ".join(parameters)
