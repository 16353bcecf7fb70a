"""Time stamps by a real authority over a real line: asked for daily, checked before they are kept."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.auditlog.queries import newest_checkpoint
from registry.auditlog.timestamps import Authority as Asked
from registry.auditlog.timestamps import TimeStamping, authorities_of, newest_tokens, stamp_states
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.settings import Settings
from registry.verification.timestamps import check_response
from tests.auditlog_world import grow, sign
from tests.timestamping import Authority, make_authority, serving

DAY = timedelta(days=1)
LOOPBACK = Egress(parse_networks("127.0.0.0/8"))


class Moment:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("time") / "authority")


@pytest.fixture(scope="module")
def url(authority: Authority) -> Iterator[str]:
    with serving(authority) as url:
        yield url


@pytest.fixture
def signed(database: Database, tmp_path: Path) -> Database:
    grow(database, 5)
    sign(database, tmp_path)
    return database


def asking(db: Database, moment: Moment, roots: Path, *urls: str) -> TimeStamping:
    settings = Settings(timestamp_urls=" ".join(urls), timestamp_roots_file=roots)
    return TimeStamping(db, authorities_of(settings, LOOPBACK), now=moment)


def stored(db: Database) -> dict[str, int]:
    with db.read() as reading:
        return {tsa: row.size for tsa, row in newest_tokens(reading).items()}


def test_the_newest_checkpoint_is_stamped_once_a_day(
    signed: Database, authority: Authority, url: str, tmp_path: Path
) -> None:
    moment = Moment()
    stamping = asking(signed, moment, authority.root_file, url)
    stamping.turn()
    assert stored(signed) == {url: 5}
    grow(signed, 2, start=5)
    sign(signed, tmp_path)
    stamping.turn()
    assert stored(signed) == {url: 5}
    moment.now += DAY
    stamping.turn()
    assert stored(signed) == {url: 7}
    moment.now += DAY
    stamping.turn()
    assert stored(signed) == {url: 7}


def test_what_is_stored_proves_the_stored_note_and_openssl_agrees(
    signed: Database, authority: Authority, url: str
) -> None:
    asking(signed, Moment(), authority.root_file, url).turn()
    with signed.read() as reading:
        token, newest = newest_tokens(reading)[url], newest_checkpoint(reading)
    assert newest
    note = newest.note.encode()
    assert check_response(token.tsr, note, [authority.root]).at == token.gen_time
    assert authority.openssl_verifies(token.tsr, note)


def test_a_token_that_leads_to_no_trusted_root_is_not_stored(
    signed: Database, url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = make_authority(tmp_path / "stranger")
    asking(signed, Moment(), stranger.root_file, url).turn()
    assert stored(signed) == {}
    assert f"no time stamp of {url}" in caplog.text


def test_an_authority_that_fails_is_asked_again_later_and_the_others_are_not_kept_waiting(
    signed: Database, authority: Authority, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere, moment = "http://127.0.0.1:9/tsa", Moment()
    stamping = asking(signed, moment, authority.root_file, nowhere, url)

    def asked_after(pause: timedelta) -> bool:
        caplog.clear()
        moment.now += pause
        stamping.turn()
        return nowhere in caplog.text

    with caplog.at_level(logging.WARNING, "registry.log"):
        assert asked_after(timedelta(0))
        assert stored(signed) == {url: 5}
        assert not asked_after(timedelta(seconds=59))
        assert asked_after(timedelta(seconds=1))
        assert not asked_after(timedelta(seconds=119))
        assert asked_after(timedelta(seconds=1))
        for _ in range(6):
            asked_after(timedelta(hours=1))
        assert asked_after(timedelta(hours=1))


def test_the_operator_is_told_how_it_stands(
    signed: Database, authority: Authority, url: str, tmp_path: Path
) -> None:
    moment, other = Moment(), "http://127.0.0.1:9/tsa"
    settings = Settings(timestamp_urls=f"{url},{other}", timestamp_roots_file=authority.root_file)
    both = authorities_of(settings, LOOPBACK)
    asking(signed, moment, authority.root_file, url).turn()

    def faults(authorities: Sequence[Asked] = both, **later: int) -> list[str]:
        with signed.read() as reading:
            return [
                state.fault for state in stamp_states(reading, authorities, moment.now + timedelta(**later))
            ]

    assert faults(days=30) == ["", f"{other} has given none"]
    grow(signed, 1, start=5)
    sign(signed, tmp_path)
    assert faults(days=1)[0] == ""
    assert faults(days=3)[0].startswith("none since 5 entries on ")
    stranger = make_authority(tmp_path / "stranger")
    assert "does not prove" in faults([replace(both[0], trusted=(stranger.root,))])[0]


def test_of_two_workers_one_asks(
    signed: Database, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "http://127.0.0.1:9/tsa"
    for worker in [asking(signed, Moment(), authority.root_file, nowhere) for _ in range(2)]:
        worker.turn()
    assert [record.name for record in caplog.records] == ["registry.log"]


def test_nothing_is_asked_before_there_is_a_checkpoint(database: Database, authority: Authority) -> None:
    asking(database, Moment(), authority.root_file, "http://127.0.0.1:9/tsa").turn()
    assert stored(database) == {}


def test_the_thread_asks_at_once_and_ends_when_told(signed: Database, authority: Authority, url: str) -> None:
    stamping = asking(signed, Moment(), authority.root_file, url)
    stamping.start()
    stamping.stop()
    assert stored(signed) == {url: 5}


def test_without_authorities_there_is_nothing_to_do(signed: Database) -> None:
    stamping = TimeStamping(signed, authorities_of(Settings(timestamp_urls=""), LOOPBACK))
    stamping.start()
    stamping.stop()
    assert stored(signed) == {}
