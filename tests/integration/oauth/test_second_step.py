"""More than a password: an app's codes, recovery codes and passkeys, behind https on both databases."""

import pytest

from registry import clock
from registry.db import Database
from registry.demo.authenticator import PRESENT
from registry.oauth import proving, queries
from registry.oauth.enrolling import reset_sign_in
from registry.oauth.passwords import hash_password
from registry.oauth.rules import ATTEMPTS_AT_CODE
from registry.oauth.steps import Typed
from registry.organisations.queries import find_person
from tests.integration.oauth.porch import COOKIE, Browser, Porch, authenticator
from tests.oauth_world import AUTHORIZATION

WAYS = "/account/sign-in"


def signed_in_with_app(porch: Porch) -> tuple[Browser, list[str]]:
    """A person who set up an app at their first sign-in, and their recovery codes."""
    browser = porch.browser()
    browser.give_password()
    return browser, porch.enrol_app(browser)


def test_password_alone_opens_nothing_but_the_way_to_enrol(porch: Porch) -> None:
    browser = porch.browser()
    assert browser.give_password().headers["location"] == "/login/step"
    assert browser.get("/login/step").headers["location"] == WAYS
    for page in ("/account", "/account/sessions"):
        assert browser.get(page).headers["location"] == "/login/step"
    assert browser.get("/visited").headers["location"] == "/login?next=%2Fvisited"
    assert browser.get("/greeted").json() == {"organisation": ""}
    asked = browser.get("/oauth/authorize", **{name: str(value) for name, value in AUTHORIZATION.items()})
    assert asked.headers["location"] == "/login"
    assert "A password alone is not enough" in browser.get(WAYS).text


def test_first_app_signs_in_with_a_new_cookie_and_recovery_codes(porch: Porch) -> None:
    browser = porch.browser()
    browser.get("/login?next=/account/sessions")
    browser.give_password()
    before = browser.cookie
    codes = porch.enrol_app(browser)
    assert len(set(codes)) == 10
    assert browser.cookie != before
    assert browser.get("/login").headers["location"] == "/account/sessions"
    assert browser.where() == ""
    assert porch.types()[:2] == ["recovery_codes.made", "second_step.enrolled"]


def test_cookie_is_bound_to_the_host(porch: Porch) -> None:
    cookie = porch.browser().get("/login").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_app_is_not_enrolled_by_a_wrong_code(porch: Porch) -> None:
    browser = porch.browser()
    browser.give_password()
    for code in ("000000", "1-AAAAA-AAAAA", ""):
        wrong = browser.send(f"{WAYS}/app", f"{WAYS}/app", code=code)
        assert wrong.status_code == 400
        assert "The code is not right" in wrong.text
    assert browser.where() == "/login/step"


def test_code_signs_in_once(porch: Porch) -> None:
    signed_in_with_app(porch)
    browser, thief = porch.browser(), porch.browser()
    for one in (browser, thief):
        assert one.give_password().headers["location"] == "/login/step"
    code = porch.code(browser)
    assert browser.send("/login/step", "/login/step", code=code).headers["location"] == "/home"
    again = thief.send("/login/step", "/login/step", code=code)
    assert again.status_code == 400
    assert "was used before" in again.text
    assert thief.where() == "/login/step"


def test_code_that_enrolled_the_app_does_not_sign_in(porch: Porch) -> None:
    signed_in_with_app(porch)
    browser = porch.browser()
    browser.give_password()
    assert browser.send("/login/step", "/login/step", code=porch.enrolled_with).status_code == 400


def test_recovery_code_signs_in_once_and_the_log_says_so(porch: Porch) -> None:
    _, codes = signed_in_with_app(porch)
    first, second = porch.browser(), porch.browser()
    for browser in (first, second):
        browser.give_password()
    assert first.send("/login/step", "/login/step", code=codes[3].lower()).status_code == 302
    assert porch.types()[0] == "recovery_code.used"
    assert second.send("/login/step", "/login/step", code=codes[3]).status_code == 400
    assert second.send("/login/step", "/login/step", code=codes[4]).status_code == 302
    assert "You have 8 left" in second.get(WAYS).text


