"""Where a browser may be sent after it signed in, and what it is called."""

import pytest

from registry.oauth.browsers import named
from registry.oauth.rules import local_path


@pytest.mark.parametrize(
    "path", ["/", "/sign/ISA-1/2", "/cy/register?q=ysbyty&kind=dpia", "/register?q=a%20b", "/a//b"]
)
def test_a_path_of_ours_is_taken(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "home",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "https://evil.test/",
        "javascript:alert(1)",
        "/#//evil.test",
        "/ŵ",
        "/" + "a" * 2000,
    ],
)
def test_nothing_that_could_lead_elsewhere_is_taken(path: str | None) -> None:
    assert local_path(path) is None


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.4 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("python-requests/2.34", ""),
    ],
)
def test_a_browser_has_a_name_that_people_know(user_agent: str, name: str) -> None:
    assert named(user_agent) == name
