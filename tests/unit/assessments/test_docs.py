"""`docs/assessments.md` says what the code does."""

import re

import pytest

from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.schemas import (
    AdoptionIn,
    AdviceIn,
    AnswerIn,
    ConditionMetIn,
    ConsultationIn,
    DecisionIn,
    EffectIn,
    ExtensionIn,
    MatrixIn,
    ReopenIn,
    ReplyIn,
    ReviewCallIn,
    ReviewHeldIn,
    RevisionIn,
    RevocationIn,
    RollOutIn,
)
from registry.assessments.transitions import TRANSITIONS, Kind, Transition
from registry.settings import ROOT
from registry.web.body import WireModel, parse
from tests.samples.assessments import LAW

PAGE = (ROOT / "docs/assessments.md").read_text(encoding="utf-8")
BODIES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
MODELS: list[type[WireModel]] = [
    DpiaDocument,
    EthicsDocument,
    AdviceIn,
    ConsultationIn,
    DecisionIn,
    AdoptionIn,
    RevocationIn,
    ExtensionIn,
    ReplyIn,
    AnswerIn,
    ConditionMetIn,
    ReviewCallIn,
    ReviewHeldIn,
    RevisionIn,
    MatrixIn,
    ReopenIn,
    RollOutIn,
    EffectIn,
]


@pytest.mark.parametrize(("body", "model"), list(zip(BODIES, MODELS, strict=True)))
def test_every_body_is_one_that_the_registry_takes(body: str, model: type[WireModel]) -> None:
    document = parse(body.encode(), model)
    if isinstance(document, DpiaDocument | EthicsDocument):
        assert document.unknown_codes(LAW) == ()
    if isinstance(document, DpiaDocument):
        assert document.gaps(LAW) == ()


@pytest.mark.parametrize("kind", Kind)
def test_the_tables_of_steps_are_the_transition_tables(kind: Kind) -> None:
    section = PAGE.partition(f"## Steps of a {'DPIA' if kind is Kind.DPIA else 'data-ethics'}")[2]
    told = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")][1:]
    assert told == [_line(row) for row in TRANSITIONS[kind]]


def _line(row: Transition) -> str:
    source = f"`{row.source}`" if row.source else "-"
    guard = row.guard.__name__.removeprefix("is_").replace("_", " ")
    return f"| {source} | {row.action} | {row.role} | {guard} | `{row.target}` |"
