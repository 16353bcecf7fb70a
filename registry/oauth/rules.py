"""What clients and people may ask for: scopes, keys, redirect addresses, lifetimes, attempts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from registry.callers import Mode
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated

SCOPES = (
    "register:read",
    "register:write",
    "assess",
    "approve",
    "decisions:ask",
    "log:export",
    "admin",
)
"""Every scope there is, in the order they are listed in metadata and tokens."""

PARTNER_SCOPES = frozenset({"register:read", "register:write", "decisions:ask", "log:export"})
"""What a partner system can have at most: assessing and approving are done by people."""

OFFICER_SCOPES = frozenset({"register:read", "register:write", "assess", "approve", "decisions:ask"})
"""What everyone who writes, assesses or approves may ask for: clients complain about a smaller grant."""
SCOPES_OF_ROLE: dict[str, frozenset[str]] = {
    "ig_officer": OFFICER_SCOPES | {"log:export"},
    "dpo": OFFICER_SCOPES,
    "siro": OFFICER_SCOPES,
    "caldicott_guardian": OFFICER_SCOPES,
    "asset_owner": OFFICER_SCOPES,
    "signatory": OFFICER_SCOPES,
    "ethics_lead": OFFICER_SCOPES,
    "auditor": frozenset({"register:read", "decisions:ask", "log:export"}),
    "operator": frozenset({"register:read", "log:export"}),
    "admin": frozenset({"register:read", "log:export", "admin"}),
}
"""What each role lets a person's token carry. The access policies decide each act; a scope only bounds it."""

Algorithm = Literal["ES256", "Ed25519", "RS512"]
CODE_LIFETIME = timedelta(seconds=60)
PERSON_TOKEN_LIFETIME = timedelta(minutes=60)
CLIENT_TOKEN_LIFETIME = timedelta(minutes=15)
Strength = Literal["password", "code", "passkey", "demo"]
"""How a person signed in. After the password alone one may do nothing but enrol a second step.

`demo` is someone of the demo, whose password is published: accepted on loopback only.
"""

SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=8)
PROOF_LASTS = timedelta(minutes=10)
"""For how long after a passkey or a code people may change how they sign in."""

MAX_PATH = 2000
LOCAL_PATH = re.compile(r"/(?![/\\])[\w.~!$&'()*+,;=:@%/?-]*", re.ASCII)
ATTEMPT_WINDOW = timedelta(minutes=10)
ATTEMPTS_BY_USERNAME = 10
ATTEMPTS_BY_ADDRESS = 100
ATTEMPTS_AT_CODE = 5

CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{2,62}")
_PATH = r"(/[\w.~!$&'()*+,;=:@%/?-]*)?"
LOOPBACK_REDIRECT = re.compile(r"http://(127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?" + _PATH, re.ASCII)
REDIRECT = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?" + _PATH, re.ASCII)


class BadClient(Invalid):
    """A client to be registered has no usable keys, scopes or redirect addresses; the reason says which."""

    code = "bad-client"


class ClientTaken(Conflict):
    """A client has this identifier already."""

    code = "client-taken"


class UnknownClient(NotFound):
    """There is no client of this identifier, or it has been revoked."""

    code = "unknown-client"


class SignInNeeded(Unauthenticated):
    """The page is for people who have signed in."""

    code = "sign-in-needed"


class ProofNeeded(Forbidden):
    """To change how one signs in takes a passkey or a code shown within the last ten minutes."""

    code = "proof-needed"


class LastStep(Conflict):
    """It is the person's last second step: without one they could not sign in."""

    code = "last-second-step"


class AppKnown(Conflict):
    """The person has an app that makes codes already."""

    code = "app-known"


class NoSuchApp(NotFound):
    """The person has no app that makes codes."""

    code = "no-such-app"


class NoRoleHeld(Forbidden):
    """Whoever is signed in holds no role at any organisation now."""

    code = "no-role-held"


class ForeignForm(Forbidden):
    """The form was not sent from a page of this registry, or its page was open for too long."""

    code = "foreign-form"


