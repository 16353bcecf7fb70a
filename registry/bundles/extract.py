"""What a bundle holds: one organisation's flows, and of bodies, law and words what answering needs.

Whatever can be worked out beforehand is, so that an evaluator has only to compare: days are instants, the
texts of obligations are filled in, every identifier of a flow is a primary one. Flows that agree in their
terms share them, which keeps a thousand agreements below a megabyte.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from registry.agreements.sharing import SharingFlow
from registry.bundles.lists import NEVER, PERMITS, begins_at, ends_at, lists_of
from registry.decisions.flows.compiling import LAPSED
from registry.decisions.flows.vocabulary import FIRST_ACTIONS
from registry.decisions.index import Body
from registry.decisions.law.bars import Bars
from registry.decisions.rules import CODES
from registry.decisions.words.reasons import HARD_STOPS
from registry.decisions.words.wording import Said
from registry.policy import Law, Policies

Json = dict[str, Any]

BLOCKED = "blocked-by-rule"
NOT_YET = ("awaiting-signature", "not-yet-live", "not-live-then")
REFUSALS = (*(code for code in CODES if code not in PERMITS), *NOT_YET, "obligations-not-supported")
"""The reasons of everything but a yes that a flow can have."""


def extract(flows: Iterable[SharingFlow], bodies: Sequence[Body], policies: Policies, bars: Bars) -> Json:
    """The part of a bundle that says what is so, from the flows of one organisation.

    Flows that ended otherwise than by their date cover nothing at any time, and are left out.
    """
    made = _Extract(bodies, policies.law, bars)
    counting = (flow for flow in flows if flow.state != "ended" or flow.ended_by == "expired")
    rows = [made.row(flow) for flow in sorted(counting, key=_preference)]
    columns = list(rows[0]) if rows else []
    return {
        **lists_of(policies, sorted(made.rules), made.attesting),
        "organisations": made.organisations(),
        "contacts": made.contacts(),
        "terms": made.terms,
        "columns": columns,
        "flows": [list(row.values()) for row in rows],
    }


class _Extract:
    """What is gathered while rows are made: the terms they share, and whom and which rules they name."""

    def __init__(self, bodies: Sequence[Body], law: Law, bars: Bars) -> None:
        self._bodies = {body.id: body for body in bodies}
        self._primaries = {alias: body.id for body in bodies for alias in (body.id, *body.aliases)}
        self._law, self._bars = law, bars
        self._places: dict[str, int] = {}
        self._named: set[str] = set()
        self.terms: list[Json] = []
        self.rules: set[str] = set()
        self.attesting: dict[str, Said] = {}

    def row(self, flow: SharingFlow) -> Json:
        """One flow: how it stands, and the place of its terms."""
        holder, recipient = self._primary(flow.holder), self._primary(flow.recipient)
        self._named |= {holder, recipient}
        blocked_by = flow.blocked_by or (LAPSED,)
        self.rules |= {*blocked_by, *flow.warned_of}
        blocked_from = begins_at(flow.blocked_from) if flow.blocked_from else NEVER
        awaited = self._names(flow.awaiting)
        return {
            "ref": flow.ref,
            "version": flow.version,
            "hash": flow.hash,
            "flow": flow.flow,
            "holder": holder,
            "recipient": recipient,
            "state": flow.state,
            "begins_at": begins_at(flow.starts_on),
            "ends_at": ends_at(flow.last_day),
            "live_at": flow.live_at.timestamp() if flow.live_at else NEVER,
            "blocked_at": 0 if flow.blocked_by else blocked_from,
            "blocked_by": [f"blocks {rule}" for rule in blocked_by],
            "not_yet": _why_not_yet(flow),
            "names": awaited._asdict() if flow.awaiting else None,
            "warnings": [f"warns {rule}" for rule in flow.warned_of],
            "remarks": self._remarks(flow),
            "rules": ", ".join(flow.shortcomings),
            "terms": self._place(self._terms(flow, holder, recipient)),
        }

    def organisations(self) -> Json:
        """Every body by its primary identifier: a duty may apply to any, and each answers to its aliases."""
        uncatalogued = {code for code, nation in self._law.nations.items() if not nation.catalogued}
        return {
            body.id: {
                "aliases": sorted({*body.aliases} - {body.id}),
                "kind": body.kind,
                "nations": sorted(body.nations),
                "is_catalogued": not body.nations or not body.nations <= uncatalogued,
            }
            for body in self._bodies.values()
        }

    def contacts(self) -> Json:
        """The names and mailboxes of the bodies at the ends of the flows."""
        return {
            body.id: {
                "organisation": body.id,
                "name_en": body.name_en,
                "name_cy": body.name_cy,
                "ig": body.ig_contact,
                "duty": body.duty_contact,
            }
            for body in self._bodies.values()
            if body.id in self._named
        }

    def _remarks(self, flow: SharingFlow) -> list[str]:
        """The names of the reasons that go with whatever is said of a flow."""
        if flow.attested_by:
            self.attesting[flow.attested_by] = self._names([flow.attested_by])
        attested = [f"attested {flow.attested_by}"] if flow.attested_by else []
        return attested + (["attested-unmet"] if flow.shortcomings else [])

    def _terms(self, flow: SharingFlow, holder: str, recipient: str) -> Json:
        cites = (
            self._law.gateways[code].citation if code in self._law.gateways else code
            for code in flow.gateways
        )
        return {
            "actions": sorted({FIRST_ACTIONS.get(action, action) for action in flow.actions}),
            "items": [[item.code, item.category, item.identifiability] for item in flow.items],
            "purpose": flow.purposes,
            "subject_group": flow.subject_groups,
            "volume": [flow.volume],
            "regime": flow.regimes,
            "age_band": flow.age_bands or list(self._law.age_bands),
            "method": flow.methods,
            "onward_recipients": sorted(map(self._primary, flow.onward_recipients)),
            "needs": _needs(flow),
            "open": ["items", "identifiability", *(["method"] if flow.methods else [])],
            "gateways": flow.gateways,
            "cite": "; ".join(cites),
            "stops": self._stops(flow),
            "obligations": [self._obligation(code, params) for code, params in flow.obligations],
            "checks": self._checks(flow, holder, recipient),
        }

    def _checks(self, flow: SharingFlow, holder: str, recipient: str) -> dict[str, list[str]]:
        """The obligations that statutory bars add, by category."""
        ends = (self._bodies[end] for end in (holder, recipient) if end in self._bodies)
        nations = frozenset(nation for body in ends for nation in body.nations)
        groups = frozenset(flow.subject_groups)
        own = {code for code, _ in flow.obligations}
        added = {
            category: [code for code in self._bars(category, groups, nations) if code not in own]
            for category in sorted({item.category for item in flow.items})
        }
        return {category: codes for category, codes in added.items() if codes}

    def _stops(self, flow: SharingFlow) -> Sequence[str]:
        """The reasons at which judgement alone cannot start this: all, where the law demands papers."""
        gateways = (self._law.gateways.get(code) for code in flow.gateways)
        if any(gateway is not None and gateway.requires_agreement for gateway in gateways):
            return REFUSALS
        return () if HARD_STOPS.isdisjoint(flow.blocked_by or (LAPSED,)) else (BLOCKED,)

    def _obligation(self, code: str, params: dict[str, str]) -> Json:
        known = self._law.obligations.get(code)
        said = Said(known.en, known.cy).filled(**params) if known else Said(code, code)
        return {"code": code, "params": params, **said._asdict()}

    def _place(self, terms: Json) -> int:
        """Where these terms are; equal ones are there once."""
        spelt = json.dumps(terms)
        if spelt not in self._places:
            self._places[spelt] = len(self.terms)
            self.terms.append(terms)
        return self._places[spelt]

    def _primary(self, organisation: str) -> str:
        return self._primaries.get(organisation, organisation)

    def _names(self, organisations: Iterable[str]) -> Said:
        known = [(self._bodies.get(self._primary(each)), each) for each in organisations]
        return Said(
            ", ".join(body.name_en if body else each for body, each in known),
            ", ".join(body.name_cy if body else each for body, each in known),
        )


def _preference(flow: SharingFlow) -> tuple[Any, ...]:
    """Of equal answers the flow that ends later is named, then the lower reference."""
    return -ends_at(flow.last_day), flow.ref, -flow.version, flow.flow


def _needs(flow: SharingFlow) -> list[str]:
    """The facts without which the flow cannot answer, in the order in which they are told."""
    regime = ["regime"] if len(set(flow.regimes)) > 1 else []
    return ["purpose", "subject_group", "volume", *regime, *(["age_band"] if flow.age_bands else [])]


def _why_not_yet(flow: SharingFlow) -> str:
    if flow.state != "waiting":
        return "not-live-then"
    return "awaiting-signature" if flow.awaiting else "not-yet-live"
