"""A replay as a stranger makes it: what agreements let flow at an instant, from entries and documents."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.stranger.deciding import Flow, begins, ends
from tests.stranger.logs import Export

Json = dict[str, Any]


def flows_at(export: Export, instant: str) -> Iterator[Flow]:
    """The flows that were live or had been by what was known at an instant (UTC)."""
    known = [entry for entry in export.entries if entry.get("at") and _time(entry["at"]) <= _time(instant)]
    told: dict[tuple[str, int, str], list[Json]] = {}
    for entry in known:
        if entry["type"].startswith("flow."):
            subject = entry["subject"]
            told.setdefault((subject["id"], subject["version"], entry["flow"]), []).append(entry)
    for (ref, version, name), entries in told.items():
        digest = entries[0]["subject"]["digest"]
        terms = json.loads(export.documents[digest])
        [flow] = [each for each in terms["flows"] if each["id"] == name]
        standing = _standing(entries)
        if standing:
            agreement = {"ref": ref, "version": version, "hash": digest, "flow": name}
            live = next(_time(entry["at"]) for entry in entries if entry["type"] == "flow.live")
            yield _flow(terms, flow, agreement, standing, live)


def _standing(entries: list[Json]) -> str:
    """How a flow stands after these entries; empty where it ended otherwise than by its date."""
    held: set[str] = set()
    standing = "waiting"
    for entry in entries:
        match entry["type"]:
            case "flow.live":
                standing = "live"
            case "flow.suspended":
                held.add(entry["org"])
            case "flow.resumed":
                held.discard(entry["org"])
            case "flow.blocked":
                standing = "blocked" if entry["rules"] else "live"
            case "flow.ended":
                return "ended" if entry["reason_code"] == "expired" else ""
    return "suspended" if held else standing


def _flow(terms: Json, flow: Json, agreement: Json, standing: str, live: float) -> Flow:
    items = [item for item in terms["items"] if item["id"] in flow["items"]]
    regimes = [basis["regime"] for basis in flow["bases"] if basis["party"] == flow["from"]]
    return Flow(
        agreement=agreement,
        holder=flow["from"],
        recipient=flow["to"],
        actions=frozenset(flow["actions"]),
        items=frozenset((item["code"], item["category"], item["identifiability"]) for item in items),
        purposes=frozenset(flow["purposes"]),
        subject_groups=frozenset(flow["subject_groups"]),
        volume=flow["volume"],
        methods=frozenset(flow["methods"]),
        regimes=frozenset(regimes),
        age_bands=frozenset(flow.get("age_bands", ())),
        obliges=bool(flow["obligations"]),
        standing=standing,
        begins=begins(terms["starts_on"]),
        ends=ends(terms["expires_on"]),
        live=live,
    )


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
