"""How soon a partner is told of a suspension: by its webhook, and on the stream that it keeps open."""

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter_ns

import requests

from tests.bench.timing import Timing
from tests.journeys.world import Json, Officer, World, eventually
from tests.webhook_world import Message, Partner, partner

ORGANISATION = "gss:E10000017"
TOLD = "flow.suspended"
SUSPEND = {"scope": {"organisation": ORGANISATION}, "reason": "A measurement."}


@dataclass(frozen=True, slots=True)
class Events:
    """From the moment in which a suspension is asked for to the one in which the partner has it."""

    webhook: Timing
    stream: Timing


@dataclass
class Arrivals:
    """When a partner heard first of each entry, by its index."""

    at_ns: dict[int, int] = field(default_factory=dict)

    def note(self, said: Json) -> None:
        """It heard of an entry now."""
        self.at_ns.setdefault(said["data"]["log_index"], perf_counter_ns())

    def wait_for(self, index: int) -> None:
        """Wait until it has heard of an entry."""
        if not eventually(lambda: index in self.at_ns, within_seconds=30):
            raise RuntimeError(f"nobody was told of entry {index}")


def measure(world: World, *, count: int) -> Events:
    """Suspend an agreement so many times, each time until the partner has heard of it."""
    officer, dpo, siro = (world.officer(ORGANISATION, role) for role in ("ig_officer", "dpo", "siro"))
    listed = officer.get(f"/agreements?party={ORGANISATION}&status=active&limit=1")
    home = f"/agreements/{listed['results'][0]['ref']}"
    by_webhook, by_stream = Arrivals(), Arrivals()
    asked_ns: dict[int, int] = {}
    with partner() as program:
        subscribe(officer, program, by_webhook)
        threading.Thread(target=_listen, args=(officer, by_stream), daemon=True).start()
        for _ in range(count):
            began = perf_counter_ns()
            index = int(dpo.do(f"{home}/suspend", SUSPEND)["log_index"])
            asked_ns[index] = began
            by_webhook.wait_for(index)
            by_stream.wait_for(index)
            if dpo.do(f"{home}/resume", SUSPEND)["pending"]:
                siro.do(f"{home}/resume", SUSPEND)
    return Events(_timing(asked_ns, by_webhook), _timing(asked_ns, by_stream))


def subscribe(officer: Officer, program: Partner, arrivals: Arrivals) -> None:
    """Open a webhook for the program and prove it."""
    hook = officer.do("/webhooks", {"url": program.url, "types": [TOLD]})["id"]
    program.secret = officer.get(f"/webhooks/{hook}/secret")["secret"]
    officer.do(f"/webhooks/{hook}/prove")
    if not eventually(lambda: officer.get(f"/webhooks/{hook}")["status"] == "active", within_seconds=30):
        raise RuntimeError("the address was not proved")

    def receive(message: Message) -> tuple[int, bytes]:
        arrivals.note(message.said)
        return 200, b""

    program.receive = receive  # type: ignore[method-assign]


def _listen(officer: Officer, arrivals: Arrivals) -> None:
    headers = {"authorization": f"Bearer {officer.session.token['access_token']}"}
    address = f"{officer.world.url}/api/v1/events?type={TOLD}"
    with (
        suppress(requests.RequestException),  # the registry ends before we do
        requests.get(address, headers=headers, stream=True, timeout=300) as stream,
    ):
        for line in stream.iter_lines(chunk_size=1):
            if line.startswith(b"data: "):
                arrivals.note(json.loads(line.removeprefix(b"data: ")))


def _timing(asked_ns: dict[int, int], arrivals: Arrivals) -> Timing:
    each = [arrivals.at_ns[index] - asked for index, asked in asked_ns.items()]
    return Timing.of(each, total_ns=sum(each))
