"""A register comes in as a spreadsheet: understood, tried, loaded, attested, taken back."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest

from registry.agreements.schemas import ReasonIn
from registry.callers import Caller
from registry.exchange import intake
from registry.exchange.intake import Loaded, Trial
from registry.exchange.rules import (
    BadRows,
    ImportLoaded,
    MayNotExchange,
    NoSuchColumn,
    NoSuchImport,
    NothingLoaded,
)
from tests.integration.exchange.registers import CSV, WELSH, XLSX, as_csv, as_xlsx, row
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

REASON = ReasonIn(reason="The wrong file.")


def send(desk: Desk, content: bytes, media_type: str = CSV, by: Caller | None = None) -> Trial:
    with desk.db.write() as tx:
        return intake.receive(
            tx, content, media_type, caller=by or desk.officer(), now=NOW, policies=POLICIES
        )


def mapping(trial: Trial) -> dict[str, str]:
    return {one.field: one.column for one in trial.guesses if one.field}


def load(desk: Desk, trial: Trial, *, as_attested: bool = False, **changes: str) -> Loaded:
    with desk.db.write() as tx:
        return intake.load(
            tx,
            trial.id,
            mapping(trial) | changes,
            as_attested=as_attested,
            caller=desk.officer(),
            now=NOW,
            policies=POLICIES,
        )


def do(desk: Desk, action: Any, *given: Any, by: Caller) -> Loaded:
    with desk.db.write() as tx:
        done: Loaded = action(tx, *given, caller=by, now=NOW, policies=POLICIES)
        return done


@pytest.mark.parametrize(
    ("content", "media_type"), [(as_csv(row()), CSV), (as_xlsx(row()), XLSX)], ids=["csv", "xlsx"]
)
def test_the_columns_of_a_register_are_guessed(desk: Desk, content: bytes, media_type: str) -> None:
    trial = send(desk, content, media_type)
    assert {one.heading: one.field for one in trial.guesses} == {
        "Agreement name": "title",
        "Ref": "reference",
        "Data provider": "from",
        "Shared with": "to",
        "Purpose of sharing": "purposes",
        "Data subjects": "subject_groups",
        "Data shared": "categories",
        "Lawful basis": "art6",
        "Date started": "starts_on",
        "Expiry date": "expires_on",
        "Next review date": "review_on",
        "Retention": "retention",
        "Date signed": "signed_on",
        "SHA-256": "pdf",
    }
    assert trial.faults == []


def test_a_welsh_register_is_understood(desk: Desk) -> None:
    trial = send(desk, as_csv(WELSH))
    assert (trial.faults, trial.missing) == ([], [])
    assert trial.rows[0].terms is not None
    assert trial.rows[0].terms.flows[0].retention.period == "P6Y"


def test_a_dry_run_makes_nothing(desk: Desk) -> None:
    before = desk.size()
    send(desk, as_csv(row()))
    assert desk.size() == before


def test_a_row_becomes_a_draft_that_says_what_the_row_says(desk: Desk) -> None:
    loaded = load(desk, send(desk, as_xlsx({**row(), "Date started": date(2025, 4, 1)}), XLSX))
    terms = desk.read(loaded.refs[0]).version.terms
    assert terms.title.en == "Housing figures"
    assert (terms.starts_on, terms.review_on) == (date(2025, 4, 1), date(2027, 4, 1))
    assert [item.category for item in terms.items] == ["housing", "identity"]
    assert (terms.flows[0].from_, terms.flows[0].to) == (LANCASHIRE, BLACKPOOL)
    assert {basis.art6 for basis in terms.flows[0].bases} == {"e"}
    assert desk.status(loaded.refs[0]) == "draft"


def test_each_fault_names_its_cell(desk: Desk) -> None:
    wrong = row(
        **{
            "Agreement name": "",
            "Shared with": "Nowhere Council",
            "Purpose of sharing": "Curiosity",
            "Date started": "31/02/2025",
            "Retention": "a while",
        }
    )
    trial = send(desk, as_csv(row(), wrong))
    assert {(fault.row, fault.column, fault.field, fault.code) for fault in trial.faults} == {
        (3, "A", "title", "missing"),
        (3, "D", "to", "unknown-organisation"),
        (3, "E", "purposes", "unknown-code"),
        (3, "I", "starts_on", "not-a-day"),
        (3, "L", "retention", "not-a-period"),
    }
    assert all(fault.en and fault.cy for fault in trial.faults)
    assert not trial.rows[0].faults


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"Expiry date": "2024-01-01"}, "J", "expires-before-start"),
        ({"Next review date": "2040-01-01"}, "K", "review-outside-term"),
        ({"Shared with": LANCASHIRE}, "D", "too-short"),
        ({"Data provider": "ods:RTX"}, "D", "not-a-party"),
    ],
)
def test_what_shows_only_in_the_whole_row_names_a_cell_too(
    desk: Desk, changes: dict[str, str], column: str, code: str
) -> None:
    trial = send(desk, as_csv(row(**changes)))
    assert (column, code) in {(fault.column, fault.code) for fault in trial.faults}


def test_a_column_that_is_missing_is_told_once_a_row(desk: Desk) -> None:
    without = {name: value for name, value in row().items() if name != "Data shared"}
    trial = send(desk, as_csv(without, without))
    assert trial.missing == ["categories"]
    assert [(fault.row, fault.column, fault.field) for fault in trial.faults] == [
        (2, "", "categories"),
        (3, "", "categories"),
    ]


def test_a_person_puts_the_mapping_right(desk: Desk) -> None:
    odd = {("Zzz" if name == "Data shared" else name): value for name, value in row().items()}
    trial = send(desk, as_csv(odd))
    assert trial.missing == ["categories"]
    assert len(load(desk, trial, categories="G").refs) == 1
    with pytest.raises(NoSuchColumn):
        load(desk, send(desk, as_csv(odd)), categories="ZZ")


def test_one_bad_row_loads_nothing(desk: Desk) -> None:
    before = desk.size()
    with pytest.raises(BadRows) as refused:
        load(desk, send(desk, as_csv(row(), row(**{"Date started": "soon"}))))
    assert [cell["column"] for cell in refused.value.extensions()["cells"]] == ["I"]
    assert desk.size() == before


def test_two_people_bring_in_what_was_signed_outside(desk: Desk) -> None:
    loaded = load(desk, send(desk, as_csv(row(), row())), as_attested=True)
    assert loaded.pending == "second-person"
    assert {desk.status(ref) for ref in loaded.refs} == {"draft"}
    done = do(desk, intake.attest_all, loaded.id, by=desk.cast(LANCASHIRE, "signatory"))
    assert done.refs == loaded.refs
    assert {desk.status(ref) for ref in loaded.refs} == {"active"}


def test_a_row_that_does_not_say_what_was_signed_is_not_attested(desk: Desk) -> None:
    with pytest.raises(BadRows):
        load(desk, send(desk, as_csv(row(), row(**{"SHA-256": ""}))), as_attested=True)


def test_everything_of_an_import_is_taken_back_by_one_call(desk: Desk) -> None:
    loaded = load(desk, send(desk, as_csv(row(), row(), row())))
    undone = do(desk, intake.undo, loaded.id, REASON, by=desk.officer())
    assert (undone.refs, undone.left) == (loaded.refs, ())
    assert {desk.status(ref) for ref in loaded.refs} == {"withdrawn"}


def test_what_is_in_force_is_left_by_the_undo(desk: Desk) -> None:
    loaded = load(desk, send(desk, as_csv(row())), as_attested=True)
    do(desk, intake.attest_all, loaded.id, by=desk.cast(LANCASHIRE, "signatory"))
    undone = do(desk, intake.undo, loaded.id, REASON, by=desk.officer())
    assert (undone.refs, undone.left) == ((), loaded.refs)


def test_a_file_is_loaded_once(desk: Desk) -> None:
    trial = send(desk, as_csv(row()))
    with pytest.raises(NothingLoaded):
        do(desk, intake.undo, trial.id, REASON, by=desk.officer())
    load(desk, trial)
    with pytest.raises(ImportLoaded):
        load(desk, trial)


def test_an_import_is_its_own_bodys_and_its_writers_alone(desk: Desk) -> None:
    trial = send(desk, as_csv(row()))
    with pytest.raises(NoSuchImport):
        do(desk, intake.undo, trial.id, REASON, by=desk.cast(BLACKPOOL, "ig_officer"))
    with pytest.raises(MayNotExchange):
        send(desk, as_csv(row()), by=desk.cast(LANCASHIRE, "auditor"))


def test_a_thousand_rows_are_tried_within_ten_seconds(desk: Desk) -> None:
    rows = [row(**{"Date started": "soon"} if number % 2 else {}) for number in range(1000)]
    began = perf_counter()
    trial = send(desk, as_xlsx(*rows), XLSX)
    assert perf_counter() - began < 10
    assert (len(trial.rows), len(trial.faults)) == (1000, 500)
