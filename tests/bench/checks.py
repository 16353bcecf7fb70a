"""Permission checks over HTTP, beside a bare ASGI answer on the same server in the same run."""

import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.bench import load
from tests.bench.timing import Timing
from tests.journeys.world import Json, World
from tests.servers import REGISTRY, free_port, running

PATH = "/access/v1/evaluation"
BATCHES = "/access/v1/evaluations"
ITEMS = 2_000
CONNECTIONS = 32
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Checks:
    """The middle one of five rounds each: checks that are permitted, and those of every outcome.

    Beside each stands the bare server, which sends the very answers that the checks got; then those of every
    outcome on two workers, and batches of them, one after the other.
    """

    permitted: Timing
    bare_permitted: Timing
    every: Timing
    bare_every: Timing
    two_workers: Timing
    batches: Timing


def measure(world: World, folder: Path, *, seconds: float) -> Checks:
    """Ask the demo's own examples, over and over."""
    partner = world.partner(world.demo["clients"][0]["client_id"])
    token = partner.session.token["access_token"]
    every = [each for each in world.demo["examples"] if each["client_id"] == partner.client["client_id"]]
    permitted = [example for example in every if example["decision"]]
    asked = urlsplit(world.url).port or 80
    with (
        _bare(folder / "permitted.json", world.url, token, permitted) as bare_permitted,
        _bare(folder / "every.json", world.url, token, every) as bare_every,
        _two_workers(world) as two_workers,
    ):
        sides = (
            (asked, permitted),
            (bare_permitted, permitted),
            (asked, every),
            (bare_every, every),
            (two_workers, every),
        )
        rounds = [
            [_round(port, [_request(token, each) for each in examples], seconds) for port, examples in sides]
            for _ in range(ROUNDS)
        ]
        batches = load.send(asked, cycle([_batch(token, every)]), connections=1, seconds=seconds)
    timings = [_middle(of_one_side) for of_one_side in zip(*rounds, strict=True)]
    return Checks(*timings, batches.timing)  # type: ignore[call-arg]  # five sides and the batches


@contextmanager
def _two_workers(world: World) -> Iterator[int]:
    """Two more workers of the same registry; the port they share."""
    port = free_port()
    server = (REGISTRY, "serve", "--port", str(port), "--workers", "2")
    environment = {**world.environment, "REGISTRY_BASE_URL": world.url}
    with running(*server, ready_url=f"http://127.0.0.1:{port}/health/ready", environment=environment):
        yield port


@contextmanager
def _bare(kept: Path, url: str, token: str, examples: Sequence[Json]) -> Iterator[int]:
    """The bare server with the registry's answers to these examples; the port it serves."""
    kept.write_text(json.dumps([_answer(url, token, example) for example in examples]), encoding="utf-8")
    port = free_port()
    server = (sys.executable, "-m", "uvicorn", "tests.bench.bare:app", "--port", str(port))
    quiet = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
    environment = {"BARE_ANSWERS": str(kept)}
    with running(*server, *quiet, ready_url=f"http://127.0.0.1:{port}/", environment=environment):
        yield port


def _request(token: str, example: Json) -> bytes:
    return load.request("POST", PATH, token=token, body=json.dumps(example["request"]).encode())


def _batch(token: str, examples: Sequence[Json]) -> bytes:
    items = [each["request"] for each, _ in zip(cycle(examples), range(ITEMS), strict=False)]
    return load.request("POST", BATCHES, token=token, body=json.dumps({"evaluations": items}).encode())


def _round(port: int, asked: list[bytes], seconds: float) -> Timing:
    answers = load.send(port, cycle(asked), connections=CONNECTIONS, seconds=seconds)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every question was answered: {answers.statuses}")
    return answers.timing


def _middle(timings: Sequence[Timing]) -> Timing:
    middle = statistics.median_low(timing.per_second for timing in timings)
    return next(timing for timing in timings if timing.per_second == middle)


def _answer(url: str, token: str, example: Json) -> Json:
    """What the registry answers to an example, for the bare server to repeat."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{url}{PATH}", json=example["request"], headers=headers, timeout=10)
    answer.raise_for_status()
    by_server = {"date", "server"}
    kept = [[name.lower(), value] for name, value in answer.headers.items() if name.lower() not in by_server]
    return {"headers": kept, "body": answer.text}
