"""CONTRACT's permission check as a stranger reads it, for `receive` and `disclose` alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ORDER = (
    "PERMIT",
    "PERMIT_WITH_OBLIGATIONS",
    "BLOCKED_BY_RULE",
    "SUSPENDED",
    "EXPIRED",
    "ITEM_NOT_COVERED",
    "PURPOSE_NOT_COVERED",
    "INDETERMINATE",
    "NOT_COVERED",
)

Json = dict[str, Any]


class Flow(NamedTuple):
    """One directed flow of a version. `standing`: live, suspended, blocked, waiting or ended (by date)."""

    agreement: Json
    holder: str
    recipient: str
    actions: frozenset[str]
    items: frozenset[tuple[str, str, str]]
    purposes: frozenset[str]
    subject_groups: frozenset[str]
    volume: str
    methods: frozenset[str]
    regimes: frozenset[str]
    age_bands: frozenset[str]
    obliges: bool
    standing: str
    begins: float
    ends: float
    live: float


def decide(flows: Iterable[Flow], asked: Json, at: float) -> tuple[str, Json | None]:
    """The outcome at an instant, and the agreement that decided."""
    found = [(outcome, flow) for flow in flows if (outcome := _outcome(flow, asked, at))]
    ranked = sorted(found, key=lambda one: (ORDER.index(one[0]), -one[1].ends, one[1].agreement["ref"]))
    outcome, flow = ranked[0] if ranked else ("NOT_COVERED", None)
    return outcome, None if flow is None or outcome in ("INDETERMINATE", "NOT_COVERED") else flow.agreement


def begins(day: str) -> float:
    """When a London day begins."""
    return datetime.fromisoformat(day).replace(tzinfo=LONDON).timestamp()


def ends(day: str) -> float:
    """When a London day is over."""
    return begins((date.fromisoformat(day) + timedelta(days=1)).isoformat())


def _outcome(flow: Flow, asked: Json, at: float) -> str | None:
    context = asked["context"]
    holder, category = asked["resource"]["id"].split("~")
    recipient = context["recipient"] if asked["action"]["name"] == "disclose" else asked["subject"]["id"]
    level = context.get("identifiability")
    has = {code for code, of, at_level in flow.items if of == category and level in (None, at_level)}
    if (flow.holder, flow.recipient) != (holder, recipient) or not has:
        return None
    if not flow.actions & {"receive", "disclose"} or not _fits(flow, context):
        return None
    fits_purpose = context.get("purpose") is None or context["purpose"] in flow.purposes
    fits_items = set(context.get("items", ())) <= has
    state, is_unsaid = _state(flow, at), _is_unsaid(flow, context)
    if fits_purpose and fits_items:
        if state == "NOT_COVERED" or not is_unsaid:
            return "PERMIT_WITH_OBLIGATIONS" if state == "PERMIT" and _obliges(flow, context) else state
        return "INDETERMINATE"
    if state != "PERMIT" or is_unsaid or not (fits_purpose or fits_items):
        return None
    return "ITEM_NOT_COVERED" if fits_purpose else "PURPOSE_NOT_COVERED"


def _fits(flow: Flow, context: Json) -> bool:
    """Whether whatever is stated besides purpose and items is as the flow has it."""
    stated = (
        ("subject_group", flow.subject_groups),
        ("volume", {flow.volume}),
        ("method", flow.methods),
        ("regime", flow.regimes),
        ("age_band", flow.age_bands or {context.get("age_band")}),
    )
    return all(name not in context or context[name] in codes for name, codes in stated)


def _obliges(flow: Flow, context: Json) -> bool:
    """Whether a yes demands something: by the agreement, or as the question leaves something open."""
    left_open = {"items", "identifiability"} | ({"method"} if flow.methods else set())
    return flow.obliges or not left_open <= set(context)


def _is_unsaid(flow: Flow, context: Json) -> bool:
    needed = {"purpose", "subject_group", "volume"}
    needed |= {"regime"} if len(flow.regimes) > 1 else set()
    needed |= {"age_band"} if flow.age_bands else set()
    return not needed <= set(context)


def _state(flow: Flow, at: float) -> str:
    if flow.standing == "waiting":
        return "NOT_COVERED"
    if flow.standing == "ended" or at >= flow.ends:
        return "EXPIRED"
    if at < flow.begins or (flow.standing != "suspended" and at < flow.live):
        return "NOT_COVERED"
    return {"live": "PERMIT", "suspended": "SUSPENDED", "blocked": "BLOCKED_BY_RULE"}[flow.standing]
