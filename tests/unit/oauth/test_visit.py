"""The session cookie over TLS, and where a form may lead."""

import pytest

from registry.oauth.sessions import Session
from registry.oauth.visit import Visit


def visit(url: str, redirect_uri: str = "https://desk.test:8443/callback?x=1") -> Visit:
    """A browser that came from a client."""
    session = Session("secret", "token", None, [("redirect_uri", redirect_uri)])
    return Visit(session, url, "en")


def test_cookie_is_bound_to_the_host_over_tls() -> None:
    (cookie,) = visit("https://registry.test").answering(200)["cookies"]
    assert (cookie.key, cookie.secure, cookie.httponly, cookie.samesite, cookie.path, cookie.domain) == (
        "__Host-registry-session",
        True,
        True,
        "lax",
        "/",
        None,
    )


def test_cookie_over_loopback_http_is_not_marked_secure() -> None:
    (cookie,) = visit("http://127.0.0.1:8000").answering(200)["cookies"]
    assert (cookie.key, cookie.secure) == ("registry-session", False)


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [("https://desk.test:8443/callback?x=1", "https://desk.test:8443"), ("", "")],
)
def test_form_may_lead_to_the_client_and_nowhere_else(redirect_uri: str, origin: str) -> None:
    assert visit("https://registry.test", redirect_uri).answering(200)["form_action"] == origin


def test_wait_is_told_in_seconds() -> None:
    assert visit("https://registry.test").answering(429, 61)["headers"] == {"retry-after": "61"}


def test_redirects_carry_the_cookie_and_are_not_kept() -> None:
    answer = visit("https://registry.test").go("/account")
    assert answer.headers["cache-control"] == "no-store"
    assert [cookie.value for cookie in answer.cookies] == ["secret"]
