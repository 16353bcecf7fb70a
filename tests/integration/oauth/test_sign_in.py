"""An officer's browser at the sign-in pages, over real HTTP."""

import re
from collections.abc import Iterator

import pytest
import requests

from registry.db import Database
from registry.oauth import sessions
from registry.oauth.rules import ATTEMPTS_BY_USERNAME, SESSION_IDLE, SESSION_LONGEST
from registry.web.pages.files import static
from tests.oauth_world import AUTHORIZATION, NOW, PASSWORD, House

COOKIE = "registry-session"


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session


def csrf_token(page: requests.Response) -> str:
    """The hidden token of the form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def sign_in(house: House, browser: requests.Session, path: str = "/login", **form: str) -> requests.Response:
    """The answer to the sign-in form, filled in rightly but for `form`."""
    token = csrf_token(browser.get(house.url + path))
    data = {"username": "olwen", "password": PASSWORD, "csrf_token": token} | form
    return browser.post(house.url + path, data=data, allow_redirects=False)


def test_officer_signs_in_sees_it_and_signs_out(house: House, browser: requests.Session) -> None:
    before = browser.get(f"{house.url}/login").cookies[COOKIE]
    signed_in = sign_in(house, browser)
    assert (signed_in.status_code, signed_in.headers["location"]) == (302, "/home")
    assert browser.cookies[COOKIE] != before
    account = browser.get(f"{house.url}/account")
    assert "Olwen" in account.text
    assert "Lancashire County Council" in account.text
    assert browser.get(f"{house.url}/login", allow_redirects=False).headers["location"] == "/home"
    out = browser.post(f"{house.url}/logout", data={"csrf_token": csrf_token(account)}, allow_redirects=False)
    assert out.headers["location"] == "/"
    away = browser.get(f"{house.url}/account", allow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (303, "/login?next=%2Faccount")


def test_session_from_before_the_sign_in_is_worth_nothing(house: House, browser: requests.Session) -> None:
    browser.get(f"{house.url}/login")
    planted = browser.cookies[COOKIE]
    sign_in(house, browser)
    with requests.Session() as thief:
        thief.cookies.set(COOKIE, planted)
        assert "/login?" in thief.get(f"{house.url}/account", allow_redirects=False).headers["location"]


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House, browser: requests.Session) -> None:
    cookie = browser.get(f"{house.url}/login").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


def test_signed_in_officer_goes_straight_back_to_the_client(house: House, browser: requests.Session) -> None:
    sign_in(house, browser)
    back = browser.get(f"{house.url}/oauth/authorize", params=AUTHORIZATION, allow_redirects=False)
    assert back.headers["location"].startswith("http://127.0.0.1:5555/callback?code=")
    assert back.headers["cache-control"] == "no-store"


def test_return_address_is_in_the_session_not_in_the_url(house: House, browser: requests.Session) -> None:
    away = browser.get(f"{house.url}/oauth/authorize", params=AUTHORIZATION, allow_redirects=False)
    assert away.headers["location"] == "/login"
    page = browser.get(f"{house.url}/login?next=https://evil.test&redirect_uri=https://evil.test")
    assert "evil.test" not in page.text
    assert "form-action 'self' http://127.0.0.1:5555;" in page.headers["content-security-policy"]
    assert sign_in(house, browser).headers["location"].startswith("http://127.0.0.1:5555/callback?code=")


def test_unknown_client_gets_a_page_not_a_redirect(house: House, browser: requests.Session) -> None:
    page = browser.get(
        f"{house.url}/oauth/authorize", params=AUTHORIZATION | {"client_id": "nobody"}, allow_redirects=False
    )
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "This sign-in cannot go on" in page.text


@pytest.mark.parametrize(
    "query", ["x" * 9000, "response_type=%ff", "state=%00", "&".join("ab" for _ in range(60))]
)
def test_hostile_queries_get_a_page(house: House, browser: requests.Session, query: str) -> None:
    assert browser.get(f"{house.url}/oauth/authorize?{query}").status_code == 400


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"password": "wrong"}, "username", "The user name or password is not right"),
        ({"username": "nobody"}, "username", "The user name or password is not right"),
        ({"username": "", "password": "x"}, "username", "Enter your user name"),
        ({"password": ""}, "password", "Enter your password"),
    ],
)
def test_faults_are_summed_up_and_linked_to_their_field(
    house: House, browser: requests.Session, form: dict[str, str], field: str, sentence: str
) -> None:
    page = sign_in(house, browser, **form)
    assert page.status_code == 400
    assert "<title>Error: Sign in" in page.text
    assert f'<a href="#{field}">{sentence}</a>' in page.text
    assert f'aria-describedby="{field}-error"' in page.text
    assert PASSWORD not in page.text


def test_typed_user_name_is_escaped(house: House, browser: requests.Session) -> None:
    page = sign_in(house, browser, username='"><script>alert(1)</script>')
    assert "<script>alert" not in page.text


def test_form_of_another_session_is_refused(house: House, browser: requests.Session) -> None:
    with requests.Session() as other:
        foreign = csrf_token(other.get(f"{house.url}/login"))
    for token in (foreign, "", "ŵ"):
        assert sign_in(house, browser, csrf_token=token).status_code == 403
    without_cookie = requests.post(
        f"{house.url}/login",
        data={"username": "olwen", "password": PASSWORD, "csrf_token": foreign},
        timeout=10,
    )
    assert without_cookie.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
    ],
)
def test_form_from_another_site_is_refused(
    house: House, browser: requests.Session, headers: dict[str, str]
) -> None:
    token = csrf_token(browser.get(f"{house.url}/login"))
    data = {"username": "olwen", "password": PASSWORD, "csrf_token": token}
    answer = browser.post(f"{house.url}/login", data=data, headers=headers, allow_redirects=False)
    assert answer.status_code == 403


def test_own_origin_is_accepted(house: House, browser: requests.Session) -> None:
    browser.headers.update({"Origin": house.url, "Sec-Fetch-Site": "same-origin"})
    assert sign_in(house, browser).status_code == 302


def test_guessing_is_slowed_down_with_retry_after(house: House, browser: requests.Session) -> None:
    for _ in range(ATTEMPTS_BY_USERNAME):
        assert sign_in(house, browser, password="wrong").status_code == 400
    blocked = sign_in(house, browser)
    assert blocked.status_code == 429
    assert 1 <= int(blocked.headers["retry-after"]) <= 600
    assert sign_in(house, browser, username="ada").status_code == 302


def test_success_clears_the_count(house: House, browser: requests.Session) -> None:
    for _ in range(ATTEMPTS_BY_USERNAME - 1):
        sign_in(house, browser, password="wrong")
    assert sign_in(house, browser).status_code == 302
    browser.cookies.clear()
    assert sign_in(house, browser, password="wrong").status_code == 400


def test_welsh_pages_are_welsh_and_link_to_their_twin(house: House, browser: requests.Session) -> None:
    page = browser.get(f"{house.url}/cy/login")
    assert '<html lang="cy"' in page.text
    assert 'href="/login"' in page.text
    assert 'action="/cy/login"' in page.text
    assert "Cyfrinair" in page.text
    wrong = sign_in(house, browser, "/cy/login", password="wrong")
    assert "Nid yw’r enw defnyddiwr na’r cyfrinair yn gywir" in wrong.text
    away = browser.get(
        f"{house.url}/oauth/authorize", params=AUTHORIZATION | {"ui_locales": "cy en"}, allow_redirects=False
    )
    assert away.headers["location"] == "/cy/login"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/cy", 200),
        ("/login", 200),
        ("/cy/login", 200),
        (static("registry.css"), 200),
        ("/static/../files.py", 404),
        ("/oauth/jwks", 200),
        ("/oauth/authorize", 400),
        ("/nowhere", 404),
    ],
)
def test_every_answer_carries_security_headers(
    house: House, browser: requests.Session, path: str, status: int
) -> None:
    answer = browser.get(house.url + path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_session_ends_when_idle_and_after_eight_hours(database: Database) -> None:
    with database.write() as tx:
        session = sessions.begin(tx, NOW)
        assert sessions.find(tx, session.cookie, NOW + SESSION_IDLE) is None
        instant = NOW
        while instant < NOW + SESSION_LONGEST:
            assert sessions.resume(tx, session.cookie, instant).cookie == session.cookie
            instant += SESSION_IDLE / 2
        assert sessions.find(tx, session.cookie, NOW + SESSION_LONGEST) is None
        assert sessions.resume(tx, session.cookie, NOW + SESSION_LONGEST).cookie != session.cookie
