"""Which of our flows have no agreement? A spreadsheet of flows comes back with answers, on both databases."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook

from registry.agreements.queries import sharing_flows
from registry.callers import Caller
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.exchange.answers import write_answers
from registry.exchange.checking import Checked, check_flows
from registry.exchange.rules import MayNotExchange, TooManyQuestions
from registry.exchange.sheets import UnreadableSpreadsheet
from tests.integration.exchange.registers import CSV, XLSX, as_csv, as_xlsx
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

FLOW = {
    "Our ref": "7",
    "Data provider": LANCASHIRE,
    "Shared with": BLACKPOOL,
    "Purpose of sharing": "statistics",
    "Data subjects": "tenant",
    "Data shared": "housing",
}


def line(**changes: str) -> dict[str, str]:
    return FLOW | changes


def check(
    desk: Desk, content: bytes, kind: str = CSV, *, by: Caller | None = None, columns: Any = None
) -> Checked:
    follower = IndexFollower(desk.db, POLICIES, sharing_flows)
    follower.catch_up()
    decisions = DecisionDesk(follower.index, POLICIES, base_url="https://registry.test")
    caller = by or desk.officer()
    with desk.db.read() as reading:
        return check_flows(
            reading, content, kind, columns, desk=decisions, caller=caller, now=NOW, policies=POLICIES
        )


def covered(checked: Checked) -> list[str]:
    return [row.covered for row in checked.rows]


def test_it_tells_which_flows_have_an_agreement_and_which_have_none(desk: Desk) -> None:
    made = desk.active()
    checked = check(
        desk,
        as_csv(
            line(),
            line(**{"Data shared": "housing; identity"}),
            line(**{"Purpose of sharing": "research"}),
            line(**{"Data provider": BLACKPOOL, "Shared with": LANCASHIRE}),
        ),
    )
    assert covered(checked) == ["all", "some", "none", "none"]
    assert [row.agreements for row in checked.rows] == [[made.ref], [made.ref], [], []]
    assert [row.outcome for row in checked.rows] == [
        "PERMIT_WITH_OBLIGATIONS",
        "NOT_COVERED",
        "PURPOSE_NOT_COVERED",
        "NOT_COVERED",
    ]
    assert [(one.sharing.category, one.decision.code) for one in checked.rows[1].gaps] == [
        ("identity", "not-covered")
    ]


def test_every_row_without_a_yes_says_what_to_do_if_someone_is_in_danger(desk: Desk) -> None:
    advice = check(desk, as_csv(line())).rows[0].advice
    assert advice is not None
    assert "serious harm" in advice.en
    assert "niwed difrifol" in advice.cy


def test_one_body_is_not_told_of_the_flows_of_others(desk: Desk) -> None:
    desk.active()
    checked = check(desk, as_csv(line(), line(**{"Shared with": POLICE})), by=desk.cast(POLICE, "ig_officer"))
    assert covered(checked) == ["not-ours", "none"]
    assert checked.rows[0].asked == ()


def test_what_cannot_be_understood_is_told_by_its_cell(desk: Desk) -> None:
    desk.active()
    checked = check(
        desk,
        as_csv(line(**{"Data subjects": "martians", "Shared with": ""}), line(**{"Shared with": LANCASHIRE})),
    )
    assert covered(checked) == ["not-understood", "not-understood"]
    assert [(fault.row, fault.column, fault.code) for row in checked.rows for fault in row.faults] == [
        (2, "C", "missing"),
        (2, "E", "unknown-code"),
        (3, "", "flow-ends"),
    ]


def test_a_column_that_is_headed_otherwise_can_be_named(desk: Desk) -> None:
    desk.active()
    content = as_csv({"a": LANCASHIRE, "b": BLACKPOOL, "c": "statistics", "d": "tenant", "e": "housing"})
    columns = {"from": "A", "to": "B", "purposes": "C", "subject_groups": "D", "categories": "E"}
    assert covered(check(desk, content)) == ["not-understood"]
    assert covered(check(desk, content, columns=columns)) == ["all"]


def test_a_workbook_comes_back_as_a_workbook_with_the_answers_beside_its_cells(desk: Desk) -> None:
    made = desk.active()
    checked = check(desk, as_xlsx(line(), line(**{"Our ref": "=1+1", "Data shared": "identity"})), XLSX)
    sheet = load_workbook(io.BytesIO(write_answers(checked, XLSX, "cy"))).worksheets[0]
    headings, first, second = ([str(cell.value or "") for cell in row] for row in sheet.iter_rows())
    assert (headings[0], headings[-6:-3]) == ("Our ref", ["Cwmpesir", "Canlyniad", "Cytundebau"])
    assert first[-6:-3] == ["Y cyfan", "PERMIT_WITH_OBLIGATIONS", made.ref]
    assert second[-6] == "Dim cytundeb"
    assert second[-3] == f"{LANCASHIRE} > {BLACKPOOL}: identity, statistics, tenant"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_a_workbook_cannot_hold_is_left_out_and_said_so(desk: Desk) -> None:
    checked = check(desk, as_xlsx(line(**{"Data shared": "identity"})), XLSX)
    [row] = checked.rows
    longer = replace(
        checked,
        sheet=replace(checked.sheet, name="Flows 2026/27: all [but] one, and its appendix"),
        rows=(replace(row, asked=row.asked * 1000),),
    )
    sheet = load_workbook(io.BytesIO(write_answers(longer, XLSX, "en"))).worksheets[0]
    told = [str(cell.value) for cell in sheet[2] if cell.value]
    assert (sheet.title, max(map(len, told))) == ("Flows 2026 27  all  but  one, a", 32_767)
    assert any(text.endswith("send the rows as CSV.") for text in told)


def test_a_table_comes_back_as_a_table_in_which_nothing_runs(desk: Desk) -> None:
    checked = check(desk, as_csv(line(**{"Our ref": "=HYPERLINK(1)"})))
    [row] = csv.DictReader(io.StringIO(write_answers(checked, CSV, "en").decode("utf-8-sig")))
    assert (row["Our ref"], row["Covered"]) == ("'=HYPERLINK(1)", "No agreement")


def test_too_many_questions_are_refused_before_any_is_asked(desk: Desk) -> None:
    everything = {
        "Data shared": "; ".join(POLICIES.law.categories),
        "Purpose of sharing": "; ".join(POLICIES.law.purposes),
        "Data subjects": "; ".join(POLICIES.law.subject_groups),
    }
    with pytest.raises(TooManyQuestions):
        check(desk, as_csv(*[line(**everything)] * 3))


def test_who_may_not_ask_for_advice_checks_nothing(desk: Desk) -> None:
    reader = Caller(LANCASHIRE, client="mash", scopes=frozenset({"register:read"}), mode="enforce")
    with pytest.raises(MayNotExchange):
        check(desk, as_csv(line()), by=reader)


def test_what_is_no_spreadsheet_is_refused(desk: Desk) -> None:
    with pytest.raises(UnreadableSpreadsheet):
        check(desk, b"PK\x03\x04", XLSX)