class DemoNotOnLoopback(Exception):
    """The database holds people or keys whose secrets are published, and the address is not loopback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartner:
    """A partner system to register: it speaks for one organisation and signs with its own key."""

    client_id: str
    name: str
    organisation: str
    mode: Mode
    scopes: frozenset[str]
    alg: Algorithm
    jwks: dict[str, Any]
    nhs_legacy: bool = False
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOfficerClient:
    """A program to register in which people sign in. It keeps no secret: PKCE protects it (RFC 8252)."""

    client_id: str
    name: str
    scopes: frozenset[str]
    redirect_uris: tuple[str, ...]
    demo: bool = False


def check_partner(wanted: NewPartner) -> None:
    """Refuse a partner system that could not be told apart from others, or that asks for too much.

    Raises:
        BadClient: with the reason.
    """
    _check_client_id(wanted.client_id)
    if not wanted.scopes or not wanted.scopes <= PARTNER_SCOPES:
        raise BadClient(reason="scopes")
    if wanted.alg == "RS512" and not wanted.nhs_legacy:
        raise BadClient(reason="alg")
    if not _keys_fit(wanted.jwks, wanted.alg):
        raise BadClient(reason="jwks")


def check_officer_client(wanted: NewOfficerClient) -> None:
    """Refuse a program to which a code could not be sent safely.

    Raises:
        BadClient: with the reason.
    """
    _check_client_id(wanted.client_id)
    if not wanted.scopes or not wanted.scopes <= frozenset(SCOPES):
        raise BadClient(reason="scopes")
    forms = (LOOPBACK_REDIRECT, REDIRECT)
    if not wanted.redirect_uris or not all(
        any(form.fullmatch(uri) for form in forms) for uri in wanted.redirect_uris
    ):
        raise BadClient(reason="redirect_uris")


def allowed_scope(requested: str | None, offered: frozenset[str]) -> str | None:
    """The requested scope, all that is offered when none was, or None when any of it is not offered."""
    wanted = frozenset(requested.split()) if requested else offered
    if not wanted <= offered:
        return None
    return " ".join(scope for scope in SCOPES if scope in wanted)


def scope_of_roles(scope: str, roles: frozenset[str]) -> str:
    """What is left of a scope for a person with these roles."""
    offered = frozenset[str]().union(*(SCOPES_OF_ROLE[role] for role in roles))
    return " ".join(name for name in scope.split() if name in offered)


def is_redirect_allowed(requested: str, registered: Sequence[str]) -> bool:
    """Whether a code may be sent there: that very address, or loopback on any port (RFC 8252 section 7.3)."""
    if requested in registered:
        return True
    loopback = LOOPBACK_REDIRECT.fullmatch(requested)
    return loopback is not None and any(
        match is not None and match.groups() == loopback.groups()
        for match in map(LOOPBACK_REDIRECT.fullmatch, registered)
    )


def local_path(path: str | None) -> str | None:
    """A path of ours to which a browser may be sent; None for anything that could lead elsewhere."""
    if path is None or len(path) > MAX_PATH or LOCAL_PATH.fullmatch(path) is None:
        return None
    return path


def wait_seconds(attempts: Sequence[datetime], limit: int, now: datetime) -> int:
    """Seconds until another attempt is allowed; 0 for now. `attempts`: those in the window, oldest first."""
    if len(attempts) <= limit:
        return 0
    return max(1, int((attempts[-limit] + ATTEMPT_WINDOW - now).total_seconds()) + 1)


def _check_client_id(client_id: str) -> None:
    # INVARIANT: begins with a letter, so that no client is ever mistaken for a person (a UUIDv7) in `sub`.
    if CLIENT_ID.fullmatch(client_id) is None:
        raise BadClient(reason="client_id")


def _keys_fit(jwks: dict[str, Any], alg: Algorithm) -> bool:
    """Whether these are public keys, all of the algorithm's kind, told apart by `kid` if several."""
    try:
        keys = KeySet.import_key_set(jwks).keys  # type: ignore[arg-type]  # its TypedDict is what is checked here
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return False
    named = [key.get("kid") for key in jwks["keys"]]
    if len(named) > 1 and (None in named or len(set(named)) < len(named)):
        return False
    return all(not key.is_private and _key_fits(key, alg) for key in keys)


def _key_fits(key: object, alg: Algorithm) -> bool:
    match alg:
        case "ES256":
            return isinstance(key, ECKey) and key.curve_name == "P-256"
        case "Ed25519":
            return isinstance(key, OKPKey) and key.curve_name == "Ed25519"
        case "RS512":
            return isinstance(key, RSAKey) and key.public_key.key_size >= 2048
