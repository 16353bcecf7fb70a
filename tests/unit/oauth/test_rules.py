"""What clients and people may ask for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from registry.oauth import rules
from registry.oauth.rules import BadClient, NewOfficerClient
from registry.organisations.rules import ROLES
from tests.oauth_world import NOW, partner

OFFICER = NewOfficerClient(
    client_id="desk",
    name="Desk",
    scopes=frozenset({"register:read"}),
    redirect_uris=("http://127.0.0.1/callback",),
)


def test_every_role_allows_reading_and_only_known_scopes() -> None:
    assert rules.SCOPES_OF_ROLE.keys() == ROLES
    assert all("register:read" in scopes for scopes in rules.SCOPES_OF_ROLE.values())
    assert frozenset().union(*rules.SCOPES_OF_ROLE.values()) == frozenset(rules.SCOPES)


def test_only_administrators_get_the_admin_scope() -> None:
    assert [role for role, scopes in rules.SCOPES_OF_ROLE.items() if "admin" in scopes] == ["admin"]


@pytest.mark.parametrize(
    ("requested", "allowed"),
    [
        (None, "register:read approve"),
        ("", "register:read approve"),
        ("approve", "approve"),
        ("approve register:read", "register:read approve"),
        ("approve admin", None),
    ],
)
def test_scope_is_granted_whole_or_not_at_all(requested: str | None, allowed: str | None) -> None:
    assert rules.allowed_scope(requested, frozenset({"register:read", "approve"})) == allowed


def test_roles_narrow_a_scope() -> None:
    assert rules.scope_of_roles("register:read approve admin", frozenset({"auditor"})) == "register:read"
    assert rules.scope_of_roles("register:read", frozenset()) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "0190b6f2-7c1a-7000-8000-000000000000"},
        {"client_id": "Upper"},
        {"client_id": "a"},
        {"scopes": frozenset()},
        {"scopes": frozenset({"approve"})},
        {"scopes": frozenset({"everything"})},
        {"alg": "RS512"},
        {"jwks": {}},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": ["k"]}},
        {"jwks": {"keys": [{"kty": "EC"}]}},
        {"jwks": {"keys": [ECKey.generate_key("P-256").as_dict(private=True)]}},
        {"jwks": {"keys": [ECKey.generate_key("P-384").as_dict(private=False)]}},
        {"jwks": {"keys": [OctKey.generate_key(256).as_dict()]}},
        {"jwks": {"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]}},
        {"alg": "Ed25519"},
        {"jwks": {"keys": [ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False)] * 2}},
    ],
)
def test_partner_without_usable_keys_or_scopes_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadClient):
        rules.check_partner(partner(**changes))


def test_short_rsa_key_is_refused() -> None:
    with pytest.warns(SecurityWarning):
        short = RSAKey.generate_key(1024).as_dict(private=False)
    with pytest.warns(SecurityWarning), pytest.raises(BadClient):
        rules.check_partner(partner(alg="RS512", nhs_legacy=True, jwks={"keys": [short]}))


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": ()},
        {"redirect_uris": ("http://example.test/callback",)},
        {"redirect_uris": ("https://example.test/callback#x",)},
        {"redirect_uris": ("https://user@example.test/callback",)},
        {"redirect_uris": ("javascript:alert(1)",)},
        {"redirect_uris": ("http://127.0.0.1/callback", "http://localhost/callback")},
        {"scopes": frozenset({"everything"})},
    ],
)
def test_officer_client_with_an_unsafe_address_is_refused(changes: dict[str, Any]) -> None:
    rules.check_officer_client(OFFICER)
    with pytest.raises(BadClient):
        rules.check_officer_client(replace(OFFICER, **changes))


def test_waiting_time_runs_until_the_oldest_counted_attempt_leaves_the_window() -> None:
    attempts = [NOW + timedelta(minutes=minute) for minute in range(4)]
    now = NOW + timedelta(minutes=3)
    assert rules.wait_seconds(attempts, 4, now) == 0
    assert rules.wait_seconds(attempts, 3, now) == 8 * 60 + 1
    assert rules.wait_seconds([], 3, now) == 0
