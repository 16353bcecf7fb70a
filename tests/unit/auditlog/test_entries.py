"""Entries: canonical octets, no personal data, sealed entries that tell nothing."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from registry.auditlog import Event, Subject, entries
from registry.auditlog.entries import decode, encode, seal_entry
from registry.auditlog.events import OPTIONAL
from registry.auditlog.rules import EntryTooLong
from registry.verification.commitments import commit, seal
from tests.auditlog_world import COUNCIL, DIGEST, NOW, TestDecided, TestHappened

CODES = st.from_regex(re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII), fullmatch=True)
REFERENCES = st.from_regex(re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}", re.ASCII), fullmatch=True)
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda octets: f"sha256:{octets.hex()}")


def event(**changes: Any) -> TestHappened:
    given: dict[str, Any] = {"at": NOW, "org": COUNCIL, "actor": None, "subject": Subject("thing", "t1")}
    return TestHappened(**given | changes)


@st.composite
def events(draw: st.DrawFn) -> Event:
    version = draw(st.none() | st.integers(1, 2**31 - 1))
    return event(
        at=draw(st.datetimes(timezones=st.just(UTC))),
        org=draw(st.sampled_from([COUNCIL, "ods:RTX", "police:btp", ""])),
        actor=draw(st.none() | st.just(seal("actor", "person:1"))),
        subject=Subject(draw(CODES), draw(REFERENCES), version, draw(st.none() | DIGESTS)),
        role=draw(st.none() | CODES),
        flow=draw(st.none() | REFERENCES),
        demo=draw(st.booleans()),
    )


def test_an_entry_looks_as_documented() -> None:
    decided = TestDecided(
        at=datetime(2026, 1, 1, 12, 30, 59, 999_999, tzinfo=UTC),
        org=COUNCIL,
        actor=None,
        subject=Subject("agreement", "a1", version=3, digest=DIGEST),
        decision="approve",
        role="dpo",
        demo=True,
    )
    assert encode(decided, 7).decode() == (
        '{"actor":null,"at":"2026-01-01T12:30:59Z","decision":"approve","demo":true,"org":"gss:E10000017",'
        f'"prev":7,"role":"dpo","subject":{{"digest":"{DIGEST}","id":"a1","kind":"agreement","version":3}},'
        '"type":"test.decided","v":1}'
    )


def test_the_registry_itself_has_no_organisation_and_no_actor() -> None:
    members = decode(encode(event(org=""), None))
    assert (members["org"], members["actor"], members["prev"]) == (None, None, None)


@pytest.mark.spec("RFC 8785", "3.2")
@given(events(), st.none() | st.integers(0, 2**53 - 1))
def test_entries_are_canonical(written: Event, previous: int | None) -> None:
    octets = encode(written, previous)
    assert octets == rfc8785.dumps(decode(octets))


@given(events())
def test_a_sealed_entry_tells_nothing_and_opens_to_the_inner_one(written: Event) -> None:
    inner = encode(written, None)
    sealed, opening = seal_entry(inner)
    assert decode(sealed) == {"v": 1, "type": "sealed", "c": opening.commitment}
    assert sealed == rfc8785.dumps(decode(sealed))
    assert commit("entry", inner.decode(), opening.salt) == opening.commitment


@pytest.mark.parametrize(
    "changes",
    [
        {"org": "Lancashire County Council"},
        {"org": "gss:E10000017\n"},
        {"role": "Ms Angharad Rhys"},
        {"role": "dpo@council.test"},
        {"flow": "f 1"},
        {"party": "council"},
        {"decision": "approve"},
    ],
    ids=str,
)
def test_what_has_no_place_in_an_entry_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"not the form of|test\.happened has no"):
        event(**changes)


@pytest.mark.parametrize(
    "subject",
    [
        {"kind": "thing", "id": "Angharad Rhys"},
        {"kind": "Thing", "id": "t1"},
        {"kind": "thing", "id": ""},
        {"kind": "thing", "id": "t1", "digest": "ab"},
        {"kind": "thing", "id": "t1", "version": 0},
        {"kind": "thing", "id": "t1", "version": 2**31},
    ],
    ids=str,
)
def test_what_cannot_be_a_subject(subject: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not "):
        Subject(**subject)


def test_an_event_needs_the_fields_of_its_type() -> None:
    with pytest.raises(ValueError, match=r"test\.decided needs decision"):
        TestDecided(at=NOW, org=COUNCIL, actor=None, subject=Subject("thing", "t1"), role="dpo")


def test_every_optional_field_has_a_pattern_that_takes_no_sentence() -> None:
    assert not [name for name, pattern in OPTIONAL.items() if pattern.fullmatch("Dr J. Jones, 01772 000000")]


def test_a_change_of_fields_is_checked_too() -> None:
    with pytest.raises(ValueError, match="role"):
        replace(event(), role="Head of Service")


def test_an_entry_longer_than_sixteen_kibibytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    length = len(encode(event(), None))
    monkeypatch.setattr(entries, "MAX_OCTETS", length)
    encode(event(), None)
    with pytest.raises(EntryTooLong) as refused:
        encode(event(), 1_000_000)
    assert refused.value.facts == {"octets": length + 3, "most": length}
