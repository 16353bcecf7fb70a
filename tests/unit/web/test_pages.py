"""Pages: every sentence in both languages, twins, headers, and forms of our own."""

import re

import pytest

from registry.web.forms import is_own_form
from registry.web.headers import content_security_policy
from registry.web.pages import HERE, FieldFault, in_language, language_of, page, texts


def test_every_sentence_exists_in_both_languages_and_differs() -> None:
    for key, sentence in texts().items():
        assert sentence.keys() == {"en", "cy"}, key
        assert sentence["en"] != sentence["cy"], key
        placeholders = [re.findall(r"\{\w+\}", words) for words in sentence.values()]
        assert placeholders[0] == placeholders[1], key


def test_templates_use_only_sentences_that_exist() -> None:
    for template in HERE.glob("*.html"):
        used = re.findall(r'\bt\("([a-z-]+)"[,)]', template.read_text("utf-8"))
        assert set(used) <= texts().keys(), template.name


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    for template in HERE.glob("*.html"):
        assert not re.search(r"<script|<style| style=| on[a-z]+=", template.read_text("utf-8")), template.name


@pytest.mark.parametrize(
    ("english", "welsh"), [("/", "/cy"), ("/login", "/cy/login"), ("/account", "/cy/account")]
)
def test_each_page_has_its_twin(english: str, welsh: str) -> None:
    assert in_language(english, "cy") == welsh
    assert language_of(welsh) == "cy"
    assert language_of(english) == "en"
    assert language_of("/cycle") == "en"


def test_page_in_error_says_so_in_its_title_and_summary() -> None:
    answer = page(
        "login", "/login", "cy", faults=(FieldFault("password", "Rhowch <b>"),), username="", csrf_token="t"
    )
    assert "<title>Gwall: Mewngofnodi" in answer.content
    assert '<a href="#password">Rhowch &lt;b&gt;</a>' in answer.content
    assert 'lang="en" hreflang="en" href="/login"' in answer.content


def test_policy_allows_no_script_and_one_more_form_target() -> None:
    policy = content_security_policy("http://127.0.0.1:5555")
    assert "form-action 'self' http://127.0.0.1:5555;" in policy
    assert "script-src" not in policy
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
