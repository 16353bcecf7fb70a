"""The organisations API and the discovery documents, over real HTTP."""

import pytest
import requests

from registry import clock
from registry.callers import SYSTEM
from registry.oauth.actions import revoke_client
from registry.oauth.adapter import OAuthRequest
from registry.oauth.grants import find_principal
from registry.oauth.routes import apply_revocations
from registry.oauth.rules import SCOPES, scope_of_roles
from registry.oauth.server import Server
from tests.oauth_world import COUNCIL, House, assertion

ORGANISATIONS = "/api/v1/organisations"


def token_of(house: House, person: str, *scopes: str) -> dict[str, str]:
    """The `Authorization` header of a person with these scopes, or with every one they can have."""
    now = clock.now()
    with house.database.write() as tx:
        server = Server(tx, house.issuer, now)
        client = server.query_client("officer-desk")
        assert client is not None
        principal = find_principal(tx, person, None, now)
        assert principal is not None
        scope = scope_of_roles(" ".join(scopes or SCOPES), principal.roles)
        token = house.issuer.issue(client, principal, scope, now)
    return {"Authorization": f"Bearer {token['access_token']}"}


def test_organisation_is_read_by_any_identifier(house: House) -> None:
    headers = token_of(house, house.officer)
    for identifier in ("gss:E10000017", "orgid:GB-LAE-LAN"):
        answer = requests.get(f"{house.url}{ORGANISATIONS}/{identifier}", headers=headers, timeout=10)
        assert answer.json()["id"] == "gss:E10000017"
        assert answer.json()["aliases"] == ["orgid:GB-LAE-LAN"]
    unknown = requests.get(f"{house.url}{ORGANISATIONS}/ods:XXX", headers=headers, timeout=10)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-organisation")


def test_pages_of_organisations_follow_a_cursor(house: House) -> None:
    headers, seen = token_of(house, house.officer), []
    cursor: str | None = ""
    while cursor is not None:
        address = f"{house.url}{ORGANISATIONS}?cursor={cursor}&limit=1"
        answer = requests.get(address, headers=headers, timeout=10).json()
        seen += [organisation["id"] for organisation in answer["results"]]
        cursor = answer["next"]
    assert seen == ["gss:E10000017", "ods:RTX"]


def test_mailboxes_of_roles_name_nobody(house: House) -> None:
    headers = token_of(house, house.officer)
    answer = requests.get(
        f"{house.url}/api/v1/people", params={"organisation": "orgid:GB-LAE-LAN"}, headers=headers, timeout=10
    )
    assert answer.json()["results"] == [
        {"organisation": "gss:E10000017", "role": role, "contact": "ig@lancashire.test"}
        for role in ("admin", "dpo", "ig_officer")
    ]
    everyone = requests.get(f"{house.url}/api/v1/people", headers=headers, timeout=10)
    assert "olwen" not in everyone.text.lower()


def test_nobody_registers_an_organisation_over_http(house: House) -> None:
    headers = token_of(house, house.administrator)
    answer = requests.post(house.url + ORGANISATIONS, json=COUNCIL.model_dump(), headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


def test_officer_without_the_scope_is_told_which(house: House) -> None:
    headers = token_of(house, house.officer, "register:write")
    answer = requests.get(house.url + ORGANISATIONS, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert 'scope="register:read"' in answer.headers["www-authenticate"]


@pytest.mark.spec("RFC 9728", "5.1")
def test_stranger_is_told_where_to_get_a_token(house: House) -> None:
    answer = requests.get(house.url + ORGANISATIONS, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")
    metadata = f"{house.url}/.well-known/oauth-protected-resource"
    assert answer.headers["www-authenticate"] == f'Bearer resource_metadata="{metadata}"'
    resource = requests.get(metadata, timeout=10).json()
    assert resource["resource"] == house.issuer.url
    assert resource["authorization_servers"] == [house.issuer.url]


@pytest.mark.spec("RFC 8414", "3.3")
@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
def test_metadata_says_only_what_is_true(house: House, name: str) -> None:
    said = requests.get(f"{house.url}/.well-known/{name}", timeout=10).json()
    assert said["issuer"] == house.issuer.url
    assert said["scopes_supported"] == list(SCOPES)
    assert said["code_challenge_methods_supported"] == ["S256"]
    keys = requests.get(said["jwks_uri"], timeout=10).json()["keys"]
    assert [key["kid"] for key in keys] == [house.issuer.keys.keys[0].kid]
    assert "d" not in keys[0]
    assert requests.post(said["token_endpoint"], data={}, timeout=10).json()["error"] == "invalid_request"
    assert requests.get(said["authorization_endpoint"], timeout=10).status_code == 400
    assert not any("id_token" in member for member in said)


def test_token_endpoint_takes_forms_only_and_is_never_cached(house: House) -> None:
    url = f"{house.url}/oauth/token"
    json_body = requests.post(url, json={"grant_type": "client_credentials"}, timeout=10)
    assert (json_body.status_code, json_body.json()["error"]) == (400, "invalid_request")
    assert json_body.headers["cache-control"] == "no-store"
    assert requests.get(url, timeout=10).status_code == 405
    assert requests.post(url, data={"x": "y" * 70_000}, timeout=10).status_code == 413


@pytest.mark.spec("RFC 6749", "5.2")
def test_tried_authorization_header_is_answered_with_its_scheme(house: House) -> None:
    answer = requests.post(
        f"{house.url}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=("lancashire-mash", "secret"),
        timeout=10,
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_token_of_a_revoked_client_is_refused_at_once(house: House) -> None:
    wanted = OAuthRequest(
        "POST",
        f"{house.issuer.url}/oauth/token",
        [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion(aud=house.issuer.url, now=clock.now())),
        ],
    )
    with house.database.write() as tx:
        issued = Server(tx, house.issuer, clock.now()).answer_token_request(wanted)
    headers = {"Authorization": f"Bearer {issued.body['access_token']}"}
    assert requests.get(f"{house.url}/whoami", headers=headers, timeout=10).status_code == 200
    with house.database.write() as tx:
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=clock.now())
        apply_revocations(house.verifier, tx)
    refused = requests.get(f"{house.url}/whoami", headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (401, "token-refused")
