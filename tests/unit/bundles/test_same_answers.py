"""Both evaluators answer from a bundle what the registry answers: to the letter, in both languages."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from registry.bundles.signing import BundleKey
from tests.unit.bundles.asking import REFUSED, Round, by_javascript, by_python, differences, rounds
from tests.unit.bundles.taking import key_in

SEED = 20261122


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> BundleKey:
    return key_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def asked(key: BundleKey) -> Sequence[Round]:
    return list(rounds(Random(SEED), key, 60))  # noqa: S311 - repeatable, not secret


def test_the_python_evaluator_answers_as_the_registry(asked: Sequence[Round], key: BundleKey) -> None:
    keys = {"keys": [key.public]}
    assert differences(asked, [by_python(one, keys) for one in asked]) == []


def test_the_javascript_evaluator_answers_as_the_registry(asked: Sequence[Round], key: BundleKey) -> None:
    assert differences(asked, by_javascript(asked, {"keys": [key.public]})) == []


def test_the_questions_come_to_every_outcome(asked: Sequence[Round]) -> None:
    outcomes = Counter(answer["outcome"] for one in asked for answer in one.online if answer is not REFUSED)
    assert len(outcomes) == 10


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_the_evaluators_answer_as_the_registry_to_five_thousand_questions(key: BundleKey, seed: int) -> None:
    asked = list(rounds(Random(SEED + seed), key, 250))  # noqa: S311 - repeatable, not secret
    keys = {"keys": [key.public]}
    assert differences(asked, [by_python(one, keys) for one in asked]) == []
    assert differences(asked, by_javascript(asked, keys)) == []
