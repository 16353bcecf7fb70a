"""Every sentence of the pages is there in Welsh: all of them, no more, and saying the same things."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from registry.web.pages import lazy
from registry.web.pages.gathering import KIT, MessageId, catalogue_of, parts, sentences_of
from registry.web.pages.words import REGISTRY, catalogue_files, translations

SAME_IN_BOTH = {"Log"}
PARTS = parts()
EACH_PART = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)


@cache
def said_by(part: Path) -> set[MessageId]:
    """What a part says itself; what the kit says too, the kit translates."""
    return sentences_of(part) - (set() if part == KIT else said_by(KIT))


def written(part: Path) -> list[Message]:
    return [message for message in catalogue_of(part) if message.id]


def english_of(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def welsh_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def marks(sentence: str) -> Counter[str]:
    """What has to be the same in both languages: the facts filled in, and the tags around words."""
    return Counter(re.findall(r"%\(\w+\)s|</?[a-z][^>]*>", sentence))


@EACH_PART
def test_every_sentence_has_its_welsh(part: Path) -> None:
    catalogue = catalogue_of(part)
    without = [
        sentence
        for sentence in said_by(part)
        if (message := catalogue.get(sentence)) is None or not all(welsh_of(message))
    ]
    assert not without


@EACH_PART
def test_no_welsh_is_left_over_or_uncertain(part: Path) -> None:
    assert [message.id for message in written(part) if message.id not in said_by(part)] == []
    assert [message.id for message in written(part) if message.fuzzy] == []
    assert not catalogue_of(part).obsolete


@EACH_PART
def test_both_languages_fill_in_and_mark_up_the_same(part: Path) -> None:
    for message in written(part):
        expected = marks(english_of(message)[-1])
        for welsh in filter(None, welsh_of(message)):
            missing_one = {"%(count)s"} if len(welsh_of(message)) > 1 else set()
            assert set(expected - marks(welsh)) <= missing_one, message.id
            assert not marks(welsh) - expected, message.id


@EACH_PART
def test_no_sentence_holds_a_percent_sign_that_fills_in_nothing(part: Path) -> None:
    """Templates would fail to fill it in; "per cent" is read out better as well."""
    for message in written(part):
        for sentence in (*english_of(message), *welsh_of(message)):
            assert not re.search(r"%(?!\(\w+\)s)", sentence), message.id


@EACH_PART
def test_welsh_is_not_english_again(part: Path) -> None:
    for message in written(part):
        if message.id not in SAME_IN_BOTH and re.search(r"[A-Za-z]{3,}", english_of(message)[0]):
            assert not set(english_of(message)) & set(welsh_of(message)), message.id


def test_two_features_say_one_sentence_in_the_same_words() -> None:
    catalogues: dict[str, tuple[Path, list[str]]] = {}
    for part in PARTS:
        for message in written(part):
            first, words = catalogues.setdefault(repr(message.id), (part, welsh_of(message)))
            assert words == welsh_of(message), f"{first.name} and {part.name}: {message.id}"


def test_every_catalogue_belongs_to_a_part_that_speaks() -> None:
    assert {path.parent for path in catalogue_files()} == set(PARTS)


def test_a_sentence_nobody_gathers_is_not_said() -> None:
    """`_(variable)` is found by no tool: in templates everything said is a literal."""
    for template in REGISTRY.rglob("*.html"):
        calls = re.findall(r"(?<![\w.])(?:_|gettext|ngettext)\(\s*([^)\s]?)", template.read_text("utf-8"))
        assert set(calls) <= {'"', "'"}, template


def test_the_catalogues_have_the_plural_forms_of_welsh() -> None:
    assert Catalog(locale="cy").num_plurals == 5
    for path in catalogue_files():
        assert Catalog(locale="cy").plural_forms in path.read_text("utf-8"), path


def test_a_sentence_is_said_in_either_language_with_its_facts() -> None:
    reviewed = lazy("Last reviewed %(day)s.", day="1 May 2026")
    assert reviewed.said("en") == "Last reviewed 1 May 2026."
    assert reviewed.said("cy") == "Adolygwyd ddiwethaf ar 1 May 2026."


def test_english_counts_one_and_more() -> None:
    say = translations("en").ngettext
    assert [say("one", "many", count) for count in (0, 1, 2)] == ["many", "one", "many"]
