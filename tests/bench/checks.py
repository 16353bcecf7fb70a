"""Permission checks over HTTP on one worker, beside a bare ASGI answer on the same server in the same run."""

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.bench import load
from tests.bench.timing import Timing
from tests.journeys.world import Json, World
from tests.servers import free_port, running

PATH = "/access/v1/evaluation"
CONNECTIONS = 16
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Checks:
    """The middle one of five rounds each: checks that are permitted, all examples, the bare answer."""

    permitted: Timing
    every: Timing
    bare: Timing


def measure(world: World, folder: Path, *, seconds: float) -> Checks:
    """Ask the demo's own examples, over and over."""
    partner = world.partner(world.demo["clients"][0]["client_id"])
    token = partner.session.token["access_token"]
    examples = [each for each in world.demo["examples"] if each["client_id"] == partner.client["client_id"]]
    every = [_request(token, example) for example in examples]
    permitted = [_request(token, example) for example in examples if example["decision"]]
    answer = _record_answer(world.url, token, examples[0]["request"], folder / "answer.json")

    asked, port = urlsplit(world.url).port or 80, free_port()
    server = (sys.executable, "-m", "uvicorn", "tests.bench.bare:app", "--port", str(port))
    quiet = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
    environment = {"BARE_ANSWER": str(answer)}
    with running(*server, *quiet, ready_url=f"http://127.0.0.1:{port}/", environment=environment):
        sides = ((asked, permitted), (asked, every), (port, permitted))
        rounds = [[_round(*side, seconds) for side in sides] for _ in range(ROUNDS)]
    return Checks(*(_middle(timings) for timings in zip(*rounds, strict=True)))


def _request(token: str, example: Json) -> bytes:
    return load.request("POST", PATH, token=token, body=json.dumps(example["request"]).encode())


def _round(port: int, asked: list[bytes], seconds: float) -> Timing:
    answers = load.send(port, cycle(asked), connections=CONNECTIONS, seconds=seconds)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every question was answered: {answers.statuses}")
    return answers.timing


def _middle(timings: Sequence[Timing]) -> Timing:
    middle = statistics.median_low(timing.per_second for timing in timings)
    return next(timing for timing in timings if timing.per_second == middle)


def _record_answer(url: str, token: str, question: Json, path: Path) -> Path:
    """Keep one answer, for the bare server to repeat."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{url}{PATH}", json=question, headers=headers, timeout=10)
    answer.raise_for_status()
    by_server = {"date", "server"}
    kept = [[name.lower(), value] for name, value in answer.headers.items() if name.lower() not in by_server]
    path.write_text(json.dumps({"headers": kept, "body": answer.text}), encoding="utf-8")
    return path
