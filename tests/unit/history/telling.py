"""Entries as the log tells them, which a test changes only where it matters."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from registry.auditlog.feed import StoredEvent, stored_event
from registry.history.names import Names
from registry.web.documents import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, terms

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REF = "ISA-1"
SIGNED = [
    ("agreement.ready", {}),
    ("agreement.signed", {"org": LANCASHIRE, "role": "signatory"}),
    ("agreement.signed", {"org": BLACKPOOL, "role": "signatory"}),
]
LIVE = [*SIGNED, ("flow.live", {"flow": "f1"})]
Told = tuple[str, dict[str, Any]]


def text(**changes: Any) -> bytes:
    """Frozen terms."""
    return json.dumps(terms(**{"salt": "AAAAAAAAAAAAAAAAAAAAAA", **changes})).encode()


def entries(*told: Told, of: bytes, kind: str = "agreement", subject: str = REF) -> list[StoredEvent]:
    """Entries about one subject, an hour apart."""
    about = {"kind": kind, "id": subject, "version": 1, "digest": digest(of)}
    return [
        stored_event(index, {"type": type_, "at": _stamp(index), "org": None, "subject": about, **members})
        for index, (type_, members) in enumerate(told)
    ]


def bodies(*told: tuple[str, str, dict[str, Any]]) -> Names:
    """Names after these entries about bodies, each `type, subject, members`."""
    return Names(
        stored_event(
            index,
            {
                "type": type_,
                "at": _stamp(index),
                "org": None,
                "subject": {"kind": "organisation", "id": body},
                **members,
            },
        )
        for index, (type_, body, members) in enumerate(told)
    )


def registered(body: str, **members: Any) -> tuple[str, str, dict[str, Any]]:
    """That a body joined the register."""
    return "organisation.registered", body, {"kind": "council", "nations": "E", **members}


def succeeded(body: str, heir: str, kind: str = "merge") -> tuple[str, str, dict[str, Any]]:
    """That a body was succeeded by another."""
    return "organisation.succeeded", body, {"party": heir, "reason_code": kind}


def _stamp(index: int) -> str:
    return (NOON + timedelta(hours=index)).strftime("%Y-%m-%dT%H:%M:%SZ")


EVERYONE = bodies(registered(LANCASHIRE), registered(BLACKPOOL), registered(POLICE))
