"""Webhooks over JSON, and the stream of events."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream
from pydantic import BaseModel
from sqlalchemy import Row

from registry import clock
from registry.auditlog import log_size
from registry.db import Database, Transaction
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING
from registry.records.vault import Vault
from registry.web.body import Nothing, StrictBody
from registry.web.guards import TokenVerifier
from registry.web.idempotency import Attempt, once
from registry.webhooks import actions
from registry.webhooks.actions import Changed
from registry.webhooks.rules import Reach
from registry.webhooks.schemas import (
    ReplayIn,
    WebhookChangedOut,
    WebhookIn,
    WebhookOut,
    WebhookSecretOut,
    WebhooksOut,
)
from registry.webhooks.signing import keys_of
from registry.webhooks.streaming import MEDIA_TYPE, Streams

NO_STORE = {"cache-control": "no-store"}
Types = Annotated[list[str] | None, QueryParameter(name="type", max_items=100)]
LastEventId = Annotated[int | None, HeaderParameter(name="Last-Event-ID", ge=0, lt=2**53)]


class WebhooksApi(Controller):
    """Addresses of an organisation that are told of events about agreements."""

    path = "/api/v1/webhooks"
    tags = ("events",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @post("/", sync_to_thread=True)
    def open_webhook(
        self,
        data: JSONBody[WebhookIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[WebhookChangedOut]:
        """Name an address to be told of events. Fetch its secret next, then have it proved."""
        with db.write() as tx:
            act = partial(actions.open_webhook, tx, data, acting=acting)
            return _answer(tx, attempt, acting, act, created_under=self.path)

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        vault: NamedDependency[Vault],
    ) -> WebhooksOut:
        """List the webhooks of the caller's organisation and how far each has been told."""
        with db.read() as reading:
            rows = actions.find(reading, acting=acting)
        return WebhooksOut(results=[_webhook(row, vault) for row in rows])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        vault: NamedDependency[Vault],
    ) -> WebhookOut:
        """Read a webhook, how far it has been told and what keeps it from being told more."""
        with db.read() as reading:
            return _webhook(actions.read(reading, identifier, acting=acting), vault)

    # Its answer is never kept under an Idempotency-Key: the secret is stored nowhere.
    @get("/{identifier:str}/secret", sync_to_thread=True)
    def show_secret(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        vault: NamedDependency[Vault],
    ) -> Response[WebhookSecretOut]:
        """Show the secret of a webhook, once. That it was shown is an entry of the log."""
        with db.write() as tx:
            generation = actions.show_secret(tx, identifier, acting=acting)
        keys = keys_of(vault, identifier, generation)
        return Response(WebhookSecretOut(secret=keys.secret, public_key=keys.public_key), headers=NO_STORE)

    @post("/{identifier:str}/prove", status_code=200, sync_to_thread=True)
    def prove(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[WebhookChangedOut]:
        """Have the address challenged within a second or so; read the webhook to see what came of it."""
        with db.write() as tx:
            return _answer(tx, attempt, acting, partial(actions.prove, tx, identifier, acting=acting))

    @post("/{identifier:str}/rotate", status_code=200, sync_to_thread=True)
    def rotate(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[WebhookChangedOut]:
        """Replace the secret. For a day messages carry signatures with the earlier one, too."""
        with db.write() as tx:
            return _answer(tx, attempt, acting, partial(actions.rotate, tx, identifier, acting=acting))

    @post("/{identifier:str}/replay", status_code=200, sync_to_thread=True)
    def replay(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReplayIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[WebhookChangedOut]:
        """Have everything told again from an entry of the log on."""
        with db.write() as tx:
            return _answer(tx, attempt, acting, partial(actions.replay, tx, identifier, data, acting=acting))

    @post("/{identifier:str}/end", status_code=200, sync_to_thread=True)
    def end(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[WebhookChangedOut]:
        """End a webhook and forget its address."""
        with db.write() as tx:
            return _answer(tx, attempt, acting, partial(actions.end, tx, identifier, acting=acting))


class EventsApi(Controller):
    """Events about agreements, read by whoever wants to know."""

    path = "/api/v1/events"
    tags = ("events",)
    dependencies = ACTING

    @get("/", media_type=MEDIA_TYPE, sync_to_thread=True)
    def follow(
        self,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        streams: NamedDependency[Streams],
        verifier: NamedDependency[TokenVerifier],
        last_event_id: LastEventId = None,
        reach: FromQuery[Reach] = Reach.OWN,
        types: Types = None,
    ) -> Response[Any]:
        """Follow events as they come (Server-Sent Events), from the entry after `Last-Event-ID` or now on."""
        with db.read() as reading:
            audience = actions.follow(reading, acting=acting, reach=reach, types=frozenset(types or ()))
            since = log_size(reading) if last_event_id is None else last_event_id + 1
        streams.check_room(audience)
        header = request.headers.get("authorization")
        stream = streams.follow(audience, since, lambda: verifier.verify(header, clock.now()))
        return Stream(stream, media_type=MEDIA_TYPE, headers={**NO_STORE, "x-accel-buffering": "no"})


WITH_TOKEN = (WebhooksApi, EventsApi)
"""What answers only to those who bring a token."""


def _answer(
    tx: Transaction,
    attempt: Attempt,
    acting: Acting,
    act: Callable[[], Changed],
    *,
    created_under: str | None = None,
) -> Response[WebhookChangedOut]:
    def respond() -> Response[BaseModel]:
        made = act()
        out = WebhookChangedOut(
            id=made.id, status=made.status, log_index=made.log_index, log_size=made.log_size
        )
        if created_under is None:
            return Response(out, status_code=200)
        return Response(out, status_code=201, headers={"location": f"{created_under}/{made.id}"})

    return once(tx, attempt, acting.now, respond)


def _webhook(row: Row[Any], vault: Vault) -> WebhookOut:
    return WebhookOut(
        id=row.id,
        url=row.url,
        types=row.types,
        reach=Reach(row.reach),
        status=row.status,
        public_key=keys_of(vault, row.id, row.generation).public_key,
        secret_shown=row.shown,
        opened_at=clock.stamp(row.opened_at),
        next_index=row.next_index,
        delivered_at=_stamp(row.delivered_at),
        failures=row.failures,
        failing_since=_stamp(row.failing_since),
        retry_at=_stamp(row.retry_at),
        fault=row.fault,
    )


def _stamp(instant: datetime | None) -> str | None:
    return clock.stamp(instant) if instant is not None else None
