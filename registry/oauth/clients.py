"""A client as Authlib asks about it (RFC 6749 section 2): every answer comes from its row, no defaults."""

from dataclasses import dataclass
from typing import Any, Literal

from authlib.oauth2.rfc6749 import ClientMixin
from joserfc.jwk import KeySet
from sqlalchemy import Row

from registry.callers import Mode
from registry.oauth.rules import Algorithm, allowed_scope, is_redirect_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """One registered client. A partner has a key and no browser; an officer client a browser and no key."""

    client_id: str
    kind: Literal["partner", "officer"]
    organisation: str | None
    mode: Mode | None
    scopes: frozenset[str]
    alg: Algorithm | None
    jwks: dict[str, Any] | None
    redirect_uris: tuple[str, ...]
    nhs_legacy: bool
    demo: bool

    @classmethod
    def of(cls, row: Row[Any]) -> "Client":
        """The client of a row."""
        return cls(
            client_id=row.client_id,
            kind=row.kind,
            organisation=row.organisation,
            mode=row.mode,
            scopes=frozenset(row.scopes.split()),
            alg=row.alg,
            jwks=row.jwks,
            redirect_uris=tuple(row.redirect_uris),
            nhs_legacy=row.nhs_legacy,
            demo=row.demo,
        )

    def public_keys(self) -> KeySet:
        """The keys its assertions are checked with. The algorithm is the client's, whatever a key says."""
        keys = [{name: key[name] for name in key if name != "alg"} for key in (self.jwks or {})["keys"]]
        return KeySet.import_key_set({"keys": keys})

    def get_client_id(self) -> str:
        """Its identifier."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: every request names its redirect address, so that a code is bound to it."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scope to issue, or None (`invalid_scope`) when it asks for more than it was registered with."""
        return allowed_scope(scope, self.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether a code may be sent there."""
        return is_redirect_allowed(redirect_uri, self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """False: no client has a secret."""
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether it proves itself this way: a partner with its key, an officer client with PKCE alone."""
        return method == ("private_key_jwt" if self.kind == "partner" else "none")

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may send a browser here."""
        return self.kind == "officer" and response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may ask for tokens this way."""
        return grant_type == ("client_credentials" if self.kind == "partner" else "authorization_code")
