"""A deliverer in a process of its own, made to be killed at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.records.vault import Vault
from registry.webhooks.delivering import Deliverer
from tests.crash.forking import forking
from tests.samples.assessments import POLICIES
from tests.webhook_world import OWN_NETWORK

TERM = timedelta(seconds=0.1)
"""How long a killed process keeps the others from delivering."""


@dataclass(frozen=True)
class Started:
    """A process that delivers until it is killed."""

    process: BaseProcess

    def kill(self) -> None:
        """Kill it (-9)."""
        self.process.kill()

    def wait(self) -> None:
        """Wait until it has been killed."""
        self.process.join(30)
        assert self.process.exitcode == -9


@contextmanager
def delivering(database_url: str, records_key: Path) -> Iterator[Started]:
    """A process that delivers, forked from one that has loaded everything."""
    context = forking()
    ours, theirs = context.Pipe()
    process = context.Process(target=_deliver, args=(database_url, records_key, theirs))
    process.start()
    theirs.close()
    try:
        yield Started(process)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _deliver(database_url: str, records_key: Path, wire: Connection) -> None:
    egress, vault = Egress(parse_networks(OWN_NETWORK)), Vault(records_key)
    db = Database(database_url)
    Deliverer(db, egress, POLICIES, vault, interval_seconds=0.01, lease_term=TERM).start()
    wire.poll(None)
