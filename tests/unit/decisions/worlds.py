"""Small random worlds: few bodies and few codes, so that flows and questions meet often."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from registry.agreements.sharing import SharedItem, SharingFlow
from tests.unit.decisions.making import BELFAST, COUNCIL, NOW, POLICE, TRUST, flow

ORGANISATIONS = (COUNCIL, TRUST, POLICE, BELFAST)
CATEGORIES = ("safeguarding-flag", "contact")
LEVELS = ("identifiable", "aggregate")
ACTIONS = ("receive", "disclose", "onward_share", "match", "automated_use")
TODAY = NOW.date()


def random_flow(chance: Random) -> SharingFlow:
    """A flow between two of three bodies, mostly live and within its days."""
    holder, recipient = chance.sample(ORGANISATIONS, 2) if chance.random() < 0.3 else (COUNCIL, TRUST)
    state = _mostly(chance, "live", "waiting", "suspended", "ended")
    starts_on = TODAY - timedelta(days=_mostly(chance, 30, *range(-3, 4)))
    expires_on = TODAY + timedelta(days=_mostly(chance, 30, *range(-3, 4)))
    live_at = datetime(starts_on.year, starts_on.month, starts_on.day, 13, tzinfo=UTC)
    return flow(
        ref=chance.choice(["ISA-1", "ISA-2", "ISA-3"]),
        holder=holder,
        recipient=recipient,
        state=state,
        ended_by=chance.choice(["expired", "terminated", "superseded"]) if state == "ended" else None,
        starts_on=starts_on,
        expires_on=max(starts_on, expires_on),
        live_at=None if state == "waiting" else live_at,
        actions=_some(chance, *ACTIONS, at_least=1),
        items=tuple(_item(chance) for _ in range(chance.randint(1, 4))),
        purposes=_some(chance, "child-safeguarding", "direct-care", at_least=1),
        subject_groups=_some(chance, "child", "patient", at_least=1),
        volume=_mostly(chance, "one", "bulk"),
        methods=_some(chance, "api-mtls", "paper"),
        regimes=_some(chance, "uk-gdpr", "law-enforcement", at_least=1),
        age_bands=_mostly(chance, (), ("0-4",), ("5-11", "0-4")),
        onward_recipients=_some(chance, *ORGANISATIONS),
        obligations=_mostly(chance, (), (("no-onward", {}),)),
        blocked_by=_mostly(chance, (), ("ET-01",)),
        leaves_on=_mostly(chance, None, *(TODAY + timedelta(days=days) for days in range(-2, 3))),
    )


def random_question(chance: Random) -> dict[str, Any]:
    """A complete question, mostly about the council and the trust, that leaves some facts out."""
    action = chance.choice(ACTIONS)
    holder = _mostly(chance, COUNCIL, *ORGANISATIONS)
    other = _mostly(chance, TRUST, *ORGANISATIONS)
    stated: dict[str, Any] = {
        "purpose": _mostly(chance, "child-safeguarding", "direct-care", None),
        "subject_group": _mostly(chance, "child", "patient", None),
        "volume": _mostly(chance, "one", "bulk", None),
        "method": _mostly(chance, None, "api-mtls", "paper"),
        "regime": _mostly(chance, None, "uk-gdpr", "law-enforcement"),
        "identifiability": _mostly(chance, None, *LEVELS),
        "age_band": _mostly(chance, None, "0-4", "5-11"),
        "items": _mostly(chance, None, ["a"], ["a", "b"], []),
        "recipient": {"disclose": other, "onward_share": chance.choice(ORGANISATIONS)}.get(action),
        "at": _mostly(chance, None, (NOW + timedelta(hours=chance.randint(-840, 840))).isoformat()),
    }
    return {
        "subject": {"type": "organisation", "id": holder if action == "disclose" else other},
        "action": {"name": action},
        "resource": {"type": "data_holding", "id": f"{holder}~{_mostly(chance, *CATEGORIES)}"},
        "context": {name: value for name, value in stated.items() if value is not None},
    }


def _item(chance: Random) -> SharedItem:
    return SharedItem(chance.choice("abc"), _mostly(chance, *CATEGORIES), _mostly(chance, *LEVELS))


def _some(chance: Random, *values: str, at_least: int = 0) -> tuple[str, ...]:
    return tuple(chance.sample(values, chance.randint(at_least, len(values))))


def _mostly(chance: Random, likely: Any, *others: Any) -> Any:
    """The likely value about two times in three."""
    return likely if chance.random() < 0.66 else chance.choice((likely, *others))
