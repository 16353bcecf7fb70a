"""Client libraries nobody here wrote get tokens, over real HTTP."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from requests_oauthlib import OAuth2Session as RequestsSession

from tests.oauth_world import PARTNER_KEY, PASSWORD, REDIRECT, House


def test_authlib_partner_gets_a_token_and_is_known_by_it(house: House) -> None:
    with AuthlibSession(
        "lancashire-mash", PARTNER_KEY, token_endpoint_auth_method="private_key_jwt", scope="decisions:ask"
    ) as session:
        session.register_client_auth_method(
            PrivateKeyJWT(
                house.issuer.url, claims={"exp": int(time.time()) + 240}, headers={"kid": "k1"}, alg="ES256"
            )
        )
        token = session.fetch_token(f"{house.url}/oauth/token", grant_type="client_credentials")
        known = session.get(f"{house.url}/whoami").json()
    assert token["scope"] == "decisions:ask"
    assert token["expires_in"] == 900
    assert known == {
        "organisation": "gss:E10000017",
        "person": None,
        "client": "lancashire-mash",
        "roles": [],
        "scopes": ["decisions:ask"],
        "mode": "enforce",
    }


def test_requests_oauthlib_officer_signs_in_with_code_and_s256(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with (
        RequestsSession("officer-desk", redirect_uri=REDIRECT, pkce="S256", scope=None) as client,
        requests.Session() as browser,
    ):
        address, state = client.authorization_url(f"{house.url}/oauth/authorize")
        login = browser.get(address)
        assert urlsplit(login.url).path == "/login"
        csrf_token = re.search(r'name="csrf_token" value="([^"]+)"', login.text)
        assert csrf_token is not None
        back = browser.post(
            login.url,
            data={"username": "Olwen", "password": PASSWORD, "csrf_token": csrf_token[1]},
            allow_redirects=False,
        )
        assert back.status_code == 302
        assert back.headers["location"].startswith(REDIRECT + "?")
        parameters = parse_qs(urlsplit(back.headers["location"]).query)
        assert parameters["iss"] == [house.issuer.url]
        assert parameters["state"] == [state]
        token = client.fetch_token(
            f"{house.url}/oauth/token",
            authorization_response=back.headers["location"],
            include_client_id=True,
        )
        known = client.get(f"{house.url}/whoami").json()
    assert token["scope"] == ["register:read", "register:write", "approve"]
    assert known["organisation"] == "gss:E10000017"
    assert known["person"] == house.officer
    assert known["roles"] == ["dpo", "ig_officer"]
