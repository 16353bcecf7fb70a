"""Client assertions: a partner system proves with its own key who it is (RFC 7523 section 3, RFC 10070).

Stricter than Authlib where its defaults are generous. An assertion is accepted when, in this order:

1. It is a compact JWS whose header and claims are JSON objects, and `sub` names a client that uses keys.
2. Its `typ` is `client-authentication+jwt`, `JWT` or absent, it has no critical extensions, and its `alg` is
   the one the client was registered with (`EdDSA`, the older name, passes for Ed25519: RFC 9864).
3. The signature is that of the client's key which `kid` names.
4. `iss` and `sub` are the client.
5. `aud` is one string, the issuer. Clients flagged as NHS signed-JWT may name the token URL instead.
6. It has begun and not expired, within 60 seconds of skew, and lives five minutes at most.
7. Its `jti` was not used before. The row that remembers it is unique: of two at once, one is accepted.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.util import json_b64decode

from registry.db import Transaction
from registry.oauth import queries
from registry.oauth.clients import Client

LONGEST_SECONDS = 300
SKEW_SECONDS = 60
TYPES = {"jwt", "client-authentication+jwt", "application/client-authentication+jwt"}
JTI = re.compile(r"[!-~]{1,256}")
COMPACT = re.compile(r"[\w-]{1,2048}\.[\w-]{1,8192}\.[\w-]{1,1024}", re.ASCII)


class ClientAssertion(JWTBearerClientAssertion):  # type: ignore[misc]  # Authlib has no types
    """`private_key_jwt` for one request, inside that request's transaction."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, tx: Transaction, *, issuer: str, token_url: str, now: datetime) -> None:
        super().__init__(leeway=SKEW_SECONDS)
        self._tx = tx
        self._issuer = issuer
        self._token_url = token_url
        self._now = now
        self._client: Client | None = None

    def extract_assertion(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The header and the claims, not yet verified (1)."""
        if COMPACT.fullmatch(assertion) is None:
            _refuse("client_assertion is not a compact JWS")
        header, claims = (_members(part) for part in assertion.split(".")[:2])
        return header, claims

    def resolve_client_public_key(self, client: Client) -> KeySet:
        """The client's keys; the base class calls this once it has found the client that `sub` names."""
        if client.alg is None:
            _refuse("the client has no keys")
        self._client = client
        return client.public_keys()

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        """The claims, verified by steps 2 to 7."""
        client = self._client
        if client is None or client.alg is None:
            raise RuntimeError("the keys are resolved before the claims are verified")
        header, claims = self.extract_assertion(assertion)
        _check_header(header, client)  # 2
        try:
            jwt.decode(assertion, resolve_key, registry=_AlgorithmNames(algorithms=[client.alg]))  # 3
        except (JoseError, ValueError):
            _refuse("the signature is not that of a registered key; check kid and alg")
        if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
            _refuse("iss and sub must both be the client_id")  # 4
        self._check_audience(claims, client)  # 5
        expires_at = self._check_times(claims)  # 6
        self._take_jti(claims, client, expires_at)  # 7
        return claims

    def _check_audience(self, claims: dict[str, Any], client: Client) -> None:
        accepted = {self._issuer} | ({self._token_url} if client.nhs_legacy else set())
        audience = claims.get("aud")
        if not isinstance(audience, str) or audience not in accepted:
            _refuse(f"aud must be the single string {self._issuer}")

    def _check_times(self, claims: dict[str, Any]) -> datetime:
        now = self._now.timestamp()
        expires = _seconds(claims, "exp")
        if expires <= now - SKEW_SECONDS:
            _refuse("the assertion has expired; check the clock")
        issued = _seconds(claims, "iat") if "iat" in claims else now
        if (
            expires > now + LONGEST_SECONDS + SKEW_SECONDS
            or expires - issued > LONGEST_SECONDS + SKEW_SECONDS
        ):
            _refuse(f"exp must be at most {LONGEST_SECONDS} seconds ahead")
        begins = max(issued, _seconds(claims, "nbf") if "nbf" in claims else issued)
        if begins > now + SKEW_SECONDS:
            _refuse("the assertion is not valid yet; check the clock")
        return datetime.fromtimestamp(expires + SKEW_SECONDS, UTC)

    def _take_jti(self, claims: dict[str, Any], client: Client, expires_at: datetime) -> None:
        jti = claims.get("jti")
        if not isinstance(jti, str) or JTI.fullmatch(jti) is None:
            _refuse("jti must be a string of 1 to 256 visible ASCII characters")
        if not queries.remember_assertion(
            self._tx, client.client_id, jti, expires_at=expires_at, now=self._now
        ):
            _refuse("jti was used before; make a new one for each request")


class _AlgorithmNames(JWSRegistry):
    """Reads the older name `EdDSA` as `Ed25519` (RFC 9864 section 2.2)."""

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


def _check_header(header: dict[str, Any], client: Client) -> None:
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        _refuse("typ must be client-authentication+jwt or JWT")
    if "crit" in header or "b64" in header:
        _refuse("the assertion must have no critical header parameters")
    names = {client.alg, "EdDSA"} if client.alg == "Ed25519" else {client.alg}
    if header.get("alg") not in names:
        _refuse(f"alg must be {client.alg}, as registered")


def _members(segment: str) -> dict[str, Any]:
    try:
        value = json_b64decode(segment.encode())
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else _refuse("client_assertion is not a signed JWT")


def _seconds(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        _refuse(f"{name} must be a number of seconds")
    return value if abs(value) < 2**40 else _refuse(f"{name} is out of range")


def _refuse(description: str) -> NoReturn:
    raise InvalidClientError(description=description)
