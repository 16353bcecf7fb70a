"""The machine's side of the authorization server: tokens, keys, metadata."""

from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from registry import clock
from registry.db import Database
from registry.oauth import metadata
from registry.oauth.adapter import MAX_FORM_BYTES, Answer, OAuthRequest, read_parameters
from registry.oauth.keys import public_keys
from registry.oauth.server import Server
from registry.oauth.tokens import Issuer

FORM = "application/x-www-form-urlencoded"
CACHED = {"cache-control": "public, max-age=300"}


class TokenApi(Controller):
    """Tokens for clients, and what verifiers need."""

    tags = ("sign-in",)

    @post("/oauth/token", status_code=200, request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def issue_token(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        db: NamedDependency[Database],
        issuer: NamedDependency[Issuer],
    ) -> Response[dict[str, Any]]:
        """Exchange a client assertion or an authorization code for an access token.

        The body is a form. A refused client assertion answers 400 `invalid_client`; 401 only when the client
        tried the `Authorization` header, which no client of this registry uses.
        """
        try:
            parameters = _read_form(request, body)
        except OAuth2Error as error:
            return _respond(request, Answer.of_error(error))
        wanted = OAuthRequest("POST", f"{issuer.url}/oauth/token", parameters)
        with db.write() as tx:
            answer = Server(tx, issuer, clock.now()).answer_token_request(wanted)
        return _respond(request, answer)

    @get("/oauth/jwks", sync_to_thread=False)
    def read_keys(self, issuer: NamedDependency[Issuer]) -> Response[dict[str, Any]]:
        """Read the public keys of access tokens (RFC 7517)."""
        return Response(dict(public_keys(issuer.keys).as_dict()), headers=CACHED)

    @get(
        ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"], sync_to_thread=False
    )
    def read_server_metadata(self, issuer: NamedDependency[Issuer]) -> Response[dict[str, Any]]:
        """Read what the authorization server can do (RFC 8414)."""
        return Response(metadata.authorization_server(issuer.url), headers=CACHED)

    @get("/.well-known/oauth-protected-resource", sync_to_thread=False)
    def read_resource_metadata(self, issuer: NamedDependency[Issuer]) -> Response[dict[str, Any]]:
        """Read which issuer's tokens the API takes (RFC 9728)."""
        return Response(metadata.protected_resource(issuer.url), headers=CACHED)


def _read_form(request: Request[Any, Any, Any], body: bytes) -> list[tuple[str, str]]:
    """The parameters of a token request.

    Raises:
        InvalidRequestError: the body is not a form.
    """
    if request.content_type[0] != FORM:
        raise InvalidRequestError(f"Send the parameters as {FORM}.")
    return read_parameters(body)


def _respond(request: Request[Any, Any, Any], answer: Answer) -> Response[dict[str, Any]]:
    """The HTTP form of an answer; never cached (RFC 6749 section 5.1)."""
    headers = {"cache-control": "no-store", "pragma": "no-cache"}
    if answer.body.get("error") == "invalid_client" and "authorization" in request.headers:
        scheme = request.headers["authorization"].partition(" ")[0]
        return Response(
            answer.body, status_code=401, headers=headers | {"www-authenticate": _challenge(scheme)}
        )
    return Response(answer.body, status_code=answer.status, headers=headers)


def _challenge(scheme: str) -> str:
    """The challenge of the scheme that was tried (RFC 6749 section 5.2), if it looks like one."""
    return f'{scheme if scheme.isascii() and scheme.isalnum() else "Basic"} realm="oauth"'
