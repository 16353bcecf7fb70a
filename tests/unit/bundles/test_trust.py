"""Nothing is answered from a bundle that is too old, damaged, another's, or not signed by the registry."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.bundles import evaluate
from registry.bundles.evaluate import Bundle
from registry.bundles.signing import BundleKey
from registry.decisions.words.wording import wording
from tests.unit.bundles.asking import Round, by_javascript, by_python
from tests.unit.bundles.taking import LIFETIME, content, key_in
from tests.unit.decisions.making import COUNCIL, NOW, TRUST, flow, question

HERE = Path(evaluate.__file__).parent
ISSUED, HOUR = NOW.timestamp(), 3600
Json = dict[str, Any]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> BundleKey:
    return key_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def text(key: BundleKey) -> str:
    return key.sign(content([flow()]))


def both(key: BundleKey, text: str, now: float = ISSUED, organisation: str = TRUST) -> list[Json]:
    """What each evaluator answers to a question that the bundle permits."""
    asked = Round(text, organisation, now, [question()], [])
    keys = {"keys": [key.public]}
    return [by_python(asked, keys)[0], by_javascript([asked], keys)[0][0]]


def changed(text: str, **changes: Any) -> str:
    """A bundle whose header says something else."""
    header, payload, signature = text.split(".")
    named = json.loads(base64.urlsafe_b64decode(header + "=="))
    spelt = base64.urlsafe_b64encode(json.dumps(named | changes).encode()).rstrip(b"=").decode()
    return f"{spelt}.{payload}.{signature}"


def with_payload_of(other: str, text: str) -> str:
    """A bundle with the content of another."""
    header, _, signature = text.split(".")
    return f"{header}.{other.split('.')[1]}.{signature}"


def with_other_signature(text: str) -> str:
    return text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB")


BROKEN: dict[str, Callable[[str], str]] = {
    "another signature": with_other_signature,
    "no signature": lambda text: text.rpartition(".")[0] + ".",
    "two segments": lambda text: text.rpartition(".")[0],
    "four segments": lambda text: text + ".e30",
    "algorithm none": lambda text: changed(text, alg="none"),
    "another type": lambda text: changed(text, typ="decision-receipt+jwt"),
    "another key": lambda text: changed(text, kid="another"),
    "a key of its own": lambda text: changed(text, jwk={}),
    "another compression": lambda text: changed(text, zip="GZIP"),
    "a critical extension": lambda text: changed(text, crit=["b64"], b64=False),
    "cut off": lambda text: text[: len(text) // 2],
    "nothing": lambda _text: "",
    "a web page": lambda _text: "<!doctype html><title>503</title>",
}


def test_a_bundle_permits_while_it_is_young(key: BundleKey, text: str) -> None:
    for now in (ISSUED - 60, ISSUED, ISSUED + LIFETIME.total_seconds() - 1):
        assert [answer["decision"] for answer in both(key, text, now)] == [True, True]


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (ISSUED + LIFETIME.total_seconds(), "bundle-expired"),
        (ISSUED + 365 * 24 * HOUR, "bundle-expired"),
        (ISSUED - 61, "bundle-not-yet-valid"),
        (0.0, "bundle-not-yet-valid"),
    ],
)
def test_past_its_age_and_before_its_time_it_says_nothing(
    key: BundleKey, text: str, now: float, code: str
) -> None:
    for answer in both(key, text, now):
        check_unusable(answer, code)


def test_without_the_time_it_says_nothing(key: BundleKey, text: str) -> None:
    bundle = Bundle(text, {"keys": [key.public]}, TRUST)
    assert bundle.answer(question(), float("nan"))["decision"] is False


@pytest.mark.parametrize("how", BROKEN)
def test_what_the_registry_did_not_sign_says_nothing(key: BundleKey, text: str, how: str) -> None:
    for answer in both(key, BROKEN[how](text)):
        check_unusable(answer, "bundle-not-trusted")


def test_a_longer_life_is_not_believed(key: BundleKey, text: str) -> None:
    longer = with_payload_of(key.sign(content([flow()]) | {"exp": 2**40}), text)
    for answer in both(key, longer, ISSUED + LIFETIME.total_seconds()):
        check_unusable(answer, "bundle-not-trusted")


def test_another_key_of_the_same_name_does_not_count(key: BundleKey, text: str, tmp_path: Path) -> None:
    other = key_in(tmp_path).public | {"kid": key.public["kid"]}
    assert Bundle(text, {"keys": [other]}, TRUST).fault == "bundle-not-trusted"


def test_a_bundle_of_a_later_form_is_not_guessed_at(key: BundleKey) -> None:
    for answer in both(key, key.sign(content([flow()]) | {"schema": "bundle/2"})):
        check_unusable(answer, "bundle-not-trusted")


def test_another_bodys_bundle_says_nothing(key: BundleKey, text: str) -> None:
    for answer in both(key, text, organisation=COUNCIL):
        check_unusable(answer, "bundle-not-ours")


def test_an_advising_bundle_gives_no_decision(key: BundleKey) -> None:
    for answer in both(key, key.sign(content([flow()], mode="advise"))):
        assert "decision" not in answer
        assert answer["outcome"] == "PERMIT"


def test_a_permit_is_not_relied_on_beyond_the_bundles_age(key: BundleKey, text: str) -> None:
    for answer in both(key, text, ISSUED + LIFETIME.total_seconds() - 60):
        assert answer["valid_until"] == "2026-11-23T20:00:00Z"


def test_both_evaluators_say_the_same_without_a_bundle(key: BundleKey, text: str) -> None:
    assert wording().advice["emergency"]._asdict() == evaluate.EMERGENCY
    for broken, now in ((text, 0.0), (text, 2.0**40), ("", ISSUED)):
        python, javascript = both(key, broken, now)
        assert python == javascript
    python, javascript = both(key, text, organisation=COUNCIL)
    assert python == javascript


def test_the_evaluators_stand_alone() -> None:
    python, javascript = (
        (HERE / name).read_text(encoding="utf-8") for name in ("evaluate.py", "evaluate.mjs")
    )
    assert "registry." not in "".join(
        line for line in python.splitlines() if line.startswith(("import", "from"))
    )
    assert not any(line.startswith("import ") for line in javascript.splitlines())
    assert "fetch(" not in javascript


def check_unusable(answer: Json, code: str) -> None:
    """It is no yes, says why, and what to do in an emergency, in both languages."""
    assert (answer["decision"], answer["outcome"], answer["agreement"]) == (False, "INDETERMINATE", None)
    assert [reason["code"] for reason in answer["reasons"]] == [code]
    assert {name: answer["advice"][name] for name in ("en", "cy")} == wording().advice["emergency"]._asdict()
