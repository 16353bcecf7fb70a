"""What an answer about the past costs beside the database: processor time, read back and kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

from registry import clock
from registry.agreements.queries import sharing_flows
from registry.agreements.sharing import SharingFlow
from registry.callers import Caller
from registry.db import Database
from registry.decisions.desk import Asked, Desk
from registry.decisions.follower import IndexFollower
from registry.decisions.index import Index
from registry.decisions.past.rewinding import Rewinder
from registry.history.past import Past
from registry.policy import Policies
from registry.settings import Settings

QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Answers:
    """Milliseconds of processor time for each answer: of agreements not looked at before, and again."""

    first_ms: float
    again_ms: float


def measure(data_dir: Path) -> Answers:
    """Ask a demo registry what was known an instant ago about flows spread over all its agreements."""
    settings = Settings(data_dir=data_dir)
    db, policies = Database(settings.database), Policies.load(settings.policies_dir)
    follower = IndexFollower(db, policies, sharing_flows)
    follower.catch_up()

    def desk_over(index: Index) -> Desk:
        return Desk(index, policies, base_url=settings.base_url)

    rewinder = Rewinder(desk_over(follower.index), Past(db), desk_over)
    with db.read() as reading:
        live = [flow for flow in sharing_flows(reading) if flow.state == "live"]
    asked = [_ask(rewinder, flow) for flow in live[:: max(1, len(live) // QUESTIONS)]]
    again = [_ask(rewinder, live[-1]) for _ in asked]
    db.dispose()
    return Answers(_median(asked), _median(again))


def _ask(rewinder: Rewinder, flow: SharingFlow) -> float:
    """The milliseconds that one answer takes; it has to be a yes."""
    now = clock.now()
    body = _question(flow, clock.stamp(now - timedelta(seconds=1)))
    asked = Asked(body, now, json.dumps(body).encode())
    caller = Caller(flow.recipient, client="bench", mode="enforce", scopes=frozenset({"decisions:ask"}))
    began = process_time()
    permitted, _ = rewinder.evaluate(asked, caller)
    assert permitted, body
    return (process_time() - began) * 1e3


def _question(flow: SharingFlow, known_at: str) -> dict[str, Any]:
    facts = {
        "purpose": flow.purposes[0],
        "subject_group": flow.subject_groups[0],
        "volume": flow.volume,
        "regime": flow.regimes[0],
        "known_at": known_at,
    }
    return {
        "subject": {"type": "organisation", "id": flow.recipient},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{flow.holder}~{flow.items[0].category}"},
        "context": facts | dict(_bands(flow)),
    }


def _bands(flow: SharingFlow) -> Iterator[tuple[str, str]]:
    if flow.age_bands:
        yield "age_band", flow.age_bands[0]


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]
