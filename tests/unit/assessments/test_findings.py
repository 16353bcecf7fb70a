"""Screening, the matrix of a body, departures from advice, differences, and the public record of a tool."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assessments.atrs import FIELDS, Facts, as_csv, record_of
from registry.assessments.covers import Extent
from registry.assessments.differences import Difference, differences
from registry.assessments.rules import departs
from registry.assessments.screening import LISTS, screen
from registry.assessments.transitions import Status, Verdict
from tests.samples.assessments import LAW, dpia, ethics_document, risk

MATRIX = LAW.risk_matrix
CRITERIA = [one.code for listed in LAW.dpia_screening.values() for one in listed.criteria]
FACTS = Facts(
    id="a1", owner="police:x", organisation="Force X", status=Status.APPROVED, decided_on=None, dpias=("d1",)
)


@given(st.sets(st.sampled_from(CRITERIA)))
def test_a_dpia_is_needed_exactly_when_the_law_requires_one(criteria: set[str]) -> None:
    answer = screen(LAW, criteria)
    assert answer.needed == LAW.requires_dpia(criteria)
    assert {reason.code for reason in answer.reasons} == criteria
    assert answer.presumed <= answer.needed


def test_every_list_of_the_law_is_asked_in_a_document() -> None:
    assert set(LISTS.values()) == LAW.dpia_screening.keys()


def test_a_body_raises_a_cell_of_the_matrix_and_the_rest_stays() -> None:
    own = MATRIX.tightened({"minimal": {"probable": "medium"}})
    assert own.level(likelihood="probable", severity="minimal") == "medium"
    assert own.level(likelihood="remote", severity="minimal") == "low"
    assert MATRIX.level(likelihood="probable", severity="minimal") == "low"


@pytest.mark.parametrize(
    "cells",
    [
        {"severe": {"probable": "medium"}},
        {"severe": {"probable": "extreme"}},
        {"severe": {"never": "high"}},
        {"dire": {"probable": "high"}},
    ],
)
def test_no_cell_is_lowered_or_invented(cells: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="/"):
        MATRIX.tightened(cells)


@pytest.mark.parametrize(
    ("advice", "verdict", "conditions", "departing"),
    [
        ("against", "approve", 0, True),
        ("against", "reject", 0, False),
        ("more-work", "approve_with_conditions", 1, True),
        ("conditions", "approve", 0, True),
        ("conditions", "approve_with_conditions", 1, False),
        ("support", "approve", 0, False),
        ("", "approve", 0, False),
    ],
)
def test_an_approval_departs_from_advice_against_it(
    advice: str, verdict: Verdict, conditions: int, departing: bool
) -> None:
    assert departs(advice, verdict, conditions=conditions) == departing


def test_what_an_agreement_has_beyond_a_scope_is_told() -> None:
    agreement = Extent(categories=frozenset({"identity", "housing"}), parties=frozenset({"police:x"}))
    missing = agreement.beyond(Extent(categories=frozenset({"identity"})))
    assert missing == Extent(categories=frozenset({"housing"}), parties=frozenset({"police:x"}))
    assert not agreement.beyond(agreement)


def test_risks_are_compared_by_their_id_and_the_salt_by_nobody() -> None:
    before = dpia(risks=[risk(), risk(id="r2", code="not-sharing")]) | {"salt": "a"}
    after = dpia(risks=[risk(id="r2", code="not-sharing"), risk(severity="minimal")]) | {"salt": "b"}
    assert differences(before, after) == (Difference("/risks/1/severity", "severe", "minimal"),)
    gone = differences(after, dpia(risks=[risk(severity="minimal")]))
    assert [(one.pointer, one.before["id"], one.after) for one in gone] == [("/risks/-", "r2", None)]


JSON_VALUES = st.recursive(
    st.text(max_size=3) | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
DOCUMENTS = st.dictionaries(st.sampled_from(["title", "need", "covers"]), JSON_VALUES)


@given(DOCUMENTS, DOCUMENTS)
def test_texts_differ_exactly_where_they_differ(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = {one.pointer.split("/")[1] for one in differences(before, after)}
    assert found == {name for name in before | after if before.get(name) != after.get(name)}


def test_the_record_of_a_tool_has_every_column_and_runs_no_formula() -> None:
    said = {"description": "=HYPERLINK(1)", "tags": ["police", "faces"]}
    record = record_of(ethics_document(public_record=said), FACTS)
    heading, row = csv.reader(io.StringIO(as_csv(record)))
    shown = dict(zip(heading, row, strict=True))
    assert heading == [name for name, _ in FIELDS]
    assert shown["1.2 description"] == "'=HYPERLINK(1)"
    assert shown["2.5.1 impact assessments"].startswith("DPIA d1; Data-ethics assessment a1")
    assert "contact" in record["missing"]
