"""LOG acceptance 13, the schema: no entry of any type can hold a name, an address or a sentence."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.auditlog.entries import encode, seal_entry
from registry.auditlog.events import OPTIONAL, Event, Subject
from registry.verification.commitments import seal
from tests.unit.auditlog.test_log_entries_page import known_events

ORGANISATION, DIGEST = r"[a-z]+:[A-Za-z0-9._-]{1,64}", r"sha256:[0-9a-f]{64}"
CODE, REFERENCE = r"[a-z0-9][a-z0-9_.-]{0,63}", r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}"
RULE = r"[a-z]{2,4}-[0-9]{2}(-[a-z0-9]{1,16})?"
MEMBERS = {
    "v": r"1",
    "type": r"[a-z_]+\.[a-z_]+",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "org": rf"{ORGANISATION}|None",
    "actor": r"c1:[A-Za-z0-9_-]{43}",
    "prev": r"\d+|None",
    "decision": CODE,
    "policy": DIGEST,
    "evidence": DIGEST,
    "role": CODE,
    "flow": REFERENCE,
    "party": ORGANISATION,
    "reason_code": CODE,
    "strength": CODE,
    "old_key": r"[!-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    "new_key": r"[!-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    "until": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "rules": rf"({RULE}(,{RULE})*)?",
    "effective_on": r"\d{4}-\d\d-\d\d",
    "agreement": REFERENCE,
    "aliases": rf"{ORGANISATION}(,{ORGANISATION})*",
    "kind": CODE,
    "nations": r"E?W?S?N?",
    "rows": r"c1:[A-Za-z0-9_-]{43}",
    "demo": r"True",
}
SUBJECT = {"kind": CODE, "id": REFERENCE, "version": r"[1-9]\d*", "digest": DIGEST}
KEY = "registry.example/log+a6e2b966+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
RIGHT = {
    "decision": "sign",
    "policy": "sha256:" + "0" * 64,
    "evidence": "sha256:" + "1" * 64,
    "role": "signatory",
    "flow": "f1",
    "party": "ods:RTX",
    "reason_code": "retention-over",
    "strength": "session",
    "old_key": KEY,
    "new_key": KEY,
    "until": "2026-01-01T00:00:00Z",
    "rules": "et-01,lb-07-review",
    "effective_on": "2026-01-01",
    "agreement": "ISA-7F3K9",
    "aliases": "gss:E10000017,orgid:GB-LAE-LAN",
    "kind": "nhs-trust",
    "nations": "EW",
}
PERSONAL = (
    "Siân Jones",
    "sian.jones@council.example",
    "John Smith",
    "O'Neill",
    "refused because of the family",
    "07700 900123",
    "line\nbreak",
    "1 High Street",
    "<b>",
    "x" * 200,
)


def full(event: type[Event], **changes: Any) -> Event:
    """An event with every member that its type may carry."""
    optional = {name: RIGHT[name] for name in event.requires | event.permits}
    given: dict[str, Any] = {
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "org": "gss:E10000017",
        "actor": seal("actor", "person:0197b1a0-0000-7000-8000-000000000001"),
        "subject": Subject("agreement", "ISA-7F3K9", 2, "sha256:" + "2" * 64),
        "demo": True,
    }
    return event(**given | optional | changes)


EACH = pytest.mark.parametrize("event", known_events(), ids=lambda event: event.type)


@EACH
def test_an_entry_has_these_members_in_these_forms_and_no_others(event: type[Event]) -> None:
    entry = json.loads(encode(full(event), 7, seal("rows", "{}").commitment))
    subject = entry.pop("subject")
    for said, forms in ((entry, MEMBERS), (subject, SUBJECT)):
        assert said.keys() <= forms.keys()
        assert not [name for name, value in said.items() if not re.fullmatch(forms[name], str(value))]


@EACH
def test_no_member_takes_what_is_personal(event: type[Event]) -> None:
    texts = {"org"} | (OPTIONAL.keys() & (event.requires | event.permits))
    for name in texts:
        for personal in PERSONAL:
            with pytest.raises(ValueError, match="not the form of"):
                full(event, **{name: personal})


@pytest.mark.parametrize("name", ["kind", "id", "digest"])
def test_no_subject_takes_what_is_personal(name: str) -> None:
    for personal in PERSONAL:
        with pytest.raises(ValueError, match="not the form of"):
            Subject(**{"kind": "agreement", "id": "ISA-1"} | {name: personal})  # type: ignore[arg-type]


def test_the_forms_here_are_all_there_are() -> None:
    assert OPTIONAL.keys() == RIGHT.keys()
    appended = {"v", "type", "prev", "rows"}
    assert {field.name for field in fields(Event)} == MEMBERS.keys() - appended | {"subject"}


def test_an_actor_is_a_commitment_that_does_not_tell_the_person() -> None:
    event = full(known_events()[0])
    assert event.actor is not None
    assert b"0197b1a0" not in encode(event, None)
    assert seal("actor", event.actor.value).commitment != event.actor.commitment, "two are never alike"


def test_a_sealed_entry_is_a_commitment_and_nothing_else() -> None:
    body, _ = seal_entry(encode(full(known_events()[0]), None))
    assert re.fullmatch(rb'\{"c":"c1:[A-Za-z0-9_-]{43}","type":"sealed","v":1\}', body)