def test_of_two_at_once_one_takes_a_recovery_code(porch: Porch) -> None:
    _, codes = signed_in_with_app(porch)
    number, _, code = codes[0].partition("-")
    typed, now = Typed(code.replace("-", ""), int(number)), clock.now()
    with porch.database.read() as reading:
        proofs = [proving.check_code(reading, porch.person, typed, keys=porch.vault, now=now)] * 2
    taken = []
    for proof in proofs:
        assert proof is not None
        with porch.database.write() as tx:
            taken.append(proving.take(tx, proof, now))
    assert taken == [True, False]


def test_guessing_codes_is_slowed_down(porch: Porch) -> None:
    signed_in_with_app(porch)
    browser = porch.browser()
    browser.give_password()
    for _ in range(ATTEMPTS_AT_CODE):
        assert browser.send("/login/step", "/login/step", code="000000").status_code == 400
    blocked = browser.send("/login/step", "/login/step", code=porch.code(browser))
    assert blocked.status_code == 429
    assert 1 <= int(blocked.headers["retry-after"]) <= 600


def test_who_has_a_second_step_enrols_no_other_without_it(porch: Porch) -> None:
    signed_in_with_app(porch)
    thief = porch.browser()
    thief.give_password()
    assert thief.get(WAYS).headers["location"] == "/login/step"
    for page in ("passkey", "app"):
        assert thief.get(f"{WAYS}/{page}").headers["location"].startswith("/login?next=")
    for form in ("passkey", "passkey/end", "app", "app/end", "recovery-codes"):
        assert thief.send(f"{WAYS}/{form}", "/login/step").status_code == 303
    assert "second_step.ended" not in porch.types()


def test_change_takes_a_step_shown_lately_and_a_new_cookie(porch: Porch) -> None:
    browser, _ = signed_in_with_app(porch)
    porch.forget_proof(browser)
    away = browser.get(f"{WAYS}/passkey")
    assert away.headers["location"] == "/login/step?next=%2Faccount%2Fsign-in%2Fpasskey"
    assert browser.where() == ""
    before = browser.cookie
    back = browser.send("/login/step", away.headers["location"], code=porch.code(browser))
    assert back.headers["location"] == f"{WAYS}/passkey"
    assert browser.cookie != before
    assert browser.get(f"{WAYS}/passkey").status_code == 200


def test_showing_it_again_does_not_prolong_the_session(porch: Porch, database: Database) -> None:
    browser, _ = signed_in_with_app(porch)

    def began() -> object:
        with database.read() as reading:
            row = queries.find_session(reading, browser.cookie)
        return row and row.started_at

    before = began()
    porch.forget_proof(browser)
    browser.send("/login/step", "/login/step", code=porch.code(browser))
    assert began() == before


def test_last_step_stays(porch: Porch) -> None:
    browser, _ = signed_in_with_app(porch)
    assert browser.send(f"{WAYS}/app/end", WAYS).status_code == 409
    porch.enrol_passkey(browser, authenticator())
    assert browser.send(f"{WAYS}/app/end", WAYS).headers["location"] == WAYS
    assert browser.send(f"{WAYS}/app/end", WAYS).status_code == 409
    assert porch.types()[0] == "second_step.ended"


def test_new_recovery_codes_end_the_old(porch: Porch) -> None:
    browser, old = signed_in_with_app(porch)
    assert browser.send(f"{WAYS}/recovery-codes", WAYS).status_code == 200
    other = porch.browser()
    other.give_password()
    assert other.send("/login/step", "/login/step", code=old[0]).status_code == 400


def test_passkey_signs_in_without_a_user_name(porch: Porch) -> None:
    passkey, browser = authenticator(), porch.browser()
    browser.give_password()
    made = porch.enrol_passkey(browser, passkey)
    assert "Your recovery codes" in made.text
    assert porch.types()[:2] == ["recovery_codes.made", "passkey.enrolled"]
    other = porch.browser()
    options = other.options("/login")
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert other.use(passkey, "/login").headers["location"] == "/home"
    assert other.where() == ""


def test_passkey_is_the_second_step_of_its_holder(porch: Porch) -> None:
    passkey, browser = authenticator(), porch.browser()
    browser.give_password()
    porch.enrol_passkey(browser, passkey)
    other = porch.browser()
    other.give_password()
    assert len(other.options("/login/step")["allowCredentials"]) == 1
    assert other.use(passkey, "/login/step").headers["location"] == "/home"
    stranger = porch.browser()
    said = stranger.assertion(passkey, "/login")
    stranger.give_password("ada")
    assert stranger.send("/login/passkey", f"{WAYS}/app", passkey=said).status_code == 400
    assert stranger.where() == "/login/step"


