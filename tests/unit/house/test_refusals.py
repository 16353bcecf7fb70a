"""Every refusal can be told to a person in English and in Welsh."""

import re
from collections import Counter

import pytest

from registry.errors import Refusal
from registry.web.catalogue import catalogue
from tests.unit.house.source import modules


def every_refusal(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """A kind of refusal and all below it, of every module of the registry."""
    modules()
    below = (
        every_refusal(other) for other in kind.__subclasses__() if other.__module__.startswith("registry.")
    )
    return {kind}.union(*below)


REFUSALS = sorted(every_refusal(), key=lambda refusal: f"{refusal.__module__}.{refusal.__name__}")
EACH = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
MESSAGES = sorted(catalogue().items())


@EACH
def test_a_refusal_has_its_sentences(refusal: type[Refusal]) -> None:
    message = catalogue()[refusal.code]
    assert all((message.title_en, message.title_cy, message.en, message.cy))


@EACH
def test_a_refusal_says_what_it_means(refusal: type[Refusal]) -> None:
    assert (refusal.__doc__ or "").strip()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", refusal.code)


def test_no_two_refusals_share_a_code() -> None:
    shared = {code for code, count in Counter(refusal.code for refusal in REFUSALS).items() if count > 1}
    assert shared == set()


@pytest.mark.parametrize(("code", "message"), MESSAGES, ids=[code for code, _ in MESSAGES])
def test_both_languages_tell_the_same_facts(code: str, message: object) -> None:
    def facts(*names: str) -> set[str]:
        return {fact for name in names for fact in re.findall(r"\{(\w+)\}", getattr(message, name))}

    assert facts("title_en") == facts("title_cy") == set()
    assert facts("en") == facts("cy")
