"""Whatever is asked of a bundle, it answers: INDETERMINATE, never a yes, and never by falling over."""

import base64
from typing import Any

import pytest

from registry.bundles.evaluate import Bundle
from registry.bundles.signing import BundleKey
from tests.unit.bundles.asking import Round, by_javascript, by_python
from tests.unit.bundles.taking import content, key_in
from tests.unit.decisions.making import COUNCIL, NOW, TRUST, flow, question

WHOLE = question()
BROKEN: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "a text": "may we?",
    "a number": 1,
    "no members": {},
    "no subject": {name: value for name, value in WHOLE.items() if name != "subject"},
    "a subject that is a text": WHOLE | {"subject": TRUST},
    "a subject without a type": WHOLE | {"subject": {"id": TRUST}},
    "a subject without an id": WHOLE | {"subject": {"type": "organisation", "id": ""}},
    "an action that is nothing": WHOLE | {"action": {"name": None}},
    "a resource that is a list": WHOLE | {"resource": ["x"]},
    "a context that is nothing": WHOLE | {"context": None},
    "a context that is a list": WHOLE | {"context": []},
    "a purpose that is a list": question(purpose=["child-safeguarding"]),
    "a purpose that is nothing": question(purpose=None),
    "items that are a text": question(items="child-protection-plan"),
    "items that are numbers": question(items=[1]),
    "a size that is a text": question(min_log_size="1"),
    "a size below nought": question(min_log_size=-1),
    "a size that is true": question(min_log_size=True),
    "an instant without an offset": question(at="2026-11-23T12:00:00"),
    "a day that there is not": question(at="2026-02-30T12:00:00Z"),
    "an hour that there is not": question(at="2026-11-23T25:00:00Z"),
    "Arabic digits": question(at="٢٠٢٦-11-23T12:00:00Z"),
}
UNCLEAR: dict[str, Any] = {
    "no category": question(category=""),
    "three parts": question(category="a~b"),
    "another type": WHOLE | {"subject": {"type": "person", "id": TRUST}},
    "a category from the language itself": question(category="constructor"),
    "an action from the language itself": question(action="__proto__"),
    "a purpose from the language itself": question(purpose="toString"),
    "another recipient": question(recipient=COUNCIL),
    "what was known": question(known_at="2026-11-23T12:00:00Z"),
    "for somebody else": question(on_behalf_of=COUNCIL),
    "a holder from the language itself": question(holder="__proto__", subject=TRUST),
}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> BundleKey:
    return key_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def answers(key: BundleKey) -> dict[str, list[Any]]:
    """What both evaluators answer to everything that follows."""
    asked = {**BROKEN, **UNCLEAR, "as it should be": WHOLE}
    one = Round(key.sign(content([flow()])), TRUST, NOW.timestamp(), list(asked.values()), [])
    keys = {"keys": [key.public]}
    pairs = zip(by_python(one, keys), by_javascript([one], keys)[0], strict=True)
    return {name: list(pair) for name, pair in zip(asked, pairs, strict=True)}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_question_is_told_so(answers: dict[str, list[Any]], name: str) -> None:
    for answer in answers[name]:
        assert (answer["decision"], answer["outcome"]) == (False, "INDETERMINATE")
        assert [reason["code"] for reason in answer["reasons"]] == ["bad-question"]


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_cannot_be_answered_here_is_no_yes(answers: dict[str, list[Any]], name: str) -> None:
    python, javascript = answers[name]
    assert python == javascript
    assert python["decision"] is False
    assert python["outcome"] in ("INDETERMINATE", "NOT_COVERED")


def test_what_is_asked_as_it_should_be_is_permitted(answers: dict[str, list[Any]]) -> None:
    assert [answer["decision"] for answer in answers["as it should be"]] == [True, True]


def test_keys_that_are_none_are_no_reason_to_fall_over(key: BundleKey) -> None:
    text = key.sign(content([flow()]))
    told: list[Any] = [None, [], [{}], [key.public | {"x": "AA"}], [key.public | {"kid": "another"}]]
    for keys in ({}, *({"keys": listed} for listed in told)):
        one = Round(text, TRUST, NOW.timestamp(), [WHOLE], [])
        for answer in (by_python(one, keys)[0], by_javascript([one], keys)[0][0]):
            assert answer["reasons"][0]["code"] == "bundle-not-trusted"


def test_a_header_that_nests_without_end_is_trusted_by_nobody(key: BundleKey) -> None:
    header = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    bundle = Bundle(f"{header}.e30.e30", {"keys": [key.public]}, TRUST)
    assert bundle.fault == "bundle-not-trusted"
