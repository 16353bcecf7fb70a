"""Tokens that the registry gives out and takes back: signed, each for one use (JWS, RFC 7515).

They are signed with the key of the access tokens, whose public half anyone finds at the `jwks_uri` of the
metadata. Their `typ` keeps them apart from access tokens and from each other (RFC 8725 section 3.11).
"""

import re
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHM = "ES256"
COMPACT = re.compile(r"[\w-]{1,512}\.[\w-]{1,8192}\.[\w-]{1,512}", re.ASCII)


class Sealer:
    """Signs what goes out and knows again what comes back. `issuer` is the registry's base URL."""

    def __init__(self, keys: KeySet, *, issuer: str) -> None:
        self._keys = keys
        self.issuer = issuer

    def under(self, path: str) -> "Sealer":
        """One with the same key for a path under the base URL: neither takes the other's tokens."""
        return Sealer(self._keys, issuer=self.issuer + path)

    def sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        """The claims as a signed token of a kind (its `typ`) for everyone, with the registry as `iss`."""
        named = {"iss": self.issuer, **claims}
        return jwt.encode({"alg": ALGORITHM, "typ": kind}, named, self._keys, algorithms=[ALGORITHM])

    def seal(self, kind: str, claims: Mapping[str, Any]) -> str:
        """The claims as a signed token of a kind that nobody but the registry is meant to accept."""
        return self.sign(kind, {"aud": self.issuer, **claims})

    def open(self, kind: str, token: str) -> Mapping[str, Any] | None:
        """The claims of a token that was given out as one of this kind, else None. `exp` is not looked at."""
        if not COMPACT.fullmatch(token):
            return None
        try:
            found = jwt.decode(token, self._keys, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
            return None  # a header that is no object is none of ours either
        claims: Mapping[str, Any] = found.claims
        is_ours = claims.get("iss") == claims.get("aud") == self.issuer
        return claims if is_ours and found.header.get("typ") == kind else None
