"""The partner systems of the demo with the bundles of their bodies: the examples, and what is like them."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from random import Random
from typing import Any

from registry import clock
from registry.agreements.queries import sharing_flows
from registry.bundles.actions import Maker
from registry.callers import Caller
from registry.db import Database
from registry.decisions.desk import Desk
from registry.decisions.follower import IndexFollower
from registry.demo.clients import CLIENTS
from registry.demo.samples import sample_examples
from registry.policy import Policies
from registry.settings import Settings
from tests.unit.bundles.asking import Round, round_of

VARIATIONS = 15
Json = dict[str, Any]


def rounds_of_demo(settings: Settings, db: Database, policies: Policies, chance: Random) -> Iterator[Round]:
    """One round for every partner system."""
    follower = IndexFollower(db, policies, sharing_flows)
    follower.catch_up()
    desk, maker = (
        Desk(follower.index, policies, base_url=settings.base_url),
        Maker.of(settings, settings.origin),
    )
    now: datetime = clock.now()
    examples = [example["request"] for example in sample_examples()]
    for client in CLIENTS:
        caller = Caller(client.organisation, client=client.client_id, mode=client.mode)
        with db.read() as reading:
            text = maker.make(reading, client.organisation, client.mode, now=now, policies=policies)
        near = [one for one in examples if client.organisation in str(one)]
        asked = [*examples, *(_like(chance, one, examples) for one in near * VARIATIONS)]
        yield round_of(desk, text, asked, caller, now)


def _like(chance: Random, question: Json, others: list[Json]) -> Json:
    """A question with a fact or two left out, or as another question has them."""
    changed, other = deepcopy(question), chance.choice(others)
    for name in chance.sample(sorted(changed["context"]), 1):
        del changed["context"][name]
    for name in chance.sample(sorted(other["context"]), chance.randint(0, 2)):
        changed["context"][name] = other["context"][name]
    if chance.random() < 0.2:
        changed["action"] = other["action"]
    if chance.random() < 0.2:
        changed["context"]["at"] = chance.choice(("2026-01-01T00:00:00Z", "2030-07-01T00:00:00+01:00"))
    return changed
