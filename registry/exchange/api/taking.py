"""Registers that come in as spreadsheets, over HTTP: send, try, load, attest, take back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from pydantic import BaseModel

from registry import clock
from registry.agreements.schemas import ReasonIn
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.exchange import intake
from registry.exchange.headings import Guess, fields
from registry.exchange.intake import Loaded, Trial
from registry.exchange.schemas import CellOut, ColumnOut, ImportOut, LoadedOut, LoadIn
from registry.policy import Policies
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt, once

MAX_FILE_BYTES = 20 * 2**20
FIELD_AND_COLUMN = "[a-z][a-z0-9_]*:[A-Z]{1,2}"
Columns = Annotated[
    str,
    QueryParameter(pattern=f"^({FIELD_AND_COLUMN}(,{FIELD_AND_COLUMN})*)?$", max_length=1000),
]


@dataclass(frozen=True, slots=True)
class Taking:
    """Who brings a register in, in which attempt, when, and the policies it is judged by."""

    caller: Caller
    policies: Policies
    attempt: Attempt
    now: datetime

    @property
    def by(self) -> dict[str, Any]:
        """The arguments that every action takes."""
        return {"caller": self.caller, "now": self.now, "policies": self.policies}

    def answer(self, tx: Transaction, action: Callable[..., Loaded], *what: Any, **how: Any) -> Response[Any]:
        """The answer to what an action makes; to the same attempt again, the answer it got."""

        def do() -> Response[BaseModel]:
            done = action(tx, *what, **how, **self.by)
            return Response(LoadedOut.model_validate(done, from_attributes=True))

        return once(tx, self.attempt, self.now, do)


def provide_taking(
    caller: NamedDependency[Caller], policies: NamedDependency[Policies], attempt: NamedDependency[Attempt]
) -> Taking:
    """The dependency `taking` of every handler that brings something in."""
    return Taking(caller, policies, attempt, clock.now())


class ImportsApi(Controller):
    """A register that a body keeps elsewhere, brought in as a CSV file or an XLSX workbook."""

    path = "/api/v1/imports"
    tags = ("imports",)
    dependencies = {"taking": Provide(provide_taking, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @post("/", status_code=201, sync_to_thread=True, request_max_body_size=MAX_FILE_BYTES)
    def send(
        self,
        body: RawBody,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        taking: NamedDependency[Taking],
    ) -> Response[ImportOut]:
        """Send a register as `text/csv` or XLSX, and see how it is understood; no agreement is made."""
        media_type = request.headers.get("content-type", "")

        def do() -> Response[BaseModel]:
            trial = intake.receive(tx, body, media_type, **taking.by)
            place = f"/api/v1/imports/{trial.id}"
            return Response(_trial(trial), status_code=201, headers={"location": place})

        with db.write() as tx:
            return once(tx, taking.attempt, taking.now, do)

    @get("/{identifier:str}", sync_to_thread=True)
    def read_import(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        taking: NamedDependency[Taking],
        columns: Columns = "",
    ) -> ImportOut:
        """Read how a register is understood, as guessed or with the `columns=title:A,from:C` given."""
        with db.read() as reading:
            return _trial(intake.attempt(reading, identifier, mapping_of(columns), **taking.by))

    @post("/{identifier:str}/load", status_code=200, sync_to_thread=True)
    def load(
        self,
        identifier: FromPath[str],
        data: JSONBody[LoadIn],
        db: NamedDependency[Database],
        taking: NamedDependency[Taking],
    ) -> Response[LoadedOut]:
        """Make an agreement of every row, all or none: drafts, or drafts that one person attests."""
        with db.write() as tx:
            return taking.answer(
                tx, intake.load, identifier, data.mapping, as_attested=data.load_as == "attested"
            )

    @post("/{identifier:str}/attest", status_code=200, sync_to_thread=True)
    def attest_import(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        taking: NamedDependency[Taking],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[LoadedOut]:
        """Attest, as the second person, every agreement of an import that the first one attested."""
        with db.write() as tx:
            return taking.answer(tx, intake.attest_all, identifier)

    @post("/{identifier:str}/undo", status_code=200, sync_to_thread=True)
    def undo(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReasonIn],
        db: NamedDependency[Database],
        taking: NamedDependency[Taking],
    ) -> Response[LoadedOut]:
        """Withdraw every agreement of an import that is not in force yet."""
        with db.write() as tx:
            return taking.answer(tx, intake.undo, identifier, data)


def mapping_of(columns: str) -> dict[str, str] | None:
    """The columns of fields as the address gives them, `title:A,from:C`; None where it gives none."""
    return dict(pair.split(":") for pair in columns.split(",")) if columns else None


def column(one: Guess) -> ColumnOut:
    """How a column was understood."""
    named = fields()[one.field].named if one.field else None
    return ColumnOut(
        column=one.column,
        heading=one.heading,
        field=one.field,
        en=named.en if named else "",
        cy=named.cy if named else "",
        confidence=one.confidence,
    )


def _trial(trial: Trial) -> ImportOut:
    good = [row for row in trial.rows if not row.faults]
    return ImportOut(
        id=trial.id,
        sheet=trial.sheet,
        rows=len(trial.rows),
        ready=len(good),
        attestable=sum(row.attested is not None for row in good),
        columns=[column(one) for one in trial.guesses],
        missing=list(trial.missing),
        errors=[CellOut.model_validate(fault, from_attributes=True) for fault in trial.faults],
    )
