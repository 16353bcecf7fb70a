"""Two rules written apart from the index: CONTRACT word for word, and the facts that Cedar is asked about."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from registry import clock
from registry.agreements.sharing import SharingFlow
from tests.unit.decisions.making import BELFAST, NOW

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


def plain_outcome(world: Iterable[SharingFlow], body: dict[str, Any], now: datetime = NOW) -> str:
    """The outcome by CONTRACT."""
    if BELFAST in named(body):
        return "INDETERMINATE"
    found = [plain_flow_outcome(each, body, now) for each in world]
    return min((outcome for outcome in found if outcome), key=ORDER.index, default="NOT_COVERED")


def named(body: dict[str, Any]) -> set[str]:
    """The bodies that a question names."""
    return {body["subject"]["id"], body["resource"]["id"].split("~")[0], body["context"].get("recipient", "")}


def plain_flow_outcome(flow: SharingFlow, body: dict[str, Any], now: datetime) -> str | None:
    """What one flow says; nothing where it is as if it were not there."""
    action, context = body["action"]["name"], body["context"]
    holder, category = body["resource"]["id"].split("~")
    recipient = context["recipient"] if action == "disclose" else body["subject"]["id"]
    verbs = {"receive", "disclose"} if action in ("receive", "disclose") else {action}
    if (flow.holder, flow.recipient) != (holder, recipient) or not verbs & set(flow.actions):
        return None
    if action == "onward_share" and context["recipient"] not in flow.onward_recipients:
        return None
    level = context.get("identifiability")
    shared = {i.code for i in flow.items if i.category == category and level in (None, i.identifiability)}
    stated_elsewhere = [
        context.get("subject_group", flow.subject_groups[0]) not in flow.subject_groups,
        context.get("volume", flow.volume) != flow.volume,
        "method" in context and context["method"] not in flow.methods,
        "regime" in context and context["regime"] not in flow.regimes,
        bool(flow.age_bands) and context.get("age_band", flow.age_bands[0]) not in flow.age_bands,
    ]
    if not shared or any(stated_elsewhere):
        return None

    at = datetime.fromisoformat(context["at"]) if "at" in context else now
    day = clock.london_day(at)
    left_out = (
        any(fact not in context for fact in ("purpose", "subject_group", "volume"))
        or ("regime" not in context and len(flow.regimes) > 1)
        or ("age_band" not in context and bool(flow.age_bands))
    )
    purpose_fits = context.get("purpose", flow.purposes[0]) in flow.purposes
    items_fit = set(context.get("items", ())) <= shared
    can_permit = (
        flow.state == "live"
        and flow.live_at is not None
        and flow.live_at <= at
        and flow.starts_on <= day <= flow.expires_on
        and (flow.leaves_on is None or day < flow.leaves_on)
        and not flow.blocked_by
        and (flow.blocked_from is None or day < flow.blocked_from)
    )
    if not purpose_fits or not items_fit:
        if not can_permit or left_out or not (purpose_fits or items_fit):
            return None
        return "ITEM_NOT_COVERED" if purpose_fits else "PURPOSE_NOT_COVERED"
    return _standing(flow, context, at, left_out=left_out, can_permit=can_permit)


def _standing(
    flow: SharingFlow, context: dict[str, Any], at: datetime, *, left_out: bool, can_permit: bool
) -> str | None:
    """The outcome of a flow that covers everything stated."""
    day = clock.london_day(at)
    ended_by_date = (flow.state == "ended" and flow.ended_by == "expired") or (
        flow.state in ("live", "suspended")
        and (day > flow.expires_on or (flow.leaves_on is not None and day >= flow.leaves_on))
    )
    begun = day >= flow.starts_on
    not_live_then = flow.state == "live" and (flow.live_at is None or at < flow.live_at)
    nothing = flow.state == "waiting" or (flow.state == "ended" and not ended_by_date)
    if nothing or (not ended_by_date and (not begun or not_live_then)):
        return None
    if left_out:
        return "INDETERMINATE"
    if ended_by_date:
        return "EXPIRED"
    if flow.state == "suspended":
        return "SUSPENDED"
    if not can_permit:
        return "BLOCKED_BY_RULE"
    complied = ("items" in context, "identifiability" in context, "method" in context or not flow.methods)
    return "PERMIT" if all(complied) and not flow.obligations else "PERMIT_WITH_OBLIGATIONS"


def cedar_flow(flow: SharingFlow) -> dict[str, Any]:
    """A flow as the specification names its facts."""
    return {
        "holder": flow.holder,
        "recipient": flow.recipient,
        "actions": list(flow.actions),
        "items": [
            {"code": item.code, "category": item.category, "identifiability": item.identifiability}
            for item in flow.items
        ],
        "purposes": list(flow.purposes),
        "subject_groups": list(flow.subject_groups),
        "volume": flow.volume,
        "methods": list(flow.methods),
        "regimes": list(flow.regimes),
        "several_regimes": len(flow.regimes) > 1,
        "age_bands": list(flow.age_bands),
        "onward_recipients": list(flow.onward_recipients),
        "state": flow.state,
        "starts_on_day": flow.starts_on.toordinal(),
        "expires_on_day": flow.expires_on.toordinal(),
        "leaves_on_day": (flow.leaves_on or date.max).toordinal(),
        "live_at_instant": int(flow.live_at.timestamp() * 1000) if flow.live_at else 0,
        "blocked_by": list(flow.blocked_by),
        "blocked_from_day": (flow.blocked_from or date.max).toordinal(),
    }


def cedar_question(body: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    """A question as the specification names its facts."""
    action, context = body["action"]["name"], body["context"]
    holder, category = body["resource"]["id"].split("~")
    at = datetime.fromisoformat(context["at"]) if "at" in context else now
    facts = ("purpose", "subject_group", "volume", "method", "regime", "age_band", "identifiability")
    return {
        "holder": holder,
        "recipient": context["recipient"] if action == "disclose" else body["subject"]["id"],
        "action": action,
        "category": category,
        "items": context.get("items", []),
        "onward_recipient": context["recipient"] if action == "onward_share" else "",
        "catalogued": BELFAST not in named(body),
        "day": clock.london_day(at).toordinal(),
        "instant": int(at.timestamp() * 1000),
        **{fact: context.get(fact, "") for fact in facts},
    }
