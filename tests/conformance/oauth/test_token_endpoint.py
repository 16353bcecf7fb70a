"""The token endpoint: RFC 6749 section 5, RFC 7636, RFC 9068, and every pitfall found on the way."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from joserfc import jwt

from registry.callers import SYSTEM
from registry.oauth.keys import public_keys
from registry.organisations.actions import end_role
from tests.oauth_world import ISSUER, NOW, Desk, assertion


@pytest.mark.spec("RFC 6749", "5.2")
def test_missing_grant_type_is_an_invalid_request(desk: Desk) -> None:
    assert desk.ask_for_token().body["error"] == "invalid_request"


@pytest.mark.spec("RFC 6749", "5.2")
@pytest.mark.parametrize("grant_type", ["password", "implicit", "refresh_token", 'a"b', "ŵ"])
def test_other_grants_are_refused(desk: Desk, grant_type: str) -> None:
    assert desk.ask_for_token(grant_type=grant_type).body["error"] in {
        "unsupported_grant_type",
        "invalid_request",
    }


@pytest.mark.spec("RFC 6749", "3.2")
def test_repeated_parameter_is_an_invalid_request(desk: Desk) -> None:
    answer = desk.ask_for_token(("grant_type", "client_credentials"), grant_type="client_credentials")
    assert answer.body["error"] == "invalid_request"


@pytest.mark.spec("RFC 6749", "3.3")
@pytest.mark.parametrize("scope", ["approve", "decisions:ask approve", "everything"])
def test_scope_beyond_the_clients_is_refused_not_dropped(desk: Desk, scope: str) -> None:
    answer = desk.ask_with(assertion(), scope=scope)
    assert (answer.status, answer.body["error"]) == (400, "invalid_scope")


@pytest.mark.spec("RFC 6749", "3.3")
def test_no_scope_means_all_of_the_clients(desk: Desk) -> None:
    assert desk.ask_with(assertion()).body["scope"] == "register:read decisions:ask"


@pytest.mark.spec("RFC 9068", "2")
def test_partner_token_is_an_rfc_9068_token(desk: Desk) -> None:
    token = desk.ask_with(assertion(), scope="decisions:ask").body["access_token"]
    header = json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))
    claims = jwt.decode(token, public_keys(desk.issuer.keys), algorithms=["ES256"]).claims
    now = int(NOW.timestamp())
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": desk.issuer.keys.keys[0].kid}
    assert claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": "lancashire-mash",
        "client_id": "lancashire-mash",
        "iat": now,
        "exp": now + 900,
        "scope": "decisions:ask",
        "organisation": "gss:E10000017",
        "mode": "enforce",
    }


@pytest.mark.spec("RFC 9068", "2.2.3")
def test_officers_token_speaks_for_one_person_at_one_organisation(desk: Desk) -> None:
    caller = desk.caller_of(desk.redeem(desk.get_code()))
    assert caller.person == desk.officer
    assert caller.client == "officer-desk"
    assert caller.organisation == "gss:E10000017"
    assert caller.roles == {"dpo", "ig_officer"}
    assert caller.scopes == {"register:read", "register:write", "approve"}
    assert caller.mode is None


@pytest.mark.spec("RFC 7636", "4.6")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "another-verifier-of-enough-characters-for-rfc-7636"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:5556/callback"}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_grant"),
        ({"client_id": "lancashire-mash"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"code": "wrong"}, "invalid_grant"),
        ({"code": ""}, "invalid_grant"),
    ],
)
def test_code_is_bound_to_verifier_address_and_client(
    desk: Desk, changes: dict[str, str], error: str
) -> None:
    answer = desk.redeem(desk.get_code(), **changes)
    assert (answer.status, answer.body["error"]) == (400, error)


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_code_works_once(desk: Desk) -> None:
    code = desk.get_code()
    assert desk.redeem(code).status == 200
    assert desk.redeem(code).body["error"] == "invalid_grant"


@pytest.mark.spec("RFC 7636", "4.6")
def test_code_shown_with_a_wrong_verifier_is_used_up(desk: Desk) -> None:
    code = desk.get_code()
    desk.redeem(code, code_verifier="another-verifier-of-enough-characters-for-rfc-7636")
    assert desk.redeem(code).body["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_code_lives_sixty_seconds(desk: Desk) -> None:
    assert desk.later(seconds=59).redeem(desk.get_code()).status == 200
    assert desk.later(seconds=60).redeem(desk.get_code()).body["error"] == "invalid_grant"


def test_roles_are_those_held_when_the_code_is_redeemed(desk: Desk) -> None:
    code = desk.get_code()
    with desk.database.write() as tx:
        for role in ("ig_officer", "dpo"):
            end_role(
                tx,
                person=desk.officer,
                organisation="gss:E10000017",
                role=role,
                caller=SYSTEM,
                now=NOW + timedelta(seconds=1),
            )
    assert desk.later(seconds=2).redeem(code).body["error"] == "invalid_grant"
