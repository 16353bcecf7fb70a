"""What a bundle holds of the law and of the words: codes, duties, sentences, entries to look at."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from registry import clock
from registry.decisions.words.reasons import OVERDUE
from registry.decisions.words.wording import Said, wording
from registry.policy import Gates, Law, Policies
from registry.policy.entries import Duty, Entry, PersonDuty
from registry.yamlfiles import read_yaml

Json = dict[str, Any]

NEVER = 253_402_300_800
"""The year 10000, in seconds since 1970: later than any question."""

WORDS = Path(__file__).with_name("words.yaml")
PERMITS = ("covered", "covered-with-obligations")
INITIATORS = ("system", "person")
DEMANDED = ("record-decision", "min-items", "identifiability", "method")
"""The obligations that no flow names."""


def lists_of(policies: Policies, rules: Iterable[str], attesting: Mapping[str, Said]) -> Json:
    """The lists, with the sentences of these rules and of these bodies that attest."""
    law = policies.law
    return {
        "codes": codes(law),
        "names": {
            code: _said(entry)
            for entries in (law.identifiability, law.methods)
            for code, entry in entries.items()
        },
        "duties": [_duty(duty, law) for duty in law.duties.values()],
        "person_duties": [_person_duty(duty, law) for duty in law.person_duties.values()],
        "reasons": {
            **_reasons(),
            **_rules(policies.gates, rules),
            **_attesting(attesting),
            **_duty_reasons(law),
        },
        "obligations": {code: _said(entry) for code, entry in law.obligations.items()},
        "advice": {situation: said._asdict() for situation, said in wording().advice.items()},
        **_notes(law),
    }


def codes(law: Law) -> dict[str, list[str]]:
    """Every code that a question may state, by the member that states it."""
    lists: dict[str, Iterable[str]] = {
        "category": law.categories,
        "action": law.actions,
        "initiated_by": INITIATORS,
        "purpose": law.purposes,
        "subject_group": law.subject_groups,
        "volume": law.volumes,
        "regime": law.regimes,
        "age_band": law.age_bands,
        "method": law.methods,
        "identifiability": law.identifiability,
    }
    return {name: list(entries) for name, entries in lists.items()}


def _duty(duty: Duty, law: Law) -> Json:
    gateway = law.gateways[duty.gateway]
    return {
        "code": duty.code,
        "gateway": duty.gateway,
        "reason": f"duty {duty.code}",
        "nations": duty.nations,
        "purposes": duty.purposes,
        "subject_groups": duty.subject_groups,
        "from_kinds": duty.from_kinds,
        "to_kinds": duty.to_kinds,
        "told": {"code": duty.code, "gateway": duty.gateway, **_said(duty), "cite": gateway.citation},
        **_in_force(duty),
    }


def _person_duty(duty: PersonDuty, law: Law) -> Json:
    """A duty of persons: it holds where both it and its gateway do."""
    gateway = law.gateways[duty.code]
    both = [_in_force(duty), _in_force(gateway)]
    return {
        "code": duty.code,
        "nations": gateway.extent,
        "purposes": duty.purposes,
        "subject_groups": duty.subject_groups,
        "from_kinds": (),
        "to_kinds": duty.to_kinds,
        "told": {"code": duty.code, **_said(duty), "cite": gateway.citation},
        "begins_at": max(each["begins_at"] for each in both) if gateway.commenced else NEVER,
        "ends_at": min(each["ends_at"] for each in both),
    }


def _in_force(entry: Entry) -> dict[str, int]:
    first, last = entry.in_force_from, entry.in_force_until
    return {"begins_at": begins_at(first) if first else 0, "ends_at": ends_at(last) if last else NEVER}


def _reasons() -> dict[str, Json]:
    """The sentences of every reason, by code; `{title}` already says how an agreement is called."""
    title = wording().title
    return {
        code: _reason(code, said.filled(title=title), cite="{cite}" if code in PERMITS else "")
        for code, said in (*wording().reasons.items(), *words().items())
    }


def _rules(gates: Gates, rules: Iterable[str]) -> dict[str, Json]:
    """What is said where a rule blocks a flow, and where it only warns."""
    return {f"{does} {rule}": _rule(gates, rule, does) for rule in rules for does in ("blocks", "warns")}


def _rule(gates: Gates, rule: str, does: str) -> Json:
    texts: Mapping[str, str] = gates.rules[rule].texts if rule in gates.rules else {}
    warning = "review-overdue" if rule in OVERDUE else "goes-on-with-warning"
    code = "blocked-by-rule" if does == "blocks" else warning
    fix = Said(texts.get("fix_en", ""), texts.get("fix_cy", ""))
    said = wording().reasons[code].filled(rule=rule, fix=fix)
    return {**_reason(code, said, cite=texts.get("cite", "")), "rule": rule}


def _attesting(bodies: Mapping[str, Said]) -> dict[str, Json]:
    said = wording().reasons["attested"]
    return {f"attested {body}": _reason("attested", said.filled(names=name)) for body, name in bodies.items()}


def _duty_reasons(law: Law) -> dict[str, Json]:
    said, cites = (
        wording().reasons["duty-may-apply"],
        {duty.code: law.gateways[duty.gateway].citation for duty in law.duties.values()},
    )
    return {
        f"duty {code}": _reason("duty-may-apply", said.filled(duty=cite), cite=cite)
        for code, cite in cites.items()
    }


def _notes(law: Law) -> dict[str, dict[str, int]]:
    """The entries that an answer can rest on: since when each is overdue for review, or its Welsh a draft."""
    lists: tuple[Mapping[str, Entry], ...] = (law.gateways, law.obligations, law.duties)
    named = {code: entry for entries in lists for code, entry in entries.items()}
    return {
        "reviews": {code: ends_at(entry.review_due) for code, entry in named.items()},
        "drafts": {code: 0 for code, entry in named.items() if entry.cy_status == "draft"},
    }


@cache
def words() -> dict[str, Said]:
    """The sentences that evaluators alone say."""
    content = read_yaml(WORDS)
    return {code: Said(**texts) for code, texts in content.items()}


def begins_at(day: date) -> int:
    """The instant a London day begins, in seconds since 1970."""
    return int(clock.day_start(day).timestamp())


def ends_at(day: date) -> int:
    """The instant a London day is over, in seconds since 1970."""
    return int(clock.day_end(day).timestamp())


def _reason(code: str, said: Said, *, cite: str = "") -> Json:
    return {"code": code, **said._asdict(), "cite": cite}


def _said(entry: Entry) -> dict[str, str]:
    return {"en": entry.en, "cy": entry.cy}
