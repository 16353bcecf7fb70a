"""Grants to ask over JSON."""

from collections.abc import Callable

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from registry import clock
from registry.asking import actions
from registry.asking.actions import Changed
from registry.asking.schemas import AskingGrantIn, AskingGrantOut, AskingGrantsOut, GrantChangedOut
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.policy import Policies
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt, once


class AskingGrantsApi(Controller):
    """Which partner systems of other bodies ask for an organisation, on which days (`on_behalf_of`)."""

    path = "/api/v1/asking-grants"
    tags = ("asking",)
    dto = StrictBody
    return_dto = None

    @post("/", sync_to_thread=True)
    def grant(
        self,
        data: JSONBody[AskingGrantIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
    ) -> Response[GrantChangedOut]:
        """Let a partner system of another body ask for the caller's organisation, from a day to a day."""
        now = clock.now()
        with db.write() as tx:
            return _answer(
                tx,
                attempt,
                lambda: actions.grant(tx, data, caller=caller, now=now, policies=policies),
                status_code=201,
            )

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> AskingGrantsOut:
        """List who may ask for the caller's organisation, and for whom its own partner systems may ask."""
        with db.read() as reading:
            given, received = actions.find(reading, caller=caller, now=clock.now(), policies=policies)
        return AskingGrantsOut(
            given=[AskingGrantOut.of(row) for row in given],
            received=[AskingGrantOut.of(row) for row in received],
        )

    @post("/{identifier:str}/end", status_code=200, sync_to_thread=True)
    def end(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[GrantChangedOut]:
        """End a grant before its last day, at once."""
        now = clock.now()
        with db.write() as tx:
            return _answer(
                tx,
                attempt,
                lambda: actions.end(tx, identifier, caller=caller, now=now, policies=policies),
                status_code=200,
            )


def _answer(
    tx: Transaction, attempt: Attempt, do: Callable[[], Changed], *, status_code: int
) -> Response[GrantChangedOut]:
    def respond() -> Response[BaseModel]:
        made = do()
        out = GrantChangedOut(id=made.id, log_index=made.log_index, log_size=made.log_index + 1)
        headers = {"location": AskingGrantsApi.path} if status_code == 201 else {}
        return Response(out, status_code=status_code, headers=headers)

    return once(tx, attempt, clock.now(), respond)
