"""What `app.py` mounts of the authorization server, and what it needs for that."""

from litestar import Router
from litestar.di import Provide

from registry import clock
from registry.db import Reading
from registry.oauth import queries
from registry.oauth.api import TokenApi
from registry.oauth.keys import load_token_keys, public_keys
from registry.oauth.pages import TWICE, AuthorizationPage
from registry.oauth.pages.reception import provide_reception
from registry.oauth.rules import PERSON_TOKEN_LIFETIME
from registry.oauth.tokens import Issuer
from registry.organisations.queries import list_departed
from registry.settings import Settings
from registry.web.guards import TokenVerifier


def load_issuer(settings: Settings) -> Issuer:
    """The issuer of this registry, with the key that `registry init` made."""
    return Issuer(settings.base_url.rstrip("/"), load_token_keys(settings.token_key))


def routes(issuer: Issuer) -> Router:
    """Tokens, keys, metadata, sign-in pages. The app provides `db`, `vault`, `ceremony` and `policies`."""

    def provide_issuer() -> Issuer:
        return issuer

    return Router(
        path="/",
        route_handlers=[
            TokenApi,
            AuthorizationPage,
            *TWICE,
            Router("/cy", route_handlers=TWICE),
        ],
        dependencies={
            "issuer": Provide(provide_issuer, sync_to_thread=False),
            "reception": Provide(provide_reception, sync_to_thread=False),
        },
    )


def apply_revocations(tokens: TokenVerifier, reading: Reading) -> None:
    """Let a worker refuse revoked clients and people who left; its follower of the log calls this."""
    tokens.revoke(queries.list_revoked(reading))
    now = clock.now()
    tokens.dismiss(list_departed(reading, now, since=now - PERSON_TOKEN_LIFETIME))


def verifier(issuer: Issuer, reading: Reading) -> TokenVerifier:
    """The verifier of tokens of this issuer. Tell it of clients revoked later with `apply_revocations`."""
    tokens = TokenVerifier(public_keys(issuer.keys), issuer=issuer.url)
    apply_revocations(tokens, reading)
    return tokens
