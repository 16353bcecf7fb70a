"""The same questions put to what others decide with, each as fast as it is known to be.

A question is holder, recipient, category, purpose and instant; the answer whether a live flow covers it. Each
engine answers every question as the plain rule does, or there is no figure.
"""

import gc
import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import process_time
from typing import Any, NamedTuple

import casbin
import cedarpy
import hobofan_regorus
from casbin.persist.adapter import Adapter

from registry.agreements.sharing import SharingFlow
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from registry.policy import Law, Policies
from registry.settings import Settings
from tests.bench.apart import resident_megabytes
from tests.bench.decisions import NOW, make_flows, make_question
from tests.bench.timing import Timing, time_each

TODAY = NOW.date()
DAY = TODAY.isoformat()


class Asked(NamedTuple):
    """One question, and the body in which a client would send it."""

    holder: str
    recipient: str
    category: str
    purpose: str
    body: dict[str, Any]


Engine = tuple[Callable[[Asked], Any], Callable[[Any], bool]]
"""What makes a question ready beforehand, and what decides it."""


@dataclass(frozen=True, slots=True)
class Found:
    """How one engine did: seconds of the processor to be made, megabytes it holds, and its answers."""

    made_seconds: float
    megabytes: float
    decided: Timing


def measure(engine: str, agreements: int, questions: int) -> Found:
    """Let one engine decide. For a fresh process.

    Raises:
        RuntimeError: it answers a question otherwise than the plain rule.
    """
    law = Policies.load(Settings().policies_dir).law
    flows = [flow for flow in make_flows(law, agreements, _dice(agreements)) if flow.state == "live"]
    dice = _dice(agreements + 1)
    asked = [_asked(make_question(law, dice.choice(flows), dice)) for _ in range(questions)]
    expected = _expected(flows, asked)
    gc.collect()
    empty, began = resident_megabytes(), process_time()
    ready, decides = ENGINES[engine](law, flows)
    made_seconds, megabytes = process_time() - began, resident_megabytes() - empty
    prepared = [ready(each) for each in asked]
    if [decides(each) for each in prepared] != expected:
        raise RuntimeError(f"{engine} answers otherwise than the rule")
    return Found(made_seconds, megabytes, time_each(decides, prepared))


def _dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same register in every run


def _asked(body: dict[str, Any]) -> Asked:
    holder, _, category = body["resource"]["id"].partition("~")
    return Asked(holder, body["subject"]["id"], category, body["context"]["purpose"], body)


def _expected(flows: Sequence[SharingFlow], asked: Sequence[Asked]) -> list[bool]:
    """What the plain rule says, from a look at every flow between the two bodies."""
    between = _between(flows)
    return [any(_covers(flow, one) for flow in between[one.holder, one.recipient]) for one in asked]


def _covers(flow: SharingFlow, one: Asked) -> bool:
    return (
        any(item.category == one.category for item in flow.items)
        and one.purpose in flow.purposes
        and one.body["context"]["subject_group"] in flow.subject_groups
        and flow.starts_on <= TODAY <= flow.expires_on
    )


def _between(flows: Sequence[SharingFlow]) -> defaultdict[tuple[str, str], list[SharingFlow]]:
    between: defaultdict[tuple[str, str], list[SharingFlow]] = defaultdict(list)
    for flow in flows:
        between[flow.holder, flow.recipient].append(flow)
    return between


def _group(one: Asked) -> str:
    return str(one.body["context"]["subject_group"])


def _rows(flow: SharingFlow) -> Iterator[tuple[str, ...]]:
    """What a flow covers, one combination a row."""
    days = flow.starts_on.isoformat(), flow.expires_on.isoformat()
    for item in flow.items:
        for purpose in flow.purposes:
            for group in flow.subject_groups:
                yield (flow.holder, flow.recipient, item.category, purpose, group, *days)


def registry_index(law: Law, flows: Sequence[SharingFlow]) -> Engine:
    """Our own index; its answer names the flow and says why."""
    index, now = Index(Vocabulary(law)), NOW.timestamp()
    index.load(flows, log_size=1)
    return lambda one: read_question(one.body, index), lambda asked: decide(index, asked, now=now).permitted


