"""The write operations on records: incidents, disclosures, emergencies, tasks, complaints, exits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import update

from registry import clock
from registry.agreements.queries import LivingRegister
from registry.callers import SYSTEM, Caller
from registry.records.actions import Acting, remind
from registry.records.queries import EMERGENCY
from tests.integration.http.deed import Deed, Thing, do, says
from tests.integration.http.world import Json, World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, note_sample
from tests.samples.records import CERTIFICATE, EVALUATION

INCIDENTS, DISCLOSURES, EMERGENCIES = "/api/v1/incidents", "/api/v1/disclosures", "/api/v1/break-glass"
TASKS, COMPLAINTS, EXITS = "/api/v1/tasks", "/api/v1/complaints", "/api/v1/exits"
TIMES = count()


@dataclass(frozen=True)
class SystemDeed(Deed):
    """What a partner system does."""

    def caller(self, world: World) -> Caller:
        return partner(self.organisation, "decisions:ask")


def today() -> str:
    return clock.london_day(clock.now()).isoformat()


def before() -> str:
    """A minute ago, which may have been yesterday."""
    return clock.stamp(clock.now() - timedelta(minutes=1))


def incident(world: World, thing: Thing) -> Json:
    return {
        "ref": thing.id,
        "flow": "f1",
        "kind": "wrong-recipient",
        "severity": "high",
        "discovered_on": today(),
        "narrative": "A list went to another council.",
    }


def told(world: World, thing: Thing) -> Json:
    return {"severity": "low", "partner_told_at": before(), "regulator_told_at": before()}


def disclosures(world: World, thing: Thing) -> Json:
    evaluation = uuid5(NAMESPACE_URL, thing.id)
    return {
        "evaluation_id": f"{evaluation}.1",
        "ref": thing.id,
        "flow": "f1",
        "count": 3,
        "on": today(),
        "method": "api-mtls",
    }


def emergency(world: World, thing: Thing) -> Json:
    return {
        "decision": "share",
        "evaluation_id": EVALUATION,
        "role": "social-worker",
        "recipient": BLACKPOOL,
        "purpose": "child-safeguarding",
        "categories": ["safeguarding-flag"],
        "items": ["child-protection-plan"],
        "basis": "safeguarding",
        "decided_at": "2026-01-01T10:00:00Z",
        "risk": "A child is at risk.",
        "why_now": "Tonight is too late.",
        "consent": {"sought": False, "why_not": "It would add to the risk."},
        "informed": {"told": True, "why_not": ""},
        "notified": ["manager"],
    }


def complaint(world: World, thing: Thing) -> Json:
    return {"ref": thing.id, "received_on": today(), "channel": "letter"}


def _on(home: str, act: str, stage: str, **more: object) -> Deed:
    return Deed(f"POST {home}/{{identifier}}/{act}", stage, match="honoured", **more)  # type: ignore[arg-type]


REPORT = Deed(f"POST {INCIDENTS}", "agreement active", incident)
RECORD = Deed(f"POST {EMERGENCIES}", "nothing", emergency)
COMPLAIN = Deed(f"POST {COMPLAINTS}", "agreement active", complaint)
UPDATE = _on(INCIDENTS, "update", "incident open", body=told, wrong_stage="incident closed", lenient=True)
CLOSE = _on(
    INCIDENTS, "close", "incident told", body=says(outcome="contained"), wrong_stage="incident closed"
)
REVIEW = _on(
    EMERGENCIES,
    "review",
    "emergency recorded",
    body=says(outcome="proportionate"),
    role="dpo",
    wrong_stage="emergency reviewed",
)
ERASE = _on(EMERGENCIES, "erase", "emergency kept", body=None, role="dpo", wrong_stage="emergency recorded")
TICK_OFF = _on(TASKS, "done", "task open", body=None, wrong_stage="task done")
ACKNOWLEDGE = _on(
    COMPLAINTS,
    "acknowledge",
    "complaint received",
    body=lambda world, thing: {"acknowledged_on": today()},
    wrong_stage="complaint acknowledged",
)
ANSWER = _on(
    COMPLAINTS,
    "close",
    "complaint acknowledged",
    body=lambda world, thing: {"outcome": "upheld", "closed_on": today()},
    wrong_stage="complaint received",
)
EVIDENCE = _on(
    EXITS,
    "evidence",
    "exit due",
    body=lambda world, thing: {"method": "destroyed", "certificate": CERTIFICATE, "done_on": today()},
    organisation=BLACKPOOL,
    wrong_stage="exit evidenced",
)

RECORD_DEEDS: tuple[Deed, ...] = (
    REPORT,
    UPDATE,
    CLOSE,
    SystemDeed(f"POST {DISCLOSURES}", "agreement active", disclosures),
    RECORD,
    REVIEW,
    ERASE,
    TICK_OFF,
    COMPLAIN,
    ACKNOWLEDGE,
    ANSWER,
    EVIDENCE,
)

RECORD_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "incident open": ("agreement active", (REPORT,), None),
    "incident told": ("incident open", (UPDATE,), None),
    "incident closed": ("incident told", (CLOSE,), None),
    "emergency recorded": ("nothing", (RECORD,), None),
    "emergency reviewed": ("emergency recorded", (REVIEW,), None),
    "task done": ("task open", (TICK_OFF,), None),
    "complaint received": ("agreement active", (COMPLAIN,), None),
    "complaint acknowledged": ("complaint received", (ACKNOWLEDGE,), None),
    "exit evidenced": ("exit due", (EVIDENCE,), None),
}


def _proposal(world: World, thing: Thing) -> Thing:
    """A task to propose an agreement: three emergencies of one pair for a purpose of its own."""
    purpose = list(world.policies.law.purposes)[next(TIMES)]
    for _ in range(3):
        changes = {"purpose": purpose, "decided_at": before()}
        do(world, RECORD, thing, changes)
    found = world.send("GET", f"{TASKS}?mine=true", world.cast(LANCASHIRE, "ig_officer")).json()["results"]
    newest = next(one for one in found if one["subject"] == f"{BLACKPOOL}~{purpose}")
    return Thing(newest["id"], "", "")


def _kept(world: World, recorded: Thing) -> Thing:
    """An emergency decision whose words have been kept long enough."""
    with world.db.write() as tx:
        kept = update(EMERGENCY).where(EMERGENCY.c.id == recorded.id)
        tx.execute(kept.values(erase_on=clock.london_day(clock.now()) - timedelta(days=1)))
        note_sample(tx)
    return recorded


def _ended(world: World, active: Thing) -> Thing:
    """The duty of the recipient when its agreement has ended."""
    ended = Deed(
        "POST /api/v1/agreements/{ref}/terminate", "", says(reason="Not needed any more."), role="siro"
    )
    do(world, ended, active)
    policies = world.policies
    remind(world.db, acting=Acting(SYSTEM, clock.now(), policies, LivingRegister()))
    officer = world.cast(BLACKPOOL, "ig_officer")
    (duty,) = world.send("GET", f"{EXITS}?ref={active.id}", officer).json()["results"]
    return Thing(duty["id"], "", "")


MADE: dict[str, tuple[str, Callable[[World, Thing], Thing]]] = {
    "emergency kept": ("emergency recorded", _kept),
    "task open": ("nothing", _proposal),
    "exit due": ("agreement active", _ended),
}
"""Stages that no deed alone leads to: from which one, and by what."""
