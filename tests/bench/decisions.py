"""Decisions in one process: from a question to a value that names flow and codes."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from time import process_time
from typing import Any

from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from registry.policy import Law, Policies
from registry.settings import Settings
from tests.bench.apart import resident_megabytes
from tests.bench.timing import Timing, time_each

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ORGANISATIONS = tuple(f"local:body-{number}" for number in range(250))
QUESTIONS = 20_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """The timings at one size: of the decision alone, and with reading the question from its decoded JSON.

    Beside them what the index takes: seconds of the processor to be made, megabytes of resident memory.
    """

    decided: Timing
    read_and_decided: Timing
    made_seconds: float
    megabytes: float


def measure(agreements: int) -> Decisions:
    """Decide the same mixture of questions on a register of so many agreements. For a fresh process."""
    law = Policies.load(Settings().policies_dir).law
    index = Index(Vocabulary(law))
    gc.collect()
    empty, began = resident_megabytes(), process_time()
    index.load(make_flows(law, agreements, _dice(agreements)), log_size=agreements)
    made_seconds = process_time() - began
    gc.collect()
    megabytes = resident_megabytes() - empty

    asked_of = islice(
        make_flows(law, agreements, _dice(agreements)), 0, None, max(1, agreements // QUESTIONS)
    )
    dice = _dice(agreements + 1)
    bodies = [make_question(law, flow, dice) for flow in asked_of]
    dice.shuffle(bodies)
    questions = [read_question(body, index) for body in bodies]
    now = NOW.timestamp()
    return Decisions(
        time_each(lambda question: decide(index, question, now=now), questions),
        time_each(lambda body: decide(index, read_question(body, index), now=now), bodies),
        made_seconds,
        megabytes,
    )


def make_flows(law: Law, agreements: int, dice: Random) -> Iterator[SharingFlow]:
    """One directed flow for each agreement: 4 categories, 2 purposes, between two of 250 bodies."""
    for number in range(agreements):
        holder, recipient = dice.sample(ORGANISATIONS, 2)
        yield _flow(law, number, holder, recipient, dice)


def make_question(law: Law, flow: SharingFlow, dice: Random) -> dict[str, Any]:
    """A question that the flow covers, or, every other time, one that differs in purpose."""
    item = dice.choice(flow.items)
    purposes = flow.purposes if dice.random() < 0.5 else list(law.purposes)
    return {
        "subject": {"type": "organisation", "id": flow.recipient},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{flow.holder}~{item.category}"},
        "context": {
            "purpose": dice.choice(purposes),
            "subject_group": dice.choice(flow.subject_groups),
            "volume": flow.volume,
            "method": flow.methods[0],
        },
    }


def _dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same register in every run


def _flow(law: Law, number: int, holder: str, recipient: str, dice: Random) -> SharingFlow:
    starts_on = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
    categories = dice.sample(list(law.categories), 4)
    return SharingFlow(
        ref=f"ISA-{number:07}",
        version=1,
        hash="sha256:" + dice.randbytes(32).hex(),
        flow="f1",
        holder=holder,
        recipient=recipient,
        state=dice.choices(("live", "suspended", "waiting"), (90, 5, 5))[0],
        ended_by=None,
        starts_on=starts_on,
        expires_on=starts_on + timedelta(days=730),
        live_at=datetime(2026, 1, 1, tzinfo=UTC),
        actions=("receive",),
        items=tuple(SharedItem(f"{code}-record", code, "identifiable") for code in categories),
        purposes=tuple(dice.sample(list(law.purposes), 2)),
        subject_groups=tuple(dice.sample(list(law.subject_groups), 2)),
        volume="one",
        methods=("api-mtls",),
        regimes=("uk-gdpr",),
        age_bands=(),
        onward_recipients=(),
        gateways=(),
        obligations=(),
        retention="P1Y",
        protective=False,
        blocked_by=(),
        awaiting=(),
    )
