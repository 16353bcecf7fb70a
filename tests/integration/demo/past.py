"""The examples of the demo, answered as of now from its index, from its log, and from an export of that."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from registry.agreements.queries import sharing_flows
from registry.auditlog import log_size
from registry.callers import Caller
from registry.clock import stamp
from registry.db import Database
from registry.decisions.desk import Asked, Desk
from registry.decisions.follower import IndexFollower
from registry.decisions.index import Index
from registry.decisions.past.rewinding import Rewinder
from registry.demo.clients import CLIENTS
from registry.demo.samples import sample_examples
from registry.history.past import Past
from registry.policy import Policies
from registry.replay.exported import Exported
from registry.replay.replaying import Replay
from registry.verification.archive import open_archive

Json = dict[str, Any]
Codes = tuple[str, Any, list[str], list[str]]


class Told(NamedTuple):
    """What one example is answered: by the index of now, by the log, and by the export."""

    online: Codes
    known: Codes
    replayed: Codes


def told(db: Database, policies: Policies, export: Path, now: datetime) -> Iterator[Told]:
    """What every example of an enforcing partner system is answered."""
    follower = IndexFollower(db, policies, sharing_flows)
    follower.catch_up()

    def desk_over(index: Index) -> Desk:
        return Desk(index, policies, base_url="https://registry.test")

    desk = desk_over(follower.index)
    rewinder = Rewinder(desk, Past(db), desk_over)
    with db.read() as reading:
        size = log_size(reading)
    with open_archive(export) as archive:
        replay = Replay(Exported(archive, size), policies, now=now)
        for caller, request in _examples():
            then = {**request, "context": {**request["context"], "known_at": stamp(now)}}
            online, known = (
                _asked(one.evaluate, caller, body, now) for one, body in ((desk, request), (rewinder, then))
            )
            yield Told(online, known, _codes(replay.answer(then).document()))


def _examples() -> Iterator[tuple[Caller, Json]]:
    clients = {client.client_id: client for client in CLIENTS if client.mode == "enforce"}
    for example in sample_examples():
        if client := clients.get(example["client_id"]):
            yield Caller(client.organisation, client=client.client_id, mode="enforce"), example["request"]


def _asked(
    evaluate: Callable[[Asked, Caller], tuple[bool, bytes]], caller: Caller, body: Json, now: datetime
) -> Codes:
    return _codes(json.loads(evaluate(Asked(body, now, json.dumps(body).encode()), caller)[1]))


def _codes(answer: Json) -> Codes:
    reasons, obligations = ([one["code"] for one in answer[name]] for name in ("reasons", "obligations"))
    return answer["outcome"], answer["agreement"], reasons, obligations
