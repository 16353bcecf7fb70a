"""The application: the one place that knows every part, and what runs beside the requests.

In front stands the permission check, a plain ASGI application without a database on its path; behind it
Litestar with everything else. Beside the requests run the log's publisher, the follower of the permission
index, the housekeeping and the deliverer of webhooks. A worker that answered a change lets its own index
follow before it answers.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import anyio
from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import BeforeMessageSendHookHandler, Guard, Message, Receive, Scope, Send

from registry import clock
from registry.agreements.api import (
    AgreementsApi,
    AmendingApi,
    CoverageApi,
    LifecycleApi,
    SchemasApi,
    VocabularyApi,
)
from registry.agreements.queries import Directory, LivingRegister, sharing_flows
from registry.asking.api import AskingGrantsApi
from registry.assessments.api import DpiasApi, EthicsApi
from registry.auditing import pages as auditing
from registry.auditing.exporting import Exporter
from registry.auditlog.api import LogApi
from registry.auditlog.checking.nightwatch import NightWatch
from registry.auditlog.gossip import gossip
from registry.auditlog.highwater import HighWater
from registry.auditlog.keys import signer_of_log
from registry.auditlog.publisher import Publisher
from registry.auditlog.timestamps import TimeStamping, authorities_of
from registry.auditlog.witnessing import witnesses_of
from registry.bodies import pages as bodies
from registry.bodies.keeping import Sharing
from registry.bundles.actions import Maker
from registry.bundles.api import BundlesApi, EvaluatorsApi
from registry.db import Database
from registry.decisions.clerk import Clerk
from registry.decisions.conformance import check_conformance_is_private
from registry.decisions.desk import Desk
from registry.decisions.follower import IndexFollower
from registry.decisions.past.rewinding import Rewinder
from registry.decisions.requests.api import AccessRequestsApi
from registry.decisions.requests.requestable import Offers
from registry.decisions.requests.taking import AccessRequests
from registry.decisions.sealing import Sealer
from registry.decisions.service import DecisionPoints, conformance_tenant, decision_point
from registry.decisions.wire.openapi import openapi_paths
from registry.egress import Egress, parse_networks
from registry.exchange.api import (
    CalendarAddressesApi,
    CalendarsApi,
    CheckingApi,
    ExchangeApi,
    ImportsApi,
)
from registry.exchange.linked import Web
from registry.exports.api import CasesApi, ReceiptsApi
from registry.exports.trust import Trust
from registry.foresight.api import WhatIfApi
from registry.frontline import pages as frontline
from registry.health import Health, HealthApi
from registry.history.past import Past
from registry.housekeeping import LEDGERS, Housekeeping, every_estate
from registry.oauth import routes as oauth
from registry.oauth import visitors
from registry.oauth.actions import check_demo_is_private
from registry.oauth.passwords import hash_password
from registry.openings.api import ErasuresApi, OpeningsApi
from registry.organisations.api import (
    AssurancesApi,
    DelegationsApi,
    OrganisationsApi,
    PeopleApi,
    SuccessionsApi,
)
from registry.passkeys import api as passkeys
from registry.passkeys.ceremonies import ceremony_of
from registry.passkeys.domains import OwnDomains
from registry.public import pages as public
from registry.public.keeping import Register
from registry.receipts.api import DecisionLogApi, ReceiptKeysApi
from registry.receipts.issuing import Issuer
from registry.receipts.keeper import Keeper
from registry.receipts.keys import load_receipt_key
from registry.records import api as records
from registry.records.vault import Vault
from registry.reports.api import ReportsApi
from registry.settings import Settings
from registry.signing import routes as signing
from registry.sweeping import unswept
from registry.templates.api import TemplatesApi
from registry.vocabulary.actions import Folders, policies_in_force
from registry.vocabulary.api import LawSchemaApi, LinkedVocabularyApi, OverlayApi
from registry.vocabulary.linked import Linked
from registry.web import home, reference
from registry.web.front import Front
from registry.web.guards import TokenVerifier, provide_caller
from registry.web.headers import security_headers
from registry.web.idempotency import provide_attempt
from registry.web.packing import Packing
from registry.web.pages import english
from registry.web.problems import HANDLERS
from registry.webhooks import api as webhooks
from registry.webhooks.delivering import Deliverer
from registry.webhooks.streaming import Streams

HAND_OVER_SECONDS = 0.0005
"""How long a thread that waits for another of this worker waits at most. With Python's own 5 ms, answers come
at a quarter of their speed while anything long goes on beside them, such as the nightly check of the log."""

CHANGING = frozenset({"POST", "PUT"})
FOLLOWED = ("/api/", "/sign/", "/decide/")
"""Where a change may turn the answer to a permission check."""

WITH_TOKEN = (
    AgreementsApi,
    LifecycleApi,
    ReportsApi,
    AmendingApi,
    CoverageApi,
    TemplatesApi,
    VocabularyApi,
    DpiasApi,
    EthicsApi,
    OrganisationsApi,
    PeopleApi,
    DelegationsApi,
    AssurancesApi,
    SuccessionsApi,
    AskingGrantsApi,
    OverlayApi,
    WhatIfApi,
    AccessRequestsApi,
    ExchangeApi,
    CalendarAddressesApi,
    ImportsApi,
    CheckingApi,
    CasesApi,
    BundlesApi,
    ErasuresApi,
    DecisionLogApi,
    *passkeys.CONTROLLERS,
    *records.WITH_TOKEN,
    *webhooks.WITH_TOKEN,
)
"""What answers only to those who bring a token."""


PAGES = (*public.PAGES, *bodies.PAGES, *frontline.PAGES, *auditing.PAGES, *signing.PAGES)
"""Pages of features: each is mounted at the root and, in Welsh, under `/cy`."""


class BesideRequests(Protocol):
    """What runs in a thread of its own while requests are answered."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, when what is under way is done."""


