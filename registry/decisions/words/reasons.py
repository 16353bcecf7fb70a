"""What is said of a decision, in English and Welsh: reasons, obligations, advice."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from registry.decisions.flows.compiling import Flow
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.law.lawnotes import LawNotes
from registry.decisions.rules import Decision, Outcome
from registry.decisions.words.wording import Said, wording
from registry.policy import Policies
from registry.policy.entries import Entry

HARD_STOPS = frozenset({"ET-01"})
"""Rules under which nobody goes on by professional judgement: AI and biometrics wait for their assessment."""

OVERDUE = frozenset({"RV-02", "RV-03"})
"""Rules about a review that has not been made in time."""


class Speaker:
    """Finds the words for decisions about the flows of one index."""

    def __init__(self, index: Index, policies: Policies) -> None:
        self._index = index
        self._codes: Vocabulary = index.vocabulary
        self._law = policies.law
        self._rules = policies.gates.rules
        self._notes = LawNotes(policies.law)

    def reasons(self, decision: Decision, on: date) -> list[dict[str, Any]]:
        """Why, each reason with its source in the law; then what must be said of that law on a London day."""
        flow = decision.flow
        if decision.code == "blocked-by-rule" and flow is not None:
            return [self._blocked(rule) for rule in flow.blocking]
        cite = "; ".join(self._citations(self.gateways(decision)))
        reasons = [self.reason(decision.code, cite, **self._facts(decision))]
        if decision.duty:
            reasons.append(self._duty_reason(decision.duty))
        if decision.permitted and flow is not None:
            reasons += [self._warning(rule) for rule in flow.told.warned_of]
        if flow is not None and flow.told.attested_by:
            reasons.append(self.reason("attested", names=self.names([flow.told.attested_by])))
        if flow is not None and flow.told.shortcomings:
            reasons.append(self.reason("attested-unmet", rules=", ".join(flow.told.shortcomings)))
        notes = self._notes.of(self._rests_on(decision), on)
        return [*reasons, *(self.reason(code, entries=entries) for code, entries in notes)]

    def reason(self, code: str, cite: str = "", **facts: str | Said) -> dict[str, Any]:
        """One reason by its code."""
        said = wording().reasons[code].filled(**facts)
        return {"code": code, "en": said.en, "cy": said.cy, "cite": cite}

    def gateways(self, decision: Decision) -> tuple[str, ...]:
        """The gateways that a yes rests on."""
        return decision.flow.told.gateways if decision.permitted and decision.flow else ()

    def _rests_on(self, decision: Decision) -> Iterable[str]:
        """The entries of law that an answer repeats or relies on."""
        yield from self.gateways(decision)
        if decision.permitted and decision.flow:
            yield from (code for code, _ in decision.flow.conditions.obligations)
        if decision.duty:
            yield from (decision.duty, self._law.duties[decision.duty].gateway)
        yield from decision.person_duties

    def obligations(self, decision: Decision) -> list[dict[str, Any]]:
        """What a yes demands: the flow's own obligations, and what the question left open."""
        if decision.duty:
            return [self._obligation("record-decision")]
        if not decision.permitted or decision.flow is None:
            return []
        own = [self._obligation(code, **params) for code, params in decision.flow.conditions.obligations]
        checks = {*decision.flow.conditions.checks.get(decision.holding, ()), *decision.added}
        added = checks - {one["code"] for one in own}
        own += [self._obligation(code) for code in sorted(added)]
        return own + list(self._for_omitted_facts(decision, decision.flow))

    def details(self, decision: Decision) -> dict[str, Any]:
        """Members that only some outcomes have."""
        details: dict[str, Any] = {}
        if decision.outcome is Outcome.ITEM_NOT_COVERED:
            details["allowed_items"] = _allowed(decision)
        if decision.code == "fact-missing":
            details["missing"] = list(self._codes.names(decision.unstated))
        if decision.duty:
            duty = self._law.duties[decision.duty]
            cite = self._law.gateways[duty.gateway].citation
            details["duty"] = {
                "code": duty.code,
                "gateway": duty.gateway,
                "en": duty.en,
                "cy": duty.cy,
                "cite": cite,
            }
        return details

    def advice(self, decision: Decision, *, is_emergency: bool) -> Said:
        """What to do now. A yes carries its caveat, everything else the emergency sentence."""
        if decision.permitted:
            return wording().advise("caveat")
        situations = ["unknown" if decision.outcome is Outcome.INDETERMINATE else "uncovered", "emergency"]
        if decision.duty:
            situations.append("duty")
        if self.is_hard_stop(decision):
            situations.append("hard-stop")
        if is_emergency:
            situations.append("bases")
        return wording().advise(*situations)

    def person_duties(self, decision: Decision) -> dict[str, Any]:
        """The duties that may bind whoever is about to share: a member of the advice where there are any."""
        told = [
            {"code": code, "en": duty.en, "cy": duty.cy, "cite": self._law.gateways[code].citation}
            for code in decision.person_duties
            for duty in (self._law.person_duties[code],)
        ]
        return {"person_duties": told} if told else {}

    def is_hard_stop(self, decision: Decision) -> bool:
        """Whether judgement alone cannot start this: AI and biometrics, and where the law demands papers."""
        flow = decision.flow
        if flow is None or decision.permitted:
            return False
        blocked = decision.code == "blocked-by-rule" and not HARD_STOPS.isdisjoint(flow.blocking)
        gateways = (self._law.gateways.get(code) for code in flow.told.gateways)
        return blocked or any(gateway is not None and gateway.requires_agreement for gateway in gateways)

    def _facts(self, decision: Decision) -> dict[str, str | Said]:
        """What the sentences of a decision speak of."""
        facts: dict[str, str | Said] = {"about": decision.about}
        flow = decision.flow
        if flow is not None:
            facts["title"] = self.title(flow)
            facts["ref"] = flow.ref
            facts["names"] = self.names(flow.told.awaiting)
            facts["items"] = ", ".join(_allowed(decision)) or "-"
            facts["facts"] = ", ".join(self._codes.names(decision.unstated))
        return facts

    def title(self, flow: Flow) -> Said:
        """How an agreement and its flow are called in a sentence."""
        return wording().title.filled(ref=flow.ref, version=str(flow.version), flow=flow.flow)

    def names(self, organisations: Iterable[str]) -> Said:
        """What organisations are called, one after the other."""
        bodies = self._index.bodies
        known = [
            (bodies.get(self._index.primary(organisation)), organisation) for organisation in organisations
        ]
        return Said(
            ", ".join(body.name_en if body else organisation for body, organisation in known),
            ", ".join(body.name_cy if body else organisation for body, organisation in known),
        )

    def _blocked(self, rule: str) -> dict[str, Any]:
        texts: Mapping[str, str] = self._rules[rule].texts if rule in self._rules else {}
        fix = Said(texts.get("fix_en", ""), texts.get("fix_cy", ""))
        return self.reason("blocked-by-rule", texts.get("cite", ""), rule=rule, fix=fix) | {"rule": rule}

    def _warning(self, rule: str) -> dict[str, Any]:
        """What the parties have to put right while sharing goes on."""
        texts: Mapping[str, str] = self._rules[rule].texts if rule in self._rules else {}
        code = "review-overdue" if rule in OVERDUE else "goes-on-with-warning"
        fix = Said(texts.get("fix_en", ""), texts.get("fix_cy", ""))
        return self.reason(code, texts.get("cite", ""), rule=rule, fix=fix) | {"rule": rule}

    def _duty_reason(self, code: str) -> dict[str, Any]:
        duty = self._law.duties[code]
        cite = self._law.gateways[duty.gateway].citation
        return self.reason("duty-may-apply", cite, duty=cite)

    def _citations(self, gateways: Iterable[str]) -> Iterable[str]:
        known = self._law.gateways
        return (known[code].citation if code in known else code for code in gateways)

    def _for_omitted_facts(self, decision: Decision, flow: Flow) -> Iterable[dict[str, Any]]:
        """One obligation for each fact that the flow constrains and the question left out."""
        items = flow.items(decision.holding) if decision.items is None else decision.items
        omitted = self._codes.names(decision.unstated)
        if "items" in omitted:
            yield self._obligation("min-items", items=", ".join(sorted(items)))
        if "identifiability" in omitted:
            levels = self._levels(decision, flow, items)
            yield self._obligation("identifiability", level=self._choice(levels, self._law.identifiability))
        if "method" in omitted:
            yield self._obligation("method", method=self._choice(flow.told.methods, self._law.methods))

    def _levels(self, decision: Decision, flow: Flow, items: frozenset[str]) -> Iterable[str]:
        """The identifiabilities at which the flow has these items."""
        known = self._codes.levels(decision.holding)
        return (level for level, bit in known.items() if level and items & flow.items(bit))

    def _choice(self, codes: Iterable[str], entries: Mapping[str, Entry]) -> tuple[str, Said]:
        """Codes, and what they are called."""
        codes = tuple(codes)
        named = [entries[code] for code in codes if code in entries]
        return ", ".join(codes), Said(
            ", ".join(each.en for each in named), ", ".join(each.cy for each in named)
        )

    def _obligation(self, code: str, **params: str | tuple[str, Said]) -> dict[str, Any]:
        """An obligation: its parameters as codes, its sentences in words."""
        plain = {name: value if isinstance(value, str) else value[0] for name, value in params.items()}
        words = {name: value if isinstance(value, str) else value[1] for name, value in params.items()}
        known = self._law.obligations.get(code)
        said = Said(known.en, known.cy).filled(**words) if known else Said(code, code)
        return {"code": code, "params": plain, "en": said.en, "cy": said.cy}


def named(flow: Flow) -> dict[str, Any]:
    """The agreement of a flow, as every answer names it."""
    return {"ref": flow.ref, "version": flow.version, "hash": flow.hash, "flow": flow.flow}


def _allowed(decision: Decision) -> list[str]:
    """The items asked about that the flow covers."""
    if decision.flow is None or decision.items is None:
        return []
    return sorted(decision.items & decision.flow.items(decision.holding))
