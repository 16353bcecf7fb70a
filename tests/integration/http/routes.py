"""The application's own route table."""

from typing import Any

from litestar.routes import HTTPRoute

from registry.app import Application
from registry.decisions.wire.endpoint import METADATA, PATHS

FORMS = frozenset(
    {
        "POST /oauth/token",
        "POST /audit/export",
        "POST /can-we-share",
        "POST /cy/audit/export",
        "POST /cy/can-we-share",
    }
)
"""What reads a form instead of JSON: tests of oauth, of the front line and of auditing try these."""

SIGN_IN = frozenset(
    f"POST {prefix}{path}"
    for prefix in ("", "/cy")
    for path in (
        "/login",
        "/login/passkey",
        "/login/demo",
        "/login/step",
        "/logout",
        "/account/organisation",
        "/account/sessions/end",
        "/account/sign-in/passkey",
        "/account/sign-in/passkey/end",
        "/account/sign-in/app",
        "/account/sign-in/app/end",
        "/account/sign-in/recovery-codes",
    )
)
"""The forms of sign-in: tests/integration/oauth tries these."""

SIGNING = frozenset(
    f"POST {prefix}{path}"
    for prefix in ("", "/cy")
    for path in (
        "/sign/{ref}/{number}",
        "/sign/{ref}/{number}/statement",
        "/sign/{ref}/{number}/review",
        "/sign/{ref}/{number}/questions",
        "/sign/{ref}/{number}/questions/{question}",
        "/decide/{kind}/{identifier}",
        "/decide/{kind}/{identifier}/advice",
        "/decide/{kind}/{identifier}/statement",
    )
)
"""The forms of who signs and decides: test_signing_pages.py tries these."""

QUESTIONS: dict[str, dict[str, Any]] = {
    "POST /api/v1/what-if": {"change": {"rule": {"rule": "GW-03", "enabled": False}}},
    "POST /api/v1/what-if/questions": {"change": {"rule": {"rule": "GW-03", "enabled": False}}},
    "POST /api/v1/agreements/similar": {"parties": ["gss:E10000017"], "purposes": ["statistics"]},
    "POST /decisions/receipts": {"receipt": "a.b.c"},
    "POST /api/v1/approvals/statement": {
        "kind": "agreement",
        "id": "ISA-AAAAAAAAAA",
        "version": 1,
        "digest": "sha256:" + "0" * 64,
        "decision": "sign",
        "role": "signatory",
    },
}
"""What is asked with POST because the question has a body, and changes nothing; with a right question."""


ASKED_WITH = {
    "GET /api/v1/coverage": "?holder=gss:E10000017&recipient=gss:E06000009",
    "GET /api/v1/coverage/askable": "?holder=gss:E10000017",
}
"""What is looked up with parameters that it needs, and right ones."""

FILES = frozenset({"POST /api/v1/imports", "POST /api/v1/coverage/check"})
"""What reads a file as it is: tests/integration/exchange tries these."""


def listed(app: Application) -> frozenset[str]:
    """Every route behind the permission check, as `METHOD /path/{parameter}`."""
    return frozenset(
        f"{method} {route.path_format}"
        for route in app.pages.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"HEAD", "OPTIONS"}
    )


def in_front() -> frozenset[str]:
    """The routes of the permission check."""
    return frozenset(f"{'GET' if path == METADATA else 'POST'} {path}" for path in PATHS)


def writing(app: Application) -> frozenset[str]:
    """The routes that may change something."""
    return frozenset(
        route for route in listed(app) - QUESTIONS.keys() - FILES if not route.startswith("GET ")
    )
