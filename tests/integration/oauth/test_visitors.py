"""Who looks at a page: for whom they act, where strangers are sent, whose forms are taken."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from registry import clock
from registry.callers import SYSTEM
from registry.oauth import queries
from registry.oauth.rules import SCOPES
from registry.organisations.actions import end_role
from tests.integration.oauth.porch import Porch
from tests.integration.oauth.test_sign_in import COOKIE, csrf_token, sign_in
from tests.oauth_world import AUTHORIZATION, REDEMPTION, House


@pytest.fixture
def officer(house: House) -> requests.Session:
    """The browser of the officer, who has signed in."""
    browser = requests.Session()
    assert sign_in(house, browser).status_code == 302
    return browser


def choose(house: House, browser: requests.Session, organisation: str) -> requests.Response:
    token = csrf_token(browser.get(f"{house.url}/account"))
    form = {"csrf_token": token, "organisation": organisation}
    return browser.post(f"{house.url}/account/organisation", data=form, allow_redirects=False)


def test_visitor_is_whom_the_api_would_see(house: House, officer: requests.Session) -> None:
    for organisation in ("gss:E10000017", "ods:RTX"):
        choose(house, officer, organisation)
        seen = officer.get(f"{house.url}/visited").json()
        asked = AUTHORIZATION | {"organisation": organisation}
        back = officer.get(f"{house.url}/oauth/authorize", params=asked, allow_redirects=False)
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        token = officer.post(f"{house.url}/oauth/token", data=REDEMPTION | {"code": code}).json()
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        caller = requests.get(f"{house.url}/whoami", headers=bearer, timeout=10).json()
        assert (seen["organisation"], seen["person"], seen["roles"]) == (
            caller["organisation"],
            caller["person"],
            caller["roles"],
        )
        assert set(caller["scopes"]) <= set(seen["scopes"]) <= set(SCOPES)


def test_only_ones_own_organisation_is_chosen(house: House, officer: requests.Session) -> None:
    assert choose(house, officer, "ods:RTX").headers["location"] == "/account"
    for other in ("gss:E06000009", "", "x" * 500):
        choose(house, officer, other)
        assert officer.get(f"{house.url}/greeted").json() == {"organisation": "ods:RTX"}


def test_role_that_ends_ends_the_choice(house: House, officer: requests.Session) -> None:
    choose(house, officer, "ods:RTX")
    with house.database.write() as tx:
        end_role(
            tx,
            person=house.officer,
            organisation="ods:RTX",
            role="auditor",
            caller=SYSTEM,
            now=clock.now(),
        )
    assert officer.get(f"{house.url}/visited").json()["organisation"] == "gss:E10000017"


def test_stranger_comes_back_to_the_page_after_signing_in(house: House) -> None:
    browser = requests.Session()
    away = browser.get(f"{house.url}/visited?q=a%20b", allow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (303, "/login?next=%2Fvisited%3Fq%3Da%2520b")
    browser.get(house.url + away.headers["location"])
    assert sign_in(house, browser).headers["location"] == "/visited?q=a%20b"
    assert browser.get(f"{house.url}/login", allow_redirects=False).headers["location"] == "/home"
    assert requests.get(f"{house.url}/greeted", timeout=10).json() == {"organisation": ""}


def test_form_of_a_stranger_leads_back_to_the_page_that_held_it(house: House) -> None:
    for sender, wanted in (
        (f"{house.url}/visited?x=1", "/login?next=%2Fvisited%3Fx%3D1"),
        ("https://evil.test//evil.test", "/login"),
        ("", "/login"),
    ):
        headers = {"referer": sender}
        answer = requests.post(f"{house.url}/visited", headers=headers, timeout=10, allow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, wanted)


@pytest.mark.parametrize("wanted", ["//evil.test", "https://evil.test", "/\\evil.test", "evil"])
def test_nobody_is_sent_elsewhere(house: House, wanted: str) -> None:
    browser = requests.Session()
    browser.get(f"{house.url}/login", params={"next": wanted})
    assert sign_in(house, browser).headers["location"] == "/home"
    again = browser.get(f"{house.url}/login", params={"next": wanted}, allow_redirects=False)
    assert again.headers["location"] == "/home"


def test_forms_are_taken_from_the_visitors_own_pages_alone(house: House, officer: requests.Session) -> None:
    own = officer.get(f"{house.url}/visited").json()["csrf_token"]
    other = requests.Session()
    sign_in(house, other)
    foreign = other.get(f"{house.url}/visited").json()["csrf_token"]

    def send(token: str, **headers: str) -> int:
        form = {"csrf_token": token}
        return officer.post(f"{house.url}/visited", data=form, headers=headers).status_code

    assert send(own) == 200
    assert send(own, Origin=house.url) == 200
    assert send(foreign) == 403
    assert send("") == 403
    assert send(own, Origin="https://evil.test") == 403
    assert send(own, **{"Sec-Fetch-Site": "cross-site"}) == 403


def test_who_holds_no_role_is_told_so_in_the_account(porch: Porch) -> None:
    browser = porch.browser()
    browser.give_password()
    porch.enrol_app(browser)
    with porch.database.write() as tx:
        for organisation, role in (("gss:E10000017", "signatory"), ("ods:RTX", "dpo")):
            end_role(
                tx,
                person=porch.person,
                organisation=organisation,
                role=role,
                caller=SYSTEM,
                now=clock.now(),
            )
    assert browser.get("/visited").headers["location"] == "/account"
    assert browser.get("/greeted").json() == {"organisation": ""}
    assert "You hold no role at any organisation now" in browser.get("/account").text


def test_people_see_and_end_their_own_sessions_and_no_others(house: House, officer: requests.Session) -> None:
    telephone, colleague = requests.Session(), requests.Session()
    telephone.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Version/18.4 Safari/604.1"
    sign_in(house, telephone)
    assert "Safari, iPhone" in officer.get(f"{house.url}/account/sessions").text
    sign_in(house, colleague, username="ada")
    theirs, hers = queries.digest(telephone.cookies[COOKIE]), queries.digest(colleague.cookies[COOKIE])
    for session in (hers, theirs):
        token = csrf_token(officer.get(f"{house.url}/account/sessions"))
        form = {"csrf_token": token, "session": session}
        assert officer.post(f"{house.url}/account/sessions/end", data=form).status_code == 200
    with house.database.read() as reading:
        assert queries.find_session(reading, telephone.cookies[COOKIE]) is None
        assert queries.find_session(reading, colleague.cookies[COOKIE]) is not None
    assert officer.get(f"{house.url}/greeted").json()["organisation"]


def test_signing_out_everywhere_ends_every_session(house: House, officer: requests.Session) -> None:
    telephone = requests.Session()
    sign_in(house, telephone)
    token = csrf_token(officer.get(f"{house.url}/account/sessions"))
    form = {"csrf_token": token, "everywhere": "yes"}
    assert officer.post(f"{house.url}/logout", data=form, allow_redirects=False).headers["location"] == "/"
    for browser in (officer, telephone):
        assert browser.get(f"{house.url}/greeted").json() == {"organisation": ""}


def test_one_click_makes_one_someone_of_the_demo_and_nobody_else(house: House) -> None:
    browser = requests.Session()
    page = browser.get(f"{house.url}/login/demo")
    assert 'value="olwen"' in page.text
    assert 'value="ada"' not in page.text
    before = browser.cookies[COOKIE]

    def become(username: str, token: str) -> requests.Response:
        form = {"csrf_token": token, "username": username}
        return browser.post(f"{house.url}/login/demo", data=form, allow_redirects=False)

    assert become("ada", csrf_token(page)).status_code == 404
    assert become("nobody", csrf_token(page)).status_code == 404
    assert become("olwen", "stale").status_code == 403
    assert become("olwen", csrf_token(page)).headers["location"] == "/home"
    assert browser.cookies[COOKIE] != before
    assert browser.get(f"{house.url}/visited").json()["person"] == house.officer
