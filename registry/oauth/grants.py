"""The two ways to a token, and where they are stricter than Authlib's defaults.

S256 for everyone (RFC 7636; `plain` is refused), codes taken atomically, tokens no wider than the roles held.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from sqlalchemy import Row

from registry.db import Reading
from registry.oauth import queries
from registry.oauth.adapter import OAuthRequest
from registry.oauth.clients import Client
from registry.oauth.rules import scope_of_roles
from registry.oauth.tokens import Principal
from registry.organisations import queries as organisations


@dataclass(frozen=True, slots=True)
class Code:
    """A code that has been taken."""

    row: Row[Any]

    def get_redirect_uri(self) -> str:
        """The address it was sent to; the token request must repeat it."""
        uri: str = self.row.redirect_uri
        return uri

    def get_scope(self) -> str:
        """The scope the client asked for."""
        scope: str = self.row.scope
        return scope


class PartnerGrant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    """A partner system asks for itself (RFC 6749 section 4.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("private_key_jwt",)


class OfficerGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """An officer signs in and a code goes to the client (RFC 6749 section 4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def save_authorization_code(self, code: str, request: OAuthRequest) -> None:
        """Store whom the code speaks for, and what it is bound to."""
        queries.insert_code(
            self.server.tx,
            code,
            self.server.now,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            code_challenge=request.payload.data["code_challenge"],
            scope=request.scope,
            person=request.user.person,
            organisation=request.user.organisation,
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Take the code. Whoever shows it uses it up, even for another client or after its time."""
        row = queries.take_code(self.server.tx, code)
        if row is None or row.client_id != client.client_id or row.expires_at <= self.server.now:
            return None
        return Code(row)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Nothing: it was removed when it was taken."""

    def authenticate_user(self, authorization_code: Code) -> Principal | None:
        """The person with the roles they hold now; None once they hold none."""
        row = authorization_code.row
        return find_principal(self.server.tx, row.person, row.organisation, self.server.now)

    def generate_token(
        self, user: Principal | None = None, scope: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """A token no wider than the person's roles."""
        granted = scope_of_roles(scope or "", user.roles if user else frozenset())
        if not granted:
            raise InvalidGrantError("The person holds no role that allows this scope.")
        token: dict[str, Any] = super().generate_token(user=user, scope=granted, **options)
        return token


class S256Required(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE for every client, S256 only (RFC 7636; RFC 9700 section 2.1.1)."""

    def validate_code_challenge(self, grant: OfficerGrant, redirect_uri: str) -> None:
        """Refuse a request without an S256 challenge; an absent method would mean `plain`."""
        parameters = grant.request.payload.data
        if not parameters.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'.")
        if parameters.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge(self, authorization_code: Code) -> str:
        """The challenge the code was issued for."""
        challenge: str = authorization_code.row.code_challenge
        return challenge

    def get_authorization_code_challenge_method(self, authorization_code: Code) -> str:
        """S256: there is no other."""
        return "S256"


def find_principal(
    reading: Reading, person: str, organisation: str | None, now: datetime
) -> Principal | None:
    """A person at an organisation they hold a role at, the first they were given when none is named."""
    row = organisations.find_person_by_id(reading, person)
    places = organisations.list_organisations_of(reading, person, now)
    place = organisations.find_primary(reading, organisation) if organisation else next(iter(places), None)
    if row is None or place not in places or place is None:
        return None
    roles = organisations.current_roles(reading, person, place, now)
    return Principal(person, place, roles, row.demo)
