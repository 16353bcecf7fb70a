"""An answer in plain words: one sentence for each outcome, and what stands beside it."""

import json
from typing import Any

import pytest

from registry.callers import Caller
from registry.decisions.desk import Asked
from registry.decisions.rules import Outcome
from registry.decisions.words.rendering import encode
from registry.frontline import views
from registry.frontline.choices import LISTS, NOT_LISTED, Choices
from registry.frontline.finding import Search
from registry.frontline.views import SENTENCES, Answer
from tests.unit.decisions.making import COUNCIL, NOW, TRUST, desk_of, flow, index_of, policies

OFFICER = Caller(COUNCIL, person="p1", scopes=frozenset({"decisions:ask"}))
FACTS = {
    "category": "safeguarding-flag",
    "subject_group": "child",
    "purpose": "child-safeguarding",
    "volume": "one",
}


def chosen(**changes: Any) -> Choices:
    facts = FACTS | {name: changes.pop(name) for name in LISTS if name in changes}
    return Choices("us", TRUST, facts=tuple(facts.items()), **changes)


def answer(choices: Choices, **changes: Any) -> Answer:
    """What the desk says, with one flow, to a question of the council."""
    question = choices.question(COUNCIL)
    asked = Asked(question, NOW, encode(question))
    return Answer.of(json.loads(desk_of(flow(**changes)).advise(asked, OFFICER)), "en")


def test_every_outcome_has_its_one_sentence() -> None:
    assert SENTENCES.keys() == set(Outcome)
    for sentence in SENTENCES.values():
        assert sentence.english.endswith(".")
        assert sentence.english.count(".") == 1
        assert "lawful" not in sentence.english


def test_a_yes_names_its_clause_its_obligations_and_its_caveat() -> None:
    said = answer(chosen())
    assert said.is_permitted
    assert said.clause == views.Clause("ISA-1", 1, "f1")
    assert [one["code"] for one in said.obligations] == ["min-items", "identifiability", "method"]
    assert said.advice["en"].startswith("The agreement covers this kind of sharing; it does not decide")
    assert not said.may_judge


def test_a_no_names_what_comes_nearest_and_leaves_one_case_to_judgement() -> None:
    said = answer(chosen(purpose="fraud-prevention"))
    assert said.sentence == SENTENCES["PURPOSE_NOT_COVERED"]
    assert [change["en"] for change in said.changes] == ["Purpose: Safeguarding children."]
    assert said.near == views.Clause("ISA-1", 1, "f1")
    assert said.may_judge
    assert not answer(chosen(volume="bulk")).may_judge


def test_a_fact_that_was_not_said_is_asked_for_and_told_once() -> None:
    said = answer(chosen(), age_bands=("0-4",))
    assert said.sentence == views.DEPENDS
    assert said.missing == ("age_band",)
    assert said.reasons == ()
    assert {*said.missing} <= views.LABELS.keys()


def test_an_item_beyond_the_agreement_leaves_those_that_are_covered() -> None:
    said = answer(chosen(items=("child-protection-plan", NOT_LISTED)))
    assert said.sentence == SENTENCES["ITEM_NOT_COVERED"]
    assert said.allowed == ("child protection plan",)


def test_what_is_left_open_may_be_any_fact_that_the_engine_can_miss() -> None:
    assert set(index_of().vocabulary.facts) - {"items"} <= views.LABELS.keys()


def test_both_ends_are_named_with_whom_to_ask() -> None:
    giver, receiver = answer(chosen()).contacts
    assert (giver.name["en"], giver.duty, giver.ig) == (
        "Lancashire County Council",
        "duty@council.test",
        "ig@council.test",
    )
    assert receiver.name["cy"] == "Morecambe Bay Trust (cy)"


@pytest.mark.parametrize(
    ("found", "part", "field"), [((), "", "part"), ((), "xyz", "part"), (("a", "b"), "x", "other")]
)
def test_the_fault_of_the_other_body_is_where_it_can_be_put_right(found: Any, part: str, field: str) -> None:
    faults = views.faults_of(Choices("us", facts=tuple(FACTS.items())), found, Search(part))
    assert [fault.field for fault in faults] == [field]


def test_a_search_alone_is_not_told_what_else_is_left_to_choose() -> None:
    assert [fault.field for fault in views.faults_of(Choices(), [], Search("xyz", is_asked=True))] == ["part"]
    assert views.faults_of(Choices(other=TRUST), [], Search(is_asked=True)) == ()


def test_the_question_comes_back_in_words() -> None:
    lines = views.summary(
        chosen(items=("missing-episodes", NOT_LISTED), urgent=True),
        COUNCIL,
        law=policies().law,
        index=index_of(),
    )
    told = {label.english: values for label, values in lines}
    assert told["Who would give it"] == [
        {"en": "Lancashire County Council", "cy": "Lancashire County Council (cy)"}
    ]
    assert told["Items"] == ["missing episodes", views.OTHER_ITEM]
    assert told["What it is for"] == [{"en": "Safeguarding children", "cy": "Diogelu plant"}]
    assert told["Someone may be at risk of serious harm now"] == [views.YES]
