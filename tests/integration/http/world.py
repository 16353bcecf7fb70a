"""The real application behind real HTTP, in this process, and a token for anyone."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn

from registry import clock
from registry.app import Application, create_app
from registry.auditlog import log_size
from registry.bundles.signing import create_bundle_key
from registry.callers import Caller, Mode
from registry.db import Database
from registry.oauth.clients import Client
from registry.oauth.keys import create_token_key
from registry.oauth.tokens import Issuer, Principal
from registry.policy import Policies
from registry.receipts.keys import create_receipt_key
from registry.records.vault import create_records_key
from registry.settings import Settings
from registry.signers.log import create_first_keys
from tests.integration.http.contents import Contents, contents_of
from tests.integration.http.well_known import NETWORK, Domain, own_domain
from tests.integration.http.witnesses import witnessing
from tests.samples.agreements import Cast, furnish

Json = dict[str, Any]
LIFE = timedelta(minutes=1)
A_DAY = 86_400.0
"""Seconds: the housekeeping does not change the register between two looks of a test at it."""


@dataclass(frozen=True)
class World:
    """A running registry, its people, and what a test needs to look behind it."""

    url: str
    app: Application
    db: Database
    cast: Cast
    domain: Domain
    kept: Contents
    session: requests.Session = field(default_factory=requests.Session)
    things: Json = field(default_factory=dict)
    """What `deeds.stage` keeps, by stage."""

    @property
    def policies(self) -> Policies:
        return self.app.registry.policies

    @property
    def issuer(self) -> Issuer:
        return self.app.registry.issuer

    def token(self, caller: Caller, *, now: datetime | None = None, issuer: Issuer | None = None) -> str:
        """An access token for a caller, as the token endpoint would issue it."""
        kind = caller.kind
        client = Client(
            client_id=caller.client or "officers",
            kind="partner" if kind == "client" else "officer",
            organisation=caller.organisation if kind == "client" else None,
            mode=caller.mode,
            scopes=caller.scopes,
            alg=None,
            jwks=None,
            redirect_uris=(),
            nhs_legacy=False,
            demo=False,
        )
        person = caller.person and Principal(caller.person, caller.organisation, caller.roles, demo=False)
        scope = " ".join(sorted(caller.scopes))
        answer = (issuer or self.issuer).issue(client, person or None, scope, now or clock.now())
        return str(answer["access_token"])

    def send(
        self,
        method: str,
        path: str,
        caller: Caller | None = None,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> requests.Response:
        """One request; `raw` is sent as it is, `body` as JSON. A header that is None is left out."""
        sent: dict[str, str | None] = {"authorization": f"Bearer {self.token(caller)}" if caller else None}
        content = json.dumps(body).encode() if raw is None and body is not None else raw
        if content is not None:
            sent["content-type"] = "application/json"
        sent |= headers or {}
        return self.session.request(
            method, self.url + path, data=content, headers=sent, timeout=30, allow_redirects=False
        )

    @property
    def overlay(self) -> Path:
        """The folder of the deployment's own entries of law."""
        folder = self.app.registry.folders.overlay
        assert folder is not None
        return folder

    def text(self, body: Json) -> bytes:
        """A body as it is sent."""
        return json.dumps(body).encode()

    def size(self) -> int:
        """The entries in the log."""
        with self.db.read() as reading:
            return log_size(reading)

    def contents(self) -> str:
        """A digest of every row of the register and the log; what is merely technical is left out."""
        return self.kept.digest()


def partner(organisation: str, *scopes: str, mode: Mode = "enforce") -> Caller:
    """A partner system of an organisation."""
    return Caller(organisation, client="a-partner", scopes=frozenset(scopes), mode=mode)


@contextmanager
def serving(database_url: str, data_dir: Path) -> Iterator[World]:
    """The application on a migrated database without rows, behind a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as beside:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            data_dir=data_dir,
            database_url=database_url,
            base_url=url,
            policy_overlay_dir=data_dir / "overlay",
            housekeeping_interval_seconds=A_DAY,
            deliver_interval_seconds=A_DAY,
            stream_seconds=0,
            egress_networks=NETWORK,
            witness_policy_file=data_dir / "policy",
            witness_quorum="required",
        )
        create_first_keys(settings)
        beside.enter_context(witnessing(settings))
        create_token_key(settings.token_key)
        create_records_key(settings.records_key)
        create_receipt_key(settings)
        create_bundle_key(settings)
        db = Database(database_url)
        cast = furnish(db)
        app = create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with (
                requests.Session() as session,
                own_domain() as domain,
                contents_of(db, database_url) as kept,
            ):
                session.trust_env = False  # each request would look for proxies and a .netrc
                yield World(url, app, db, cast, domain, kept, session)
        finally:
            server.should_exit = True
            thread.join()
            db.dispose()
