"""Calendar addresses: their owner makes and revokes them; whoever has one reads days, with no token."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlsplit

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.exchange import feeds
from registry.exchange.feeds import Changed
from registry.exchange.linked import Web
from registry.exchange.rules import NoSuchCalendar
from registry.exchange.schemas import CalendarChangedOut, CalendarOut, CalendarsOut
from registry.policy import Policies
from registry.records.vault import Vault
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt, once

Lang = Annotated[Literal["en", "cy"], QueryParameter()]
HOME = "/api/v1/calendar-addresses"
ENDING = ".ics"
PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


class CalendarAddressesApi(Controller):
    """The addresses at which a person's calendar program reads the days of their organisation."""

    path = HOME
    tags = ("exchange",)
    dto = StrictBody
    return_dto = None

    # The answer names no address: answers are kept under an Idempotency-Key, and addresses are kept nowhere.
    @post("/", sync_to_thread=True)
    def open_feed(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[CalendarChangedOut]:
        """Make an address of one's own; the list of addresses tells it."""
        now = clock.now()
        with db.write() as tx:
            return _answer(
                tx,
                attempt,
                lambda: feeds.open_feed(tx, caller=caller, now=now, policies=policies),
                status_code=201,
            )

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        vault: NamedDependency[Vault],
        web: NamedDependency[Web],
    ) -> Response[CalendarsOut]:
        """List one's own addresses. Whoever has an address reads the days: keep it like a password."""
        with db.read() as reading:
            rows = feeds.list_feeds(reading, caller=caller, now=clock.now(), policies=policies)
        found = [
            CalendarOut(
                id=row.id,
                opened_at=clock.stamp(row.opened_at),
                revoked=row.revoked_at is not None,
                address=f"{web.base_url}/calendars/{row.id}/{feeds.secret_of(row.id, vault)}{ENDING}"
                if row.revoked_at is None
                else None,
            )
            for row in rows
        ]
        return Response(CalendarsOut(results=found), headers=PRIVATE)

    @post("/{identifier:str}/revoke", status_code=200, sync_to_thread=True)
    def revoke(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[CalendarChangedOut]:
        """Take an address of one's own back, at once."""
        now = clock.now()
        with db.write() as tx:
            return _answer(
                tx,
                attempt,
                lambda: feeds.revoke_feed(tx, identifier, caller=caller, now=now, policies=policies),
                status_code=200,
            )


class CalendarsApi(Controller):
    """What calendar programs read. They can send no token: the address is all they have."""

    path = "/calendars"
    tags = ("exchange",)

    @get("/{identifier:str}/{name:str}", media_type="text/calendar", sync_to_thread=True)
    def read(
        self,
        identifier: FromPath[str],
        name: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        vault: NamedDependency[Vault],
        web: NamedDependency[Web],
        lang: Lang = "en",
    ) -> Response[bytes]:
        """Read the days on which agreements start, are reviewed and end: dates and references alone."""
        if not name.endswith(ENDING):
            raise NoSuchCalendar
        with db.read() as reading:
            days = feeds.read_feed(
                reading,
                identifier,
                name.removesuffix(ENDING),
                lang,
                host=urlsplit(web.base_url).netloc,
                now=clock.now(),
                policies=policies,
                vault=vault,
            )
        return Response(days, media_type="text/calendar; charset=utf-8", headers=PRIVATE)


def _answer(
    tx: Transaction, attempt: Attempt, do: Callable[[], Changed], *, status_code: int
) -> Response[CalendarChangedOut]:
    def respond() -> Response[BaseModel]:
        made = do()
        out = CalendarChangedOut(id=made.id, log_index=made.log_index, log_size=made.log_index + 1)
        return Response(out, status_code=status_code)

    return once(tx, attempt, clock.now(), respond)
