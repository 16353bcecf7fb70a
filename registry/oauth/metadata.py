"""What the authorization server and the API say about themselves: only what is true (RFC 8414, RFC 9728)."""

from typing import Any

from registry.oauth.rules import SCOPES

ASSERTION_ALGORITHMS = ("ES256", "Ed25519", "EdDSA", "RS512")


def authorization_server(issuer: str) -> dict[str, Any]:
    """The metadata of RFC 8414 section 2; the same document answers OpenID Connect's older address."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["en-GB", "cy"],
        "service_documentation": f"{issuer}/docs",
    }


def protected_resource(issuer: str) -> dict[str, Any]:
    """The metadata of RFC 9728 section 2: the API names the only issuer whose tokens it takes."""
    return {
        "resource": issuer,
        "authorization_servers": [issuer],
        "jwks_uri": f"{issuer}/oauth/jwks",
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "resource_name": "Information Sharing Registry",
        "resource_documentation": f"{issuer}/docs",
    }