class Registry:
    """Every part of one worker, put together from the settings. Nothing runs before `start`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db = Database(settings.database)
        self.egress = Egress(parse_networks(settings.egress_networks))
        self.issuer = oauth.load_issuer(settings)
        self.visitors = visitors.Visitors(self.db, self.issuer.url)
        self.folders = Folders.of(settings)
        with self.db.read() as reading:
            self.policies = policies_in_force(reading, self.folders)
            self.verifier = oauth.verifier(self.issuer, reading)
            self.signer = signer_of_log(reading, settings)
        self.publisher = Publisher(
            self.db,
            self.signer,
            HighWater.beside(settings.log_key, self.signer),
            witnesses=witnesses_of(settings, self.egress, self.signer),
            interval_seconds=settings.publish_interval_seconds,
        )
        self.time_stamping = TimeStamping(self.db, authorities_of(settings, self.egress))
        self._put_together_checks(settings)
        self.vault = Vault(settings.records_key)
        self.deliverer = Deliverer(
            self.db,
            Egress(parse_networks(settings.webhook_networks)),
            self.policies,
            self.vault,
            interval_seconds=settings.deliver_interval_seconds,
        )
        self.streams = Streams(
            self.db, self.policies, lambda: self.follower.index.log_size or 0, settings.stream_seconds
        )
        self.trust = Trust.of(settings, self.signer)
        self.exporter = Exporter(self.db, self.trust, settings.data_dir / "exports")
        self.ceremony = ceremony_of(settings)
        self.estates = every_estate(self.vault)
        self.night_watch = NightWatch(self.db, self.signer.keys, LEDGERS)
        self.housekeeping = Housekeeping(
            self.db,
            self.policies,
            self.estates,
            interval_seconds=settings.housekeeping_interval_seconds,
            daily_pass_limit=settings.daily_pass_limit,
        )

    def _put_together_checks(self, settings: Settings) -> None:
        """What answers permission checks, and what follows from the answers."""
        self.follower = IndexFollower(
            self.db,
            self.policies,
            sharing_flows,
            watch_clients=partial(oauth.apply_revocations, self.verifier),
            interval_seconds=settings.follow_interval_seconds,
        )
        self.issuer_of_receipts = Issuer(load_receipt_key(settings, self.signer.name))
        self.keeper = Keeper(self.db, self.issuer_of_receipts)
        desk_over = partial(
            Desk, policies=self.policies, base_url=settings.base_url, issuer=self.issuer_of_receipts
        )
        self.sealer = Sealer(self.issuer.keys, issuer=self.issuer.url)
        index = self.follower.index
        self.desk = desk_over(index, offers=Offers(index, self.sealer))
        self.access_requests = AccessRequests(index, self.sealer)
        self.clerk = Clerk(
            self.db,
            self.desk.afterwards,
            self.policies,
            LivingRegister(),
            kept=settings.stored_questions,
        )
        self.rewinder = Rewinder(self.desk, Past(self.db), desk_over)

    def start(self) -> None:
        """Publish, settle and load what is waiting; then keep doing so.

        Raises:
            DemoNotOnLoopback: demo people or keys are registered and the base URL is not loopback.
            ConformanceNotOnLoopback: the conformance tenant is on and the base URL is not loopback.
            LogDamaged: the log does not continue what was signed before; nothing is served.
        """
        sys.setswitchinterval(HAND_OVER_SECONDS)
        check_conformance_is_private(self.settings, is_loopback=self.settings.is_loopback)
        with self.db.read() as reading:
            check_demo_is_private(reading, is_loopback=self.settings.is_loopback)
        for part in self._beside_requests():
            part.start()

    def stop(self) -> None:
        """End what runs beside the requests, the publisher last."""
        for part in reversed(self._beside_requests()):
            part.stop()
        self.db.dispose()

    def _beside_requests(self) -> Sequence[BesideRequests]:
        """What runs in threads, in the order in which it is started."""
        return (
            self.publisher,
            self.time_stamping,
            self.housekeeping,
            self.night_watch,
            self.follower,
            self.keeper,
            self.clerk,
            self.deliverer,
            self.exporter,
        )


class Application:
    """The permission check in front, everything else behind it (ASGI)."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.pages = _litestar(registry)
        self._front = Front(Packing(self.pages))
        self._decisions = _decision_points(registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        answering: Any = self._decisions.find(scope.get("path", "")) or self._front
        await answering(scope, receive, send)


def create_app(settings: Settings | None = None) -> Application:
    """The application of one worker."""
    with unswept():
        return Application(Registry(settings or Settings()))


def _decision_points(registry: Registry) -> DecisionPoints:
    """The permission check, and beside it the conformance tenant where the settings switch it on."""
    settings, verifier, sealer, now = registry.settings, registry.verifier, registry.sealer, clock.now()
    register = decision_point(registry.desk, verifier, sealer, now=now, rewinder=registry.rewinder)
    if not settings.conformance_tenant:
        return DecisionPoints(register)
    folder = settings.policies_dir / "conformance"
    return DecisionPoints(register, conformance_tenant(folder, verifier, sealer, now=now))


def _litestar(registry: Registry) -> Litestar:
    @asynccontextmanager
    async def running(_app: Litestar) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(registry.start)
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(registry.stop)

    description = reference.Description(openapi_paths())
    return Litestar(
        route_handlers=[
            Router(
                "/",
                route_handlers=WITH_TOKEN,
                guards=[_token_first(registry.verifier)],
            ),
            SchemasApi,
            LinkedVocabularyApi,
            LawSchemaApi,
            *records.OPEN,
            CalendarsApi,
            LogApi,
            ReceiptsApi,
            EvaluatorsApi,
            OpeningsApi,
            ReceiptKeysApi,
            HealthApi,
            oauth.routes(registry.issuer),
            *reference.routes(description, registry.settings.security_contact),
            *home.routes(registry.settings.feedback_contact),
            *PAGES,
            *auditing.FILES,
            Router("/cy", route_handlers=PAGES),
        ],
        dependencies=_dependencies(registry),
        exception_handlers={**HANDLERS, **visitors.HANDLERS},
        before_send=_hooks(registry),
        lifespan=[running],
        openapi_config=reference.config(description),
        request_max_body_size=2_097_152,
        debug=False,
    )


def _dependencies(registry: Registry) -> dict[str, Provide]:
    """What handlers ask for by name."""
    return {
        "db": _always(registry.db),
        "policies": _always(registry.policies),
        "folders": _always(registry.folders),
        "linked": _always(Linked(registry.policies.law, registry.settings.base_url)),
        "verifier": _always(registry.verifier),
        "directory": _always(Directory()),
        "living": _always(LivingRegister()),
        "issuer": _always(registry.issuer_of_receipts),
        "vault": _always(registry.vault),
        "streams": _always(registry.streams),
        "health": _always(Health(registry)),
        "estates": _always(registry.estates),
        "role_delay": _always(timedelta(hours=registry.settings.role_delay_hours)),
        "hash_password": _always(hash_password),
        "trust": _always(registry.trust),
        "exporter": _always(registry.exporter),
        "bundles": _always(Maker.of(registry.settings, registry.signer.name)),
        "web": _always(Web(registry.settings.base_url)),
        "base_url": _always(registry.settings.base_url.rstrip("/")),
        "register": _always(Register(registry.policies.law)),
        "sharing": _always(Sharing(registry.policies.law)),
        "log_keys": _always(registry.signer.keys),
        "desk": _always(registry.desk),
        "access_requests": _always(registry.access_requests),
        "ceremony": _always(registry.ceremony),
        "domains": _always(OwnDomains(registry.egress)),
        "caller": Provide(provide_caller, sync_to_thread=False),
        "visitor": Provide(registry.visitors.get, sync_to_thread=True),
        "guest": Provide(registry.visitors.find, sync_to_thread=True),
        "attempt": Provide(provide_attempt),
    }


def _always(part: Any) -> Provide:
    """The dependency that is this part for every request."""
    return Provide(lambda: part, sync_to_thread=False, use_cache=True)


def _token_first(verifier: TokenVerifier) -> Guard:
    """The guard that refuses a stranger before anything of the body is read."""

    async def check(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        verifier.verify(connection.headers.get("authorization"), clock.now())

    return check


def _hooks(registry: Registry) -> list[BeforeMessageSendHookHandler]:
    """What happens to every answer before it is sent."""
    return [
        _follow_first(registry.follower),
        gossip(lambda: registry.publisher.header),
        security_headers(registry.settings.base_url),
    ]


def _follow_first(follower: IndexFollower) -> BeforeMessageSendHookHandler:
    """The hook that lets this worker's index follow a change before the change is answered."""

    async def follow(message: Message, scope: Scope) -> None:
        changed = message["type"] == "http.response.start" and message["status"] < 400
        if changed and scope.get("method") in CHANGING and english(scope["path"]).startswith(FOLLOWED):
            await anyio.to_thread.run_sync(follower.catch_up)

    return follow