def sqlite(_law: Law, flows: Sequence[SharingFlow]) -> Engine:
    """A table in memory with an index that holds all that is asked for."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE flow (holder, recipient, category, purpose, subjects, begins, ends)")
    db.executemany(
        "INSERT INTO flow VALUES (?, ?, ?, ?, ?, ?, ?)", (row for flow in flows for row in _rows(flow))
    )
    db.execute("CREATE INDEX covering ON flow (holder, recipient, category, purpose, subjects, begins, ends)")
    ask = (
        "SELECT 1 FROM flow WHERE holder = ? AND recipient = ? AND category = ? AND purpose = ?"
        " AND subjects = ? AND begins <= ? AND ends >= ? LIMIT 1"
    )
    return lambda one: (
        *one[:4],
        _group(one),
        DAY,
        DAY,
    ), lambda asked: db.execute(ask, asked).fetchone() is not None


def regorus(_law: Law, flows: Sequence[SharingFlow]) -> Engine:
    """Rego over flows that are nested by holder and recipient."""
    nested: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for flow in flows:
        nested[flow.holder][flow.recipient].append(
            {
                "categories": {item.category: True for item in flow.items},
                "purposes": dict.fromkeys(flow.purposes, True),
                "subjects": dict.fromkeys(flow.subject_groups, True),
                "begins": flow.starts_on.isoformat(),
                "ends": flow.expires_on.isoformat(),
            }
        )
    engine = hobofan_regorus.Engine()
    engine.add_policy("sharing.rego", REGO)
    engine.add_data_json(json.dumps({"flows": nested}))

    def decides(asked: str) -> bool:
        engine.set_input_json(asked)
        return engine.eval_rule("data.sharing.permitted") is True

    return lambda one: json.dumps(
        {**one._asdict(), "body": None, "subjects": _group(one), "day": DAY}
    ), decides


def casbin_fast(_law: Law, flows: Sequence[SharingFlow]) -> Engine:
    """The FastEnforcer of casbin, which finds its rows by all that is asked for by value."""

    class Rows(Adapter):  # type: ignore[misc]
        def load_policy(self, model: Any) -> None:
            for flow in flows:
                groups = "".join(f"|{group}|" for group in flow.subject_groups)
                rows = {(*row[:4], groups, *row[5:]) for row in _rows(flow)}
                model.add_policies("p", "p", list(map(list, rows)))

    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(CASBIN)
        file.flush()
        enforcer = casbin.FastEnforcer(file.name, Rows(), cache_key_order=[0, 1, 2, 3])
    return lambda one: (*one[:4], f"|{_group(one)}|", DAY), lambda asked: bool(enforcer.enforce(*asked))


def cedar(_law: Law, flows: Sequence[SharingFlow]) -> Engine:
    """Cedar, policies and flows parsed before; the flows between two bodies are found for it."""
    policies = cedarpy.PolicySet.from_str(CEDAR)
    handles: defaultdict[tuple[str, str], list[cedarpy.Entities]] = defaultdict(list)
    for flow in flows:
        handles[flow.holder, flow.recipient].append(cedarpy.Entities.from_json_str(_entity(flow)))

    def decides(asked: tuple[tuple[str, str], dict[str, Any]]) -> bool:
        pair, request = asked
        found = (cedarpy.is_authorized(request, policies, flow) for flow in handles[pair])
        return any(result.decision is cedarpy.Decision.Allow for result in found)

    return lambda one: ((one.holder, one.recipient), _request(one)), decides


def _entity(flow: SharingFlow) -> str:
    attributes = {
        "categories": [item.category for item in flow.items],
        "purposes": list(flow.purposes),
        "subjects": list(flow.subject_groups),
        "begins": flow.starts_on.toordinal(),
        "ends": flow.expires_on.toordinal(),
    }
    return json.dumps([{"uid": {"type": "Flow", "id": "f"}, "attrs": attributes, "parents": []}])


def _request(one: Asked) -> dict[str, Any]:
    context = {
        "category": one.category,
        "purpose": one.purpose,
        "subjects": _group(one),
        "day": TODAY.toordinal(),
    }
    return {
        "principal": 'Organisation::"asks"',
        "action": 'Action::"receive"',
        "resource": 'Flow::"f"',
        "context": context,
    }


CEDAR = """permit(principal, action, resource) when {
  resource.categories.contains(context.category) && resource.purposes.contains(context.purpose) &&
  resource.subjects.contains(context.subjects) &&
  resource.begins <= context.day && context.day <= resource.ends
};"""

REGO = """package sharing
import rego.v1
default permitted := false
permitted if {
  some flow in data.flows[input.holder][input.recipient]
  flow.categories[input.category]
  flow.purposes[input.purpose]
  flow.subjects[input.subjects]
  flow.begins <= input.day
  input.day <= flow.ends
}"""

CASBIN = """[request_definition]
r = holder, recipient, category, purpose, subjects, day
[policy_definition]
p = holder, recipient, category, purpose, subjects, begins, ends
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.holder == p.holder && r.recipient == p.recipient && r.category == p.category \\
  && r.purpose == p.purpose && r.subjects in p.subjects && p.begins <= r.day && r.day <= p.ends
"""

ENGINES: dict[str, Callable[[Law, Sequence[SharingFlow]], Engine]] = {
    "our index": registry_index,
    "SQLite, covering index": sqlite,
    "regorus": regorus,
    "cedarpy": cedar,
    "casbin FastEnforcer": casbin_fast,
}
"""Every engine, by the name under which it is shown."""
