"""The stream of events: what there is from an entry on, what comes, and when it ends."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from registry.web.guards import TokenRefused
from registry.webhooks import notices
from registry.webhooks.notices import Audience
from registry.webhooks.rules import MAX_STREAMS, TooManyStreams
from registry.webhooks.streaming import COME_BACK, PAUSE_SECONDS, Streams
from tests.integration.webhooks.conftest import Hooks
from tests.samples.agreements import LANCASHIRE, TRUST
from tests.samples.assessments import POLICIES

LONG = 30.0


def streams(hooks: Hooks, *, seconds: float = 0, heartbeat_seconds: float = LONG) -> Streams:
    return Streams(
        hooks.db,
        POLICIES,
        hooks.desk.size,
        seconds,
        interval_seconds=0.01,
        heartbeat_seconds=heartbeat_seconds,
    )


def read(
    made: Streams,
    *,
    since: int = 0,
    organisation: str = LANCASHIRE,
    check_token: Callable[[], Any] = lambda: None,
    until: Callable[[list[bytes]], bool] = lambda _: False,
) -> list[bytes]:
    """What comes, until the stream ends or enough has come."""

    async def collect() -> list[bytes]:
        pieces: list[bytes] = []
        stream = made.follow(Audience(organisation), since, check_token)
        async for piece in stream:
            pieces.append(piece)
            if until(pieces):
                break
        await stream.aclose()  # type: ignore[attr-defined]
        return pieces

    return anyio.run(collect)


def fields(piece: bytes) -> dict[str, str]:
    """An event as a program reads it (HTML standard section 9.2.6)."""
    assert piece.endswith(b"\n\n")
    lines = piece.decode().splitlines()[:-1]
    pairs = (line.partition(": ") for line in lines if not line.startswith(":"))
    return {name: value for name, _, value in pairs}


def test_it_tells_what_there_is_from_an_entry_on_and_says_where_to_go_on(hooks: Hooks) -> None:
    ref = hooks.desk.active().ref
    first, *events, last = read(streams(hooks))
    assert first == COME_BACK
    found = [fields(piece) for piece in events]
    assert "agreement.activated" in {event["event"] for event in found}
    assert [int(event["id"]) for event in found] == sorted(int(event["id"]) for event in found)
    for event in found:
        said = json.loads(event["data"])
        assert (said["type"], said["data"]["agreement"]) == (event["event"], ref)
        assert said["data"]["log_index"] == int(event["id"])
    assert fields(last) == {"id": str(hooks.desk.size() - 1)}
    assert read(streams(hooks), since=int(found[0]["id"]) + 1)[1:-1] == events[1:]


def test_what_happens_while_it_is_open_is_told(hooks: Hooks) -> None:
    ref = hooks.desk.active().ref
    size = hooks.desk.size()
    dpo = hooks.desk.cast(LANCASHIRE, "dpo")
    suspending = threading.Timer(0.1, lambda: hooks.desk.suspend(ref, dpo, organisation=LANCASHIRE))
    suspending.start()
    pieces = read(
        streams(hooks, seconds=LONG), since=size, until=lambda pieces: b"flow.suspended" in pieces[-1]
    )
    suspending.join()
    assert json.loads(fields(pieces[-1])["data"])["data"]["agreement"] == ref


def test_a_heartbeat_tells_how_far_it_is_and_calls_no_program(hooks: Hooks) -> None:
    hooks.desk.active()
    made = streams(hooks, seconds=LONG, heartbeat_seconds=0)
    pieces = read(made, organisation=TRUST, until=lambda pieces: len(pieces) > 3)
    assert {tuple(fields(piece)) for piece in pieces[1:]} == {("id",)}
    assert fields(pieces[-1])["id"] == str(hooks.desk.size() - 1)


def test_it_ends_when_the_token_is_no_longer_good(hooks: Hooks) -> None:
    looks: list[None] = []

    def check_token() -> None:
        looks.append(None)
        if len(looks) == 3:
            raise TokenRefused(reason="revoked")

    made = streams(hooks, seconds=LONG)
    assert read(made, since=hooks.desk.size(), check_token=check_token) == [COME_BACK]
    assert len(looks) == 3


def test_an_organisation_has_so_many_streams_open_and_no_more(hooks: Hooks) -> None:
    made, ours = streams(hooks, seconds=LONG), Audience(LANCASHIRE)

    async def open_and_close() -> None:
        opened = [made.follow(ours, 0, lambda: None) for _ in range(MAX_STREAMS)]
        for stream in opened:
            made.check_room(ours)
            await anext(stream)
        with pytest.raises(TooManyStreams):
            made.check_room(ours)
        made.check_room(Audience(TRUST))
        for stream in opened:
            await stream.aclose()  # type: ignore[attr-defined]
        made.check_room(ours)

    anyio.run(open_and_close)


def test_of_streams_opened_at_once_those_too_many_end_and_come_back(hooks: Hooks) -> None:
    made, ours = streams(hooks, seconds=LONG), Audience(LANCASHIRE)

    async def open_all() -> list[bytes]:
        opened = [made.follow(ours, 0, lambda: None) for _ in range(MAX_STREAMS + 1)]
        for stream in opened[:-1]:
            await anext(stream)
        pieces = [piece async for piece in opened[-1]]
        for stream in opened:
            await stream.aclose()  # type: ignore[attr-defined]
        return pieces

    assert anyio.run(open_all) == [COME_BACK]
    made.check_room(ours)


def test_one_that_reads_the_whole_log_lets_others_read_between_its_pages(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks.desk.active()
    monkeypatch.setattr(notices, "PAGE", 5)
    began = time.monotonic()
    read(streams(hooks, seconds=LONG), until=lambda pieces: b"agreement.activated" in pieces[-1])
    activated = max(event.index for event in hooks.desk.events() if event.type == "agreement.activated")
    assert time.monotonic() - began >= PAUSE_SECONDS * (activated // 5)
