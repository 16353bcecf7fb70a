"""Authlib's authorization server, hosted by one thin adapter: it lives for one request, in its transaction.

Authlib is synchronous and knows no framework. It is given parameters as values (`OAuthRequest`), reads and
writes through the transaction it was made with, and hands back an `Answer`. Its errors become answers here,
so the transaction commits after a refusal too: a code or an assertion once shown is used up.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    AuthorizationServer,
    InvalidRequestError,
    InvalidScopeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant

from registry.db import Transaction
from registry.oauth import queries
from registry.oauth.adapter import Answer, OAuthRequest
from registry.oauth.assertions import ClientAssertion
from registry.oauth.clients import Client
from registry.oauth.grants import OfficerGrant, PartnerGrant, S256Required, find_principal
from registry.oauth.rules import CLIENT_ID, SCOPES, scope_of_roles
from registry.oauth.tokens import Issuer, Principal

# Authlib writes whole tokens into its debug log.
logging.getLogger("authlib").setLevel(logging.INFO)


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """The authorization server of one request."""

    def __init__(self, tx: Transaction, issuer: Issuer, now: datetime) -> None:
        super().__init__(scopes_supported=SCOPES)
        self.tx = tx
        self.issuer = issuer
        self.now = now
        assertion = ClientAssertion(tx, issuer=issuer.url, token_url=f"{issuer.url}/oauth/token", now=now)
        self.register_client_auth_method("private_key_jwt", assertion)
        self.register_token_generator("default", self._issue)
        self.register_grant(PartnerGrant)
        self.register_grant(OfficerGrant, [S256Required()])

    def query_client(self, client_id: str) -> Client | None:
        """The client that has not been revoked, or None."""
        row = queries.find_client(self.tx, client_id) if CLIENT_ID.fullmatch(client_id) else None
        return Client.of(row) if row else None

    def save_token(self, token: dict[str, Any], request: OAuthRequest) -> None:
        """Nothing: access tokens carry all they say."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing: what happens is logged where it happens."""

    def create_oauth2_request(self, request: OAuthRequest) -> OAuthRequest:
        """The request itself: the face has made it already."""
        return request

    def handle_response(
        self, status: int, body: dict[str, Any] | str, headers: Sequence[tuple[str, str]]
    ) -> Answer:
        """The answer as a value; redirects carry `iss`, errors too (RFC 9207 section 2)."""
        location = dict(headers).get("Location")
        if location:
            location = add_params_to_uri(location, {"iss": self.issuer.url})
        return Answer(status, body if isinstance(body, dict) else {}, location)

    def get_authorization_grant(self, request: OAuthRequest) -> AuthorizationCodeGrant:
        """The code grant; other response types go back to the client, if its redirect address is known."""
        request.check()
        kind = request.payload.response_type
        if kind == "code":
            return super().get_authorization_grant(request)
        client = self.query_client(request.payload.client_id or "")
        redirect_uri = request.payload.redirect_uri
        known = client is not None and bool(redirect_uri) and client.check_redirect_uri(redirect_uri)
        if kind is None:
            raise InvalidRequestError(
                "Missing 'response_type'.", redirect_uri=redirect_uri if known else None
            )
        raise UnsupportedResponseTypeError(kind, redirect_uri=redirect_uri if known else None)

    def answer_token_request(self, request: OAuthRequest) -> Answer:
        """The token endpoint."""
        try:
            request.check()
            if not request.payload.grant_type:
                raise InvalidRequestError("Missing 'grant_type'.")
            grant = self.get_token_grant(request)
            grant.validate_token_request()
            return self.handle_response(*grant.create_token_response())
        except OAuth2Error as error:
            return self.handle_response(*error())

    def answer_authorization_request(self, request: OAuthRequest, person: str | None) -> Answer | None:
        """The authorization endpoint: a redirect, an error to show, or None when a person has to sign in."""
        try:
            grant = self.get_consent_grant(request)
            if person is None:
                return None
            organisation = request.payload.data.get("organisation")
            principal = find_principal(self.tx, person, organisation, self.now)
            if principal is None or not scope_of_roles(request.scope, principal.roles):
                raise AccessDeniedError(redirect_uri=grant.redirect_uri)
            return self.handle_response(*grant.create_authorization_response(grant.redirect_uri, principal))
        except OAuth2Error as error:
            error.state = request.payload.state
            return self.handle_response(*error())

    def _issue(
        self, *, client: Client, user: Principal | None, scope: str | None, **_unused: Any
    ) -> dict[str, Any]:
        granted = client.get_allowed_scope(scope)
        if granted is None:
            raise InvalidScopeError
        return self.issuer.issue(client, user, granted, self.now)
