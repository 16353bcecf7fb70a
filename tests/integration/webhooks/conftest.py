"""The sample desk, an agreement in force, and a partner's program that is told of it, on both databases."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from registry import clock
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.organisations.actions import Acting
from registry.records.vault import Vault, create_records_key
from registry.webhooks import actions, queries
from registry.webhooks.actions import Changed
from registry.webhooks.delivering import Deliverer
from registry.webhooks.schemas import WebhookIn
from registry.webhooks.signing import keys_of
from tests.samples.agreements import LANCASHIRE, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.webhook_world import OWN_NETWORK, Partner, partner


@dataclass
class Hooks:
    """A desk with webhooks. `late` moves the clock on for what delivers."""

    desk: Desk
    records_key: Path
    program: Partner
    late: timedelta = timedelta()
    vault: Vault = field(init=False)
    deliverer: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.vault = Vault(self.records_key)
        egress = Egress(parse_networks(OWN_NETWORK))
        self.deliverer = Deliverer(self.db, egress, POLICIES, self.vault, now=self.now)

    @property
    def db(self) -> Database:
        return self.desk.db

    def now(self) -> datetime:
        return clock.now() + self.late

    def acting(self, role: str = "ig_officer", organisation: str = LANCASHIRE) -> Acting:
        return Acting(self.desk.cast(organisation, role), self.now(), POLICIES)

    def do(self, act: Callable[..., Any], *given: Any, acting: Acting | None = None) -> Any:
        with self.db.write() as tx:
            return act(tx, *given, acting=acting or self.acting())

    def open(self, organisation: str = LANCASHIRE, **changes: Any) -> str:
        """A webhook that has not proved itself; the program has its secret."""
        wanted = WebhookIn.model_validate_json(json.dumps({"url": self.program.url} | changes))
        opened: Changed = self.do(actions.open_webhook, wanted, acting=self.acting(organisation=organisation))
        self.program.secret = keys_of(self.vault, opened.id, 1).secret
        return opened.id

    def proved(self, organisation: str = LANCASHIRE, **changes: Any) -> str:
        """A webhook that has proved itself."""
        hook = self.open(organisation, **changes)
        self.do(actions.prove, hook, acting=self.acting(organisation=organisation))
        self.deliver()
        assert self.read(hook).status == "active"
        return hook

    def deliver(self) -> None:
        """Tell what there is to be told."""
        while self.deliverer.turn():
            self.deliverer.wait()
        self.deliverer.wait()

    def read(self, hook: str) -> Row[Any]:
        with self.db.read() as reading:
            row = queries.find(reading, hook)
        assert row is not None
        return row


@pytest.fixture(scope="session")
def records_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = tmp_path_factory.mktemp("keys") / "records.key"
    create_records_key(key)
    return key


@pytest.fixture
def hooks(database: Database, records_key: Path) -> Iterator[Hooks]:
    with partner() as program:
        hooks = Hooks(Desk(database, furnish(database)), records_key, program)
        yield hooks
        hooks.deliverer.stop()
