"""Pages: twins, titles, headers, the menu, what is missing from them, and forms of our own."""

import re
from typing import Any

import pytest
from jinja2.exceptions import UndefinedError
from litestar import Response

from registry.web.forms import is_own_form
from registry.web.headers import content_security_policy
from registry.web.home import TESTED_ON
from registry.web.pages import FieldFault, Language, english, in_language, language_of, page
from registry.web.pages.environment import environment
from registry.web.pages.places import PLACES, SIGN_IN


def sorry(language: Language = "en", path: str = "/nowhere", **values: Any) -> Response[str]:
    return page("error", path, language, **({"title": "Sorry", "sentences": ["a <b>"]} | values))


@pytest.mark.parametrize(
    ("in_english", "in_welsh"), [("/", "/cy"), ("/login", "/cy/login"), ("/register?q=a", "/cy/register?q=a")]
)
def test_each_page_has_its_twin(in_english: str, in_welsh: str) -> None:
    assert in_language(in_english, "cy") == in_welsh
    assert english(in_welsh) == in_english
    assert language_of(in_welsh) == "cy"
    assert language_of(in_english) == "en"
    assert f'hreflang="cy" href="{in_welsh}"' in sorry(path=in_english).content
    assert f'hreflang="en" href="{in_english}"' in sorry("cy", path=in_english).content


def test_an_address_that_only_begins_like_welsh_is_english() -> None:
    assert language_of("/cycle") == "en"
    assert english("/cycle") == "/cycle"


@pytest.mark.parametrize("path", ["/cy//evil.test", "/cy/\\evil.test", "//evil.test", "/cy/\\/evil.test"])
def test_no_twin_is_on_another_host(path: str) -> None:
    assert english(path) == "/evil.test"


@pytest.mark.parametrize(("language", "title"), [("en", "Error: Sorry"), ("cy", "Gwall: Sorry")])
def test_a_page_in_error_says_so_in_its_title_and_summary(language: Language, title: str) -> None:
    answer = sorry(language, faults=(FieldFault("password", "Rhowch <b>"),))
    assert f"<title>{title} – " in answer.content
    assert '<a href="#password">Rhowch &lt;b&gt;</a>' in answer.content
    assert "a &lt;b&gt;" in answer.content


def test_a_page_says_its_language_and_is_kept_by_nobody() -> None:
    answer = sorry("cy")
    assert answer.content.startswith('<!DOCTYPE html>\n<html lang="cy"')
    assert answer.headers["content-language"] == "cy"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("visitor", "shown"), [(None, ["/login"]), ("Olwen", ["/home", "/account"])])
def test_the_menu_offers_what_a_reader_can_use(visitor: str | None, shown: list[str]) -> None:
    places = re.findall(r'service-navigation__link" href="([^"]+)"', sorry(visitor=visitor).content)
    assert places[:5] == ["/register", "/bodies", "/matrix", "/can-we-share", "/verify"]
    assert places[5:] == shown


def test_the_menu_marks_where_one_is() -> None:
    assert 'href="/register" aria-current="page"' in sorry(path="/register?page=2").content
    assert 'href="/register" aria-current="true"' in sorry(path="/register/ISA-1").content


@pytest.mark.parametrize(
    "source",
    ["{{ nobody }}", "{{ page.nobody }}", "{{ nobody.passed.it }}", "{% for one in nobody %}{% endfor %}"],
)
def test_what_nobody_passed_is_an_error_and_not_an_empty_place(source: str) -> None:
    with pytest.raises(UndefinedError):
        environment("en").from_string(source).render(page=page)


def test_policy_allows_our_own_scripts_in_files_and_one_more_form_target() -> None:
    policy = content_security_policy("http://127.0.0.1:5555")
    assert "form-action 'self' http://127.0.0.1:5555;" in policy
    assert "script-src 'self';" in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"origin": "https://registry.test"}, True),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://registry.test"}, True),
        ({"origin": "https://evil.test", "host": "registry.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://registry.test"}, False),
    ],
)
def test_forms_of_other_sites_are_told_apart(headers: dict[str, str], own: bool) -> None:
    assert is_own_form(headers, "https://registry.test") is own


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("home", {"entries": (*PLACES, SIGN_IN)}),
        ("accessibility", {"tested_on": TESTED_ON}),
        ("feedback", {"contact": "mailto:a@b.test", "address": "a@b.test"}),
    ],
)
def test_the_pages_about_the_service_are_whole_in_both_languages(
    language: Language, template: str, values: dict[str, Any]
) -> None:
    content = page(template, f"/{template}", language, **values).content
    assert content.count("<h1") == 1
    assert content.rstrip().endswith("</html>")
    assert "%" not in re.sub(r"%[0-9A-F]{2}", "", content)
