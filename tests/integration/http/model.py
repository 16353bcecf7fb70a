"""A small model of an agreement's life, written from DOMAIN 3.5 and CONTRACT alone and not from the code.

It does not foretell every answer. It says what may never be seen, whoever did whatever in whatever order.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE

Json = dict[str, Any]
PARTIES = (LANCASHIRE, BLACKPOOL, POLICE)

SIGNED = {"part_signed", "executed", "active"}
"""Where carried signatures may lead a text at once, when it becomes ready."""

MOVES = {
    "draft": {"in_review", "withdrawn"},
    "in_review": {"changes_requested", "assessments_pending", "ready_to_sign", "withdrawn"} | SIGNED,
    "changes_requested": {"in_review", "withdrawn"},
    "assessments_pending": {"ready_to_sign", "withdrawn"} | SIGNED,
    "ready_to_sign": {"part_signed", "executed", "active", "rejected", "withdrawn"},
    "part_signed": {"executed", "active", "rejected", "withdrawn"},
    "executed": {"active", "withdrawn"},
    "active": {"under_review", "suspended", "superseded", "terminated"},
    "under_review": {"active", "suspended", "superseded", "terminated"},
    "suspended": {"active", "under_review", "superseded", "terminated"},
    "rejected": {"archived"},
    "withdrawn": {"archived"},
    "terminated": {"archived"},
    "superseded": {"archived"},
    "archived": set(),
}
"""Where each status may lead within one request, on a day on which nothing starts or expires."""

FLOW_MOVES = {
    "waiting": {"live", "ended"},
    "live": {"suspended", "ended"},
    "suspended": {"live", "ended"},
    "ended": set(),
}
OVER = {status for status, onward in MOVES.items() if onward <= {"archived"}}
UNSIGNED = {"draft", "in_review", "changes_requested", "assessments_pending", "ready_to_sign"}
MAY = {
    "edit": {"ig_officer", "asset_owner"},
    "submit": {"ig_officer", "asset_owner"},
    "amend": {"ig_officer", "asset_owner"},
    "withdraw": {"ig_officer", "asset_owner"},
    "qa-review": {"ig_officer"},
    "sign": {"signatory"},
    "suspend": {"dpo", "siro", "caldicott_guardian"},
    "resume": {"dpo", "siro", "caldicott_guardian"},
    "terminate": {"signatory", "siro"},
}
"""Which roles may do what (DOMAIN 3.6)."""
OF_THE_AUTHOR = {"edit", "submit", "amend", "withdraw"}


@dataclass(frozen=True)
class Deed:
    """What somebody tried."""

    act: str
    organisation: str
    role: str
    person: str | None


@dataclass
class Model:
    """What has been seen of one agreement."""

    versions: dict[int, Json] = field(default_factory=dict)
    texts: dict[str, Json] = field(default_factory=dict)
    """Every text seen, by its hash."""
    authors: dict[int, set[str | None]] = field(default_factory=dict)

    def accepted(self, deed: Deed, number: int) -> None:
        """Somebody's deed on a version was accepted: were they the one to do it?"""
        assert deed.role in MAY[deed.act], f"{deed.role} could {deed.act}"
        assert deed.organisation in PARTIES
        if deed.act in OF_THE_AUTHOR:
            assert deed.organisation == LANCASHIRE
            self.authors.setdefault(number, set()).add(deed.person)
        if deed.act in ("qa-review", "sign"):
            assert deed.person not in self.authors[number], "an author approved"

    def see(self, version: Json) -> None:
        """Take note of a version as it is now shown, after one request."""
        before = self.versions.get(version["version"])
        self.texts[version["hash"]] = version["terms"]
        if before is not None:
            check_moves(before, version)
        self.check_signatures(version)
        check_gates(version)
        self.versions[version["version"]] = version

    def check_signatures(self, version: Json) -> None:
        """A flow is live only by signatures of both ends that cover every word that touches them."""
        standing = standing_signatures(version)
        for body, digests in standing.items():
            for digest in digests:
                signed, now = self.texts[digest], version["terms"]
                assert touching(signed, body) == touching(now, body), f"{body} never signed this"
        live = {flow["id"] for flow in version["flows"] if flow["state"] in ("live", "suspended")}
        for flow in version["terms"]["flows"]:
            if flow["id"] in live:
                assert {flow["from"], flow["to"]} <= standing.keys(), f"{flow['id']} is live unsigned"


def standing_signatures(version: Json) -> dict[str, list[str]]:
    """The bodies whose signatures count for a version, each with the hashes that it signed."""
    given: dict[str, list[str]] = {}
    for one in (*version["signatures"], *version["carried"]):
        if one["decision"] == "sign":
            given.setdefault(one["organisation"], []).append(one["hash"])
    return given


def touching(terms: Json, body: str) -> str:
    """Everything in a text that touches a body: what all share, and its own flows with their items."""
    flows = [flow for flow in terms["flows"] if body in (flow["from"], flow["to"])]
    listed = {item for flow in flows for item in flow["items"]}
    beside = ("title", "summary", "salt", "parties", "items", "flows")
    shared = {name: value for name, value in terms.items() if name not in beside}
    items = sorted((one for one in terms["items"] if one["id"] in listed), key=lambda one: str(one["id"]))
    ordered = sorted(flows, key=lambda one: str(one["id"]))
    return json.dumps([shared, items, ordered], sort_keys=True)


def check_moves(before: Json, after: Json) -> None:
    """Status and flows go along their tables."""
    was, now = before["status"], after["status"]
    assert was == now or now in MOVES[was], f"{was} became {now}"
    if was not in ("draft", "changes_requested"):
        assert before["hash"] == after["hash"], "a frozen text changed"
    states = {flow["id"]: flow["state"] for flow in before["flows"]}
    for flow in after["flows"]:
        earlier = states.get(flow["id"], "waiting")
        assert earlier == flow["state"] or flow["state"] in FLOW_MOVES[earlier]
    given = [one["log_index"] for one in before["signatures"]]
    assert given == [one["log_index"] for one in after["signatures"]][: len(given)], "a signature went away"


def check_gates(version: Json) -> None:
    """What decides by machine never goes without an ethics assessment, and nobody makes one here."""
    states = {flow["id"]: flow["state"] for flow in version["flows"]}
    for flow in version["terms"]["flows"]:
        if flow["automation"] != "none":
            assert states[flow["id"]] in ("waiting", "ended"), "a gate was passed over"
    if version["status"] in UNSIGNED:
        assert set(states.values()) <= {"waiting", "ended"}