@pytest.mark.parametrize(
    "changes",
    [{"flags": PRESENT}, {"origin": "https://evil.test"}, {"rp_id": "evil.test"}, {"credential": b"unknown"}],
)
def test_passkey_used_wrongly_signs_nobody_in(porch: Porch, changes: dict[str, object]) -> None:
    passkey, browser = authenticator(), porch.browser()
    browser.give_password()
    porch.enrol_passkey(browser, passkey)
    other = porch.browser()
    wrong = authenticator(**{"credential": passkey.credential, "private": passkey.private} | changes)
    assert other.use(wrong, "/login").status_code == 400
    assert other.where().startswith("/login?")


def test_what_a_passkey_signed_for_another_browser_is_worth_nothing(porch: Porch) -> None:
    passkey, browser = authenticator(), porch.browser()
    browser.give_password()
    porch.enrol_passkey(browser, passkey)
    victim, thief = porch.browser(), porch.browser()
    said = victim.assertion(passkey, "/login")
    assert thief.send("/login/passkey", "/login", passkey=said).status_code == 400
    assert thief.send("/login/passkey", "/login", passkey="{}").status_code == 400
    assert victim.send("/login/passkey", "/login", passkey=said).status_code == 302


def test_ended_passkey_signs_nobody_in(porch: Porch) -> None:
    passkey, (browser, _) = authenticator(), signed_in_with_app(porch)
    assert porch.enrol_passkey(browser, passkey).headers["location"] == WAYS
    with porch.database.read() as reading:
        (row,) = proving.steps_of(reading, porch.person).passkeys
    assert browser.send(f"{WAYS}/passkey/end", WAYS, id="not-mine").status_code == 404
    assert browser.send(f"{WAYS}/passkey/end", WAYS, id=row.id).headers["location"] == WAYS
    assert porch.types()[0] == "passkey.ended"
    assert porch.browser().use(passkey, "/login").status_code == 400


def test_passkey_needs_a_role_that_approves(porch: Porch) -> None:
    browser = porch.browser()
    browser.give_password("ada")
    assert "Passkeys are for those whose role approves" in browser.get(WAYS).text
    assert browser.get(f"{WAYS}/passkey").status_code == 403


def test_bad_enrolment_is_refused_on_its_page(porch: Porch) -> None:
    browser = porch.browser()
    browser.give_password()
    for passkey in (authenticator(origin="https://evil.test"), authenticator(flags=PRESENT)):
        refused = porch.enrol_passkey(browser, passkey)
        assert refused.status_code == 400
        assert "The passkey could not be taken" in refused.text
    assert browser.send(f"{WAYS}/passkey", f"{WAYS}/app", passkey="{}").status_code == 400


def test_demo_is_no_way_in_where_others_can_reach(porch: Porch) -> None:
    browser = porch.browser()
    assert "demo" not in browser.get("/login").text
    assert browser.get("/login/demo").status_code == 404
    assert browser.send("/login/demo", "/login", username="olwen").status_code == 404
    assert browser.give_password("olwen").headers["location"] == "/login/step"
    assert browser.where() == "/login/step"


def test_operator_resets_what_someone_lost(porch: Porch) -> None:
    browser, _codes = signed_in_with_app(porch)
    porch.enrol_passkey(browser, authenticator())
    with porch.database.write() as tx:
        reset_sign_in(tx, porch.person, hash_password("a wholly new password"), clock.now())
    assert porch.types()[:2] == ["sign_in.reset", "passkey.ended"]
    assert browser.where().startswith("/login?")
    with porch.database.read() as reading:
        found = proving.steps_of(reading, porch.person)
        row = find_person(reading, "gwen")
    assert (found.count, found.recovery_codes) == (0, 0)
    assert row is not None
    other = porch.browser()
    assert other.give_password().status_code == 400
    token = {"username": "gwen", "password": "a wholly new password"}
    assert other.send("/login", "/login", **token).headers["location"] == "/login/step"
    assert other.get("/login/step").headers["location"] == WAYS
