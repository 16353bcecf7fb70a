"""Putting decision points together, and which of them a request is for.

Beside that of the register there may be the conformance tenant. A tenant has a path of its own, which follows
the well-known one of its metadata (AuthZEN 1.0 section 9.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.decisions.conformance import Fixture
from registry.decisions.desk import Desk
from registry.decisions.past.rewinding import Rewinder
from registry.decisions.sealing import Sealer
from registry.decisions.searches.finding import RegisterFinder
from registry.decisions.searches.paging import Pages
from registry.decisions.searches.searching import Finder, Searches
from registry.decisions.wire.discovery import KEYS, endpoints, metadata, signed
from registry.decisions.wire.endpoint import (
    METADATA,
    PATHS,
    Answering,
    DecisionPoint,
    Receive,
    Scope,
    Send,
    Verifier,
)
from registry.decisions.words.honouring import supported_obligations

TENANT = "/conformance"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A decision point under a path of its own (ASGI)."""

    decisions: DecisionPoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        own = METADATA if path == METADATA + TENANT else path.removeprefix(TENANT)
        await self.decisions({**scope, "path": own}, receive, send)


@dataclass(frozen=True, slots=True)
class DecisionPoints:
    """The decision points of one worker: the register's, and the conformance tenant where it is on."""

    register: DecisionPoint
    conformance: Tenant | None = None

    def find(self, path: str) -> DecisionPoint | Tenant | None:
        """What answers at a path; None where the rest of the registry does."""
        if path in PATHS:
            return self.register
        if self.conformance and (path.startswith(f"{TENANT}/") or path == METADATA + TENANT):
            return self.conformance
        return self.register if path.startswith("/access/") else None


def conformance_tenant(folder: Path, verifier: Verifier, sealer: Sealer, *, now: datetime) -> Tenant:
    """The tenant of the certification scenario, whose decisions come from the policies in a folder."""
    fixture, own = Fixture.load(folder), sealer.under(TENANT)
    said = {**endpoints(own.issuer), "jwks_uri": sealer.issuer + KEYS}
    return Tenant(_assembled(fixture, fixture, verifier, own, signed(said, own, now)))


def decision_point(
    desk: Desk, verifier: Verifier, sealer: Sealer, *, now: datetime, rewinder: Rewinder | None = None
) -> DecisionPoint:
    """The decision point of the register, at the base URL that its sealer signs for."""
    said = signed(metadata(sealer.issuer, supported_obligations(desk.index.vocabulary.law)), sealer, now)
    past = _assembled(rewinder, rewinder, verifier, sealer, said) if rewinder else None
    return _assembled(desk, RegisterFinder(desk), verifier, sealer, said, past=past)


def _assembled(
    desk: Answering,
    finder: Finder,
    verifier: Verifier,
    sealer: Sealer,
    said: Mapping[str, Any],
    *,
    past: DecisionPoint | None = None,
) -> DecisionPoint:
    searches = Searches(finder, Pages(sealer))
    return DecisionPoint(desk, verifier, base_url=sealer.issuer, searches=searches, metadata=said, past=past)
