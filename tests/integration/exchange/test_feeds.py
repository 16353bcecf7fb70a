"""Addresses of calendars: little is told there, to whoever has the address, until it is taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from registry.auditlog import read_events
from registry.callers import Caller
from registry.db import Database
from registry.exchange import feeds
from registry.exchange.rules import CalendarIsRevoked, MayNotExchange, NoSuchCalendar
from registry.organisations.queries import end_roles_of
from registry.records.vault import Vault, create_records_key
from registry.web.catalogue import catalogue
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

LATER = NOW + timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    create_records_key(tmp_path / "records.key")
    return Vault(tmp_path / "records.key")


def made(desk: Desk, by: Caller) -> str:
    with desk.db.write() as tx:
        return feeds.open_feed(tx, caller=by, now=NOW, policies=POLICIES).id


def revoked(desk: Desk, feed: str, by: Caller) -> str:
    with desk.db.write() as tx:
        return feeds.revoke_feed(tx, feed, caller=by, now=LATER, policies=POLICIES).id


def read(desk: Desk, vault: Vault, feed: str, secret: str, **how: Any) -> bytes:
    asked: dict[str, Any] = {"language": "en", "host": "registry.test", "now": LATER} | how
    with desk.db.read() as reading:
        return feeds.read_feed(reading, feed, secret, policies=POLICIES, vault=vault, **asked)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_whoever_has_the_address_reads_days_and_references_and_no_titles(
    desk: Desk, vault: Vault, language: str
) -> None:
    ours = desk.active()
    feed = made(desk, desk.officer())
    octets = read(desk, vault, feed, feeds.secret_of(feed, vault), language=language)
    events = icalendar.Calendar.from_ical(octets).walk("VEVENT")
    assert len(events) == 3
    assert all(str(event["summary"]).endswith(ours.ref) for event in events)
    for said in (b"Empty homes", b"cartrefi", LANCASHIRE.encode(), BLACKPOOL.encode()):
        assert said not in octets


def test_it_tells_the_review_that_is_next_and_not_the_one_that_was_held(desk: Desk, vault: Vault) -> None:
    ours = desk.active(review_on=(TODAY + timedelta(days=80)).isoformat())
    desk.daily_pass()
    later = TODAY + timedelta(days=400)
    for body in (LANCASHIRE, BLACKPOOL):
        held = desk.confirm(ours.ref, desk.cast(body, "ig_officer"), later)
    assert held.pending is None
    feed = made(desk, desk.officer())
    events = icalendar.Calendar.from_ical(read(desk, vault, feed, feeds.secret_of(feed, vault))).events
    days = {str(event["UID"]).split("@")[0]: event.decoded("DTSTART") for event in events}
    assert days[f"{ours.ref}-1-review_on"] == later


def test_it_tells_the_days_of_its_own_body_alone(desk: Desk, vault: Vault) -> None:
    desk.active()
    feed = made(desk, desk.cast(POLICE, "auditor"))
    assert b"VEVENT" not in read(desk, vault, feed, feeds.secret_of(feed, vault))


def test_every_wrong_address_is_refused_alike(desk: Desk, vault: Vault) -> None:
    mine, other = made(desk, desk.officer()), made(desk, desk.officer())
    taken_back = made(desk, desk.officer())
    revoked(desk, taken_back, desk.officer())
    unknown = mine[:-1] + ("0" if mine[-1] != "0" else "1")
    wrong = [
        (mine, feeds.secret_of(other, vault)),
        (mine, ""),
        (mine, feeds.secret_of(mine, vault)[:-1]),
        (mine, "é"),
        (unknown, feeds.secret_of(unknown, vault)),
        (taken_back, feeds.secret_of(taken_back, vault)),
        ("' OR 1=1", "x"),
    ]
    for feed, secret in wrong:
        with pytest.raises(NoSuchCalendar) as refused:
            read(desk, vault, feed, secret)
        assert refused.value.facts == {}
    assert "{" not in catalogue()[NoSuchCalendar.code].en


def test_it_ends_with_the_last_role_of_its_person(desk: Desk, vault: Vault) -> None:
    officer = desk.officer()
    feed = made(desk, officer)
    with desk.db.write() as tx:
        end_roles_of(tx, str(officer.person), LANCASHIRE, NOW)
        note_sample(tx)
    with pytest.raises(NoSuchCalendar):
        read(desk, vault, feed, feeds.secret_of(feed, vault))


def test_only_its_own_person_takes_it_back_and_once(desk: Desk) -> None:
    feed = made(desk, desk.officer())
    with pytest.raises(MayNotExchange):
        revoked(desk, feed, desk.officer(second=True))
    with pytest.raises(NoSuchCalendar):
        revoked(desk, feed, desk.cast(BLACKPOOL, "ig_officer"))
    revoked(desk, feed, desk.officer())
    with pytest.raises(CalendarIsRevoked):
        revoked(desk, feed, desk.officer())


def test_the_secret_is_neither_in_the_database_nor_in_the_log(
    desk: Desk, vault: Vault, database: Database
) -> None:
    feed = made(desk, desk.officer())
    secret = feeds.secret_of(feed, vault)
    with database.read() as reading:
        entries = [event for event in read_events(reading, 0) if event.type.startswith("calendar")]
        rows = feeds.list_feeds(reading, caller=desk.officer(), now=NOW, policies=POLICIES)
    assert [event.type for event in entries] == ["calendar.opened"]
    assert secret not in f"{entries}{rows}"
    assert [row.id for row in rows] == [feed]


def test_another_key_makes_another_secret_for_each_feed(vault: Vault, tmp_path: Path) -> None:
    create_records_key(tmp_path / "another.key")
    another = Vault(tmp_path / "another.key")
    secrets = {feeds.secret_of(feed, by) for feed in ("a", "b") for by in (vault, another)}
    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {64}
