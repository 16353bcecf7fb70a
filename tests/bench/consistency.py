"""How soon every worker denies what was suspended: two workers on one database, each asked over and over."""

import threading
from dataclasses import dataclass
from time import perf_counter_ns

import requests

from tests.bench.timing import Timing
from tests.journeys.world import Json, Officer, World
from tests.servers import REGISTRY, free_port, running

PATH = "/access/v1/evaluation"
ORGANISATION = "gss:E10000017"
SUSPEND = {"scope": {"organisation": ORGANISATION}, "reason": "A measurement."}


@dataclass(frozen=True, slots=True)
class Consistency:
    """From the answer to a suspension, given after its commit, to the denial by each worker."""

    same_worker: Timing
    other_worker: Timing


def measure(world: World, *, count: int) -> Consistency:
    """Suspend and resume one agreement so many times, at one of two workers."""
    port = free_port()
    command = (REGISTRY, "serve", "--port", str(port))
    environment = {**world.environment, "REGISTRY_BASE_URL": world.url}
    other = f"http://127.0.0.1:{port}"
    with running(*command, ready_url=f"{other}/health/ready", environment=environment):
        return _measure(world, (world.url, other), count)


def _measure(world: World, workers: tuple[str, str], count: int) -> Consistency:
    dpo, siro = (world.officer(ORGANISATION, role) for role in ("dpo", "siro"))
    partner = world.partner(world.demo["clients"][0]["client_id"])
    example = next(one for one in world.demo["examples"] if one["decision"] and _is_of(one, partner.client))
    token = partner.session.token["access_token"]
    home = f"/agreements/{partner.ask(example['request'])['context']['agreement']['ref']}"
    seen: list[list[int]] = [[], []]
    for _ in range(count):
        watches = [Watch(worker, token, example["request"]) for worker in workers]
        for watch in watches:
            watch.start()
        dpo.do(f"{home}/suspend", SUSPEND)
        answered_ns = perf_counter_ns()
        for watch, times in zip(watches, seen, strict=True):
            watch.join()
            times.append(max(0, watch.denied_ns - answered_ns))
        _resume(home, dpo, siro)
        for worker in workers:
            _wait_until_permitted(worker, token, example["request"])
    return Consistency(*(Timing.of(times, total_ns=max(1, sum(times))) for times in seen))


class Watch(threading.Thread):
    """Asks one worker over and over, until it denies."""

    def __init__(self, worker: str, token: str, question: Json) -> None:
        super().__init__(daemon=True)
        self._asking = worker, token, question
        self.denied_ns = 0

    def run(self) -> None:
        """Ask until the first denial."""
        with requests.Session() as session:
            while _ask(session, *self._asking):
                pass
        self.denied_ns = perf_counter_ns()


def _wait_until_permitted(worker: str, token: str, question: Json) -> None:
    with requests.Session() as session:
        while not _ask(session, worker, token, question):
            pass


def _ask(session: requests.Session, worker: str, token: str, question: Json) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    answer = session.post(f"{worker}{PATH}", json=question, headers=headers, timeout=10)
    answer.raise_for_status()
    return bool(answer.json()["decision"])


def _resume(home: str, dpo: Officer, siro: Officer) -> None:
    if dpo.do(f"{home}/resume", SUSPEND)["pending"]:
        siro.do(f"{home}/resume", SUSPEND)


def _is_of(example: Json, client: Json) -> bool:
    return bool(example["client_id"] == client["client_id"])
