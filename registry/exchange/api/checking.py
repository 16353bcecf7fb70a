"""Which of our flows have no agreement? A spreadsheet of flows goes in and comes back with answers."""

from collections import Counter
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.decisions.desk import Desk
from registry.exchange.answers import write_answers
from registry.exchange.api.giving import Lang
from registry.exchange.api.taking import MAX_FILE_BYTES, Columns, column, mapping_of
from registry.exchange.checking import Asked, Checked, CheckedRow, check_flows
from registry.exchange.schemas import CellOut, CheckedOut, CheckedRowOut, GapOut
from registry.exchange.sheets import CSV, XLSX
from registry.policy import Policies
from registry.web.documents import Bilingual

JSON = "application/json"


class CheckingApi(Controller):
    """Spreadsheets of flows, asked about row by row. Nothing of them is kept."""

    path = "/api/v1/coverage/check"
    tags = ("imports",)
    return_dto = None

    @post("/", status_code=200, sync_to_thread=True, request_max_body_size=MAX_FILE_BYTES)
    def check(
        self,
        body: RawBody,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        desk: NamedDependency[Desk],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        columns: Columns = "",
        lang: Lang = "en",
    ) -> Response[Any]:
        """Ask about every row of a spreadsheet of flows: `text/csv` or XLSX in, the same with answers out."""
        sent = request.headers.get("content-type", "")
        with db.read() as reading:
            checked = check_flows(
                reading,
                body,
                sent,
                mapping_of(columns),
                desk=desk,
                caller=caller,
                now=clock.now(),
                policies=policies,
            )
        kind = sent.partition(";")[0].strip().lower()
        if request.accept.best_match([kind, JSON]) == JSON:
            return Response(_answer(checked))
        name = "flows.csv" if kind == CSV else "flows.xlsx"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        media_type = CSV if kind == CSV else XLSX
        return Response(write_answers(checked, kind, lang), media_type=media_type, headers=headers)


def _answer(checked: Checked) -> CheckedOut:
    return CheckedOut(
        counts=dict(Counter(row.covered for row in checked.rows)),
        log_size=checked.log_size,
        columns=[column(one) for one in checked.guesses],
        rows=[_row(row) for row in checked.rows],
    )


def _row(row: CheckedRow) -> CheckedRowOut:
    return CheckedRowOut(
        row=row.number,
        covered=row.covered,
        outcome=row.outcome,
        agreements=row.agreements,
        gaps=[_gap(one) for one in row.gaps],
        errors=[CellOut.model_validate(fault, from_attributes=True) for fault in row.faults],
        advice=Bilingual(en=row.advice.en, cy=row.advice.cy) if row.advice else None,
    )


def _gap(one: Asked) -> GapOut:
    return GapOut(
        **one.sharing._asdict(),
        outcome=one.decision.outcome,
        code=one.decision.code,
        en=one.why.en,
        cy=one.why.cy,
    )
