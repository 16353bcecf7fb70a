"""Reports over HTTP, as JSON or, with `Accept: text/csv` or `?format=csv`, as a table."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.policy import Policies
from registry.reports import actions
from registry.reports.schemas import (
    ApprovalLine,
    ApprovalsOut,
    OverdueLine,
    OverdueOut,
    SignatureLine,
    TimeToSignOut,
)

CSV = "text/csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell may not begin with: a spreadsheet would run it."""

Limit = Annotated[int, QueryParameter(ge=1, le=500)]
Cursor = Annotated[str, QueryParameter(max_length=40)]
Format = FromQuery[Literal["json", "csv"] | None]


class ReportsApi(Controller):
    """Key figures about one's own organisation's agreements. No report names a person."""

    path = "/api/v1/reports"
    tags = ("reports",)

    @get("/approvals", sync_to_thread=True)
    def approvals(
        self,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        since: FromQuery[date | None] = None,
        format: Format = None,  # noqa: A002 - the name of the query parameter
    ) -> Response[ApprovalsOut]:
        """Read how fast people approve, and which pairs always approve each other."""
        with db.read() as reading:
            found = actions.approvals(reading, since=since, caller=caller, now=clock.now(), policies=policies)
        return _answer(request, format, found, found.approvals, ApprovalLine)

    @get("/time-to-sign", sync_to_thread=True)
    def time_to_sign(
        self,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        cursor: Cursor = "",
        limit: Limit = 100,
        format: Format = None,  # noqa: A002 - the name of the query parameter
    ) -> Response[TimeToSignOut]:
        """Read how long signatures took, and who is waited for."""
        with db.read() as reading:
            found = actions.time_to_sign(
                reading, after=cursor, limit=limit, caller=caller, now=clock.now(), policies=policies
            )
        return _answer(request, format, found, found.results, SignatureLine)

    @get("/overdue", sync_to_thread=True)
    def overdue(
        self,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        cursor: Cursor = "",
        limit: Limit = 100,
        format: Format = None,  # noqa: A002 - the name of the query parameter
    ) -> Response[OverdueOut]:
        """Read which reviews are overdue."""
        with db.read() as reading:
            found = actions.overdue(
                reading, after=cursor, limit=limit, caller=caller, now=clock.now(), policies=policies
            )
        return _answer(request, format, found, found.results, OverdueLine)


def _answer(
    request: Request[Any, Any, Any],
    wanted: str | None,
    found: BaseModel,
    lines: Sequence[BaseModel],
    line: type[BaseModel],
) -> Response[Any]:
    """The report as it was asked for: the address decides, else what the caller accepts."""
    accepts = request.accept.best_match(["application/json", CSV])
    if wanted == "csv" or (wanted is None and accepts == CSV):
        return Response(_table(lines, line), media_type=f"{CSV}; charset=utf-8; header=present")
    return Response(found)


def _table(lines: Sequence[BaseModel], line: type[BaseModel]) -> str:
    """The lines as CSV (RFC 4180), their fields' names first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(line.model_fields)
    writer.writerows([_cell(value) for value in one.model_dump(mode="json").values()] for one in lines)
    return text.getvalue()


def _cell(value: Any) -> str:
    said = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{said}" if said.startswith(FORMULA) else said
