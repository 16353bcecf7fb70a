"""What an organisation is told of: events about agreements that its own systems may read, and no more.

A party is told of its agreement from when it is signed, as a partner system may read it from then on. Of
another's agreement only what the public log says itself is told: nothing that is sealed, so nothing of what
is withheld. A notice names the event, the agreement and the entry of the log; whoever wants more asks for it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registry import clock
from registry.auditlog import StoredEvent, read_events
from registry.auditlog.entries import SEALED
from registry.auditlog.feed import read_public_events
from registry.db import Reading
from registry.policy import Policies
from registry.webhooks.queries import Standing, find_standing
from registry.webhooks.rules import Reach

PAGE = 1000
"""How many entries are looked through at once."""

READER = {"kind": "client", "roles": [], "scopes": ["register:read"], "mode": "enforce"}
"""Who is told: a system of the organisation that reads the register."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and of what: `types` of event, or of all where there are none."""

    organisation: str
    reach: Reach = Reach.OWN
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Notice:
    """That something happened to an agreement."""

    index: int
    type: str
    at: datetime
    ref: str
    version: int | None
    flow: str | None

    @property
    def content(self) -> bytes:
        """The notice as it goes out, the same octets each time."""
        data = {"agreement": self.ref, "version": self.version, "flow": self.flow, "log_index": self.index}
        said = {key: value for key, value in data.items() if value is not None}
        return message(self.type, self.at, said)


def message(kind: str, at: datetime, data: Mapping[str, object]) -> bytes:
    """What goes to a webhook, in the form that Standard Webhooks proposes."""
    whole = {"type": kind, "timestamp": clock.stamp(at), "data": data}
    return json.dumps(whole, separators=(",", ":")).encode()


@dataclass(slots=True)
class Bulletin:
    """The events of one look at the log, as each organisation may be told of them."""

    reading: Reading
    policies: Policies
    _pages: dict[int, list[tuple[StoredEvent, bool]]] = field(default_factory=dict)
    _standings: dict[tuple[str, int | None], Standing | None] = field(default_factory=dict)
    _allowed: dict[tuple[str, str, int | None], bool] = field(default_factory=dict)

    def notices(self, audience: Audience, since: int) -> tuple[list[Notice], int]:
        """What an audience is told of a page of entries from an index on, and the index to go on from."""
        page = self._page(since)
        told = [_notice(event) for event, is_public in page if self._is_told(audience, event, is_public)]
        return told, page[-1][0].index + 1 if page else since

    def _page(self, since: int) -> list[tuple[StoredEvent, bool]]:
        """A page of events, each with whether anyone may read it."""
        if since not in self._pages:
            shown = read_public_events(self.reading, since, PAGE)
            self._pages[since] = [
                (event, public.type != SEALED)
                for event, public in zip(read_events(self.reading, since, PAGE), shown, strict=True)
            ]
        return self._pages[since]

    def _is_told(self, audience: Audience, event: StoredEvent, is_public: bool) -> bool:
        if event.subject_kind != "agreement" or (audience.types and event.type not in audience.types):
            return False
        standing = self._standing(event)
        if standing is None:
            return False
        if audience.organisation not in standing.parties and (audience.reach is Reach.OWN or not is_public):
            return False
        return self._may_read(audience.organisation, event, standing)

    def _standing(self, event: StoredEvent) -> Standing | None:
        key = event.subject_id, event.version
        if key not in self._standings:
            self._standings[key] = find_standing(self.reading, *key)
        return self._standings[key]

    def _may_read(self, organisation: str, event: StoredEvent, standing: Standing) -> bool:
        key = organisation, event.subject_id, event.version
        if key not in self._allowed:
            self._allowed[key] = self.policies.access.allows(
                "agreement.read",
                principal={**READER, "organisation": organisation},
                resource={
                    "parties": sorted(standing.parties),
                    "status": standing.status,
                    "publication": standing.publication,
                },
            ).allowed
        return self._allowed[key]


def _notice(event: StoredEvent) -> Notice:
    if event.at is None:
        raise ValueError(f"entry {event.index} is sealed")
    return Notice(
        event.index, event.type, event.at, event.subject_id, event.version, event.members.get("flow")
    )
