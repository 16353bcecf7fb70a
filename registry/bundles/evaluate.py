"""May we share this, now? Answered from a bundle of the Information Sharing Registry, without the registry.

This file stands alone: Python and `cryptography` are all it needs. Read it before you rely on it.

    python evaluate.py BUNDLE KEYS ORGANISATION QUESTION

BUNDLE is what /api/v1/bundles/{organisation} gave, KEYS what /bundles/keys gave (fetch it once and keep it
safe), QUESTION the body of an AuthZEN evaluation. The answer is as the registry's own, which gives no
`decision` where a person decides. From a bundle that is too old, for another organisation or not signed by
the registry every answer is INDETERMINATE: never a yes.
"""

import base64
import json
import re
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = Mapping[str, Any]

HEADER = {"alg": "Ed25519", "typ": "decision-bundle+jwt", "zip": "DEF"}
TONGUES = ("en", "cy")
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError)
UNTRUSTED = (*MALFORMED, InvalidSignature, zlib.error)
CLOCK_SKEW, LIFETIME = 60, 300  # seconds a clock may be behind, and an answer may be relied on at most
CODES = {
    "PERMIT": "covered",
    "PERMIT_WITH_OBLIGATIONS": "covered-with-obligations",
    "BLOCKED_BY_RULE": "blocked-by-rule",
    "SUSPENDED": "suspended",
    "EXPIRED": "expired",
    "ITEM_NOT_COVERED": "item-not-covered",
    "PURPOSE_NOT_COVERED": "purpose-not-covered",
    "INDETERMINATE": "fact-missing",
    "NOT_COVERED": "not-covered",
}
"""Of all that the flows come to, the first of these is the outcome; with the code of its reason."""

RANKS = list(CODES)
PERMITS = ("PERMIT", "PERMIT_WITH_OBLIGATIONS")
NO_DUTY = (*PERMITS, "BLOCKED_BY_RULE", "INDETERMINATE")
NO_AGREEMENT = ("INDETERMINATE", "NOT_COVERED", "DUTY_TO_SHARE")
SAME_ACTIONS = {"disclose": "receive"}
STATED = ("purpose", "subject_group", "volume", "regime", "age_band", "method", "identifiability")
TYPES = {
    **dict.fromkeys((*STATED, "recipient", "initiated_by", "on_behalf_of", "at", "known_at"), str),
    **dict.fromkeys(("items", "supported_obligations"), list),
    "min_log_size": int,
}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)

EMERGENCY = {
    "en": "This is not a finding that sharing is unlawful. If someone may be at risk of serious harm, share "
    "what is needed with the right agency now, then record it here.",
    "cy": "Nid yw hyn yn ganfyddiad bod rhannu'n anghyfreithlon. Os gallai rhywun fod mewn perygl o niwed "
    "difrifol, rhannwch yr hyn sydd ei angen â'r asiantaeth gywir nawr, yna cofnodwch hynny yma.",
}
UNUSABLE = {
    "bundle-not-trusted": {
        "en": "The bundle does not bear the registry's signature, or is damaged. Fetch it again.",
        "cy": "Nid yw llofnod y gofrestr ar y bwndel, neu mae wedi'i ddifrodi. Lawrlwythwch ef eto.",
    },
    "bundle-not-ours": {
        "en": "The bundle was made for another organisation.",
        "cy": "Gwnaed y bwndel ar gyfer sefydliad arall.",
    },
    "bundle-expired": {
        "en": "The bundle is too old to answer from. Fetch a new one.",
        "cy": "Mae'r bwndel yn rhy hen i ateb ohono. Lawrlwythwch un newydd.",
    },
    "bundle-not-yet-valid": {
        "en": "The bundle was made later than this machine's clock says. Set the clock right.",
        "cy": "Gwnaed y bwndel yn hwyrach nag y mae cloc y peiriant hwn yn ei ddweud. Cywirwch y cloc.",
    },
}
"""What is said where there is no bundle to take the words from."""


class Question(NamedTuple):
    """What is asked. Only `ends` may ask it, where it says who they are; a `fault` leaves it undecided."""

    context: Json
    ends: frozenset[str] = frozenset()
    pair: tuple[str, str] = ("", "")
    onward: str = ""
    action: str = ""
    category: str = ""
    at: float | None = None
    fault: str = ""
    about: str = ""

    def items(self, terms: Json) -> set[str]:
        """The items of the category that a flow has, at the identifiability asked about."""
        levels = (None, self.context.get("identifiability"))
        of_category = (item for item in terms["items"] if item[1] == self.category)
        return {code for code, _, level in of_category if levels[1] in (None, level)}

    def leaves_out(self, facts: Iterable[str]) -> list[str]:
        """Those of some facts that it does not state."""
        return [name for name in facts if name not in self.context]

    def is_candidate(self, terms: Json) -> bool:
        """Whether a flow has all that is stated, save perhaps the purpose and the items."""
        facts = ("subject_group", "volume", "regime", "age_band", "method")
        return (
            SAME_ACTIONS.get(self.action, self.action) in terms["actions"]
            and (not self.onward or self.onward in terms["onward_recipients"])
            and bool(self.items(terms))
            and all(self.context[name] in terms[name] for name in facts if name in self.context)
        )


class Decision(NamedTuple):
    """An outcome, the code of its reason, the flow that decided or came nearest, duties that may apply."""

    outcome: str
    code: str
    flow: Json | None = None
    duty: Json | None = None
    person_duties: tuple[Json, ...] = ()
    about: str = ""


class Bundle:
    """A bundle, its signature verified. A `fault` says why nothing can be answered from it."""

    def __init__(self, text: str, keys: Json, organisation: str) -> None:
        self.fault = ""
        try:
            self.content = verified(text, keys)
        except UNTRUSTED:
            self.fault = "bundle-not-trusted"
            return
        if self.content["aud"] != organisation:
            self.fault = "bundle-not-ours"
        self.bodies: Json = self.content["organisations"]
        self.primaries = {alias: body for body, known in self.bodies.items() for alias in known["aliases"]}
        self.flows: dict[tuple[str, str], list[Json]] = {}
        for row in self.content["flows"]:
            flow = dict(zip(self.content["columns"], row, strict=True))
            flow["terms"] = self.content["terms"][flow["terms"]]
            self.flows.setdefault((flow["holder"], flow["recipient"]), []).append(flow)

    def answer(self, asked: Any, now: float) -> dict[str, Any]:
        """The answer at an instant (seconds since 1970): `decision`, where one is given, and `context`."""
        fault = self.fault or self._age_fault(now)
        if fault:
            return {"decision": False, "context": unusable(fault)}
        question = self._read(asked)
        decision = self._decide(question, now)
        initiator, advises = question.context.get("initiated_by"), self.content["mode"] == "advise"
        if initiator == "person" or advises:
            decision, by_person = self._advised(question, decision, now), initiator in (None, "person")
            return {"context": self._context(question, decision, now, by_person=by_person)}
        decision = self._honoured(question, decision)
        context = self._context(question, decision, now, by_person=False)
        return {"decision": decision.outcome in PERMITS, "context": context}

    def _age_fault(self, now: float) -> str:
        if self.content["iat"] - CLOCK_SKEW <= now < self.content["exp"]:
            return ""
        return "bundle-expired" if now >= self.content["exp"] else "bundle-not-yet-valid"

    def _read(self, asked: Any) -> Question:
        try:
            context = checked_context(asked.get("context", {}))
            what, verb = text_of(asked["resource"], "id"), text_of(asked["action"], "name")
            types = (text_of(asked["subject"], "type"), text_of(asked["resource"], "type"))
            holder, _, category = what.partition("~")
            question, unclear = self._between(text_of(asked["subject"], "id"), verb, holder, context)
        except (KeyError, TypeError, ValueError, AttributeError):
            return Question({}, fault="bad-question")
        if unclear:
            return question._replace(fault="question-incomplete", about=unclear)
        if not holder or not category or "~" in category:
            return question._replace(ends=frozenset(), fault="question-incomplete", about="/resource/id")
        if types != ("organisation", "data_holding"):
            return question._replace(fault="unknown-code", about="/subject/type, /resource/type")
        question = question._replace(category=category)
        unknown = self._unknown_code(question)
        return question._replace(fault="unknown-code", about=unknown) if unknown else question

    def _between(self, subject: str, verb: str, holder: str, context: Json) -> tuple[Question, str]:
        """The question with the bodies concerned, and the member that leaves them open."""
        at = instant(context["at"]) if "at" in context else None
        named: tuple[str, ...] = (subject, holder, context.get("recipient", ""))
        subject, holder, third = (self.primaries.get(name, name) for name in named)
        ends, pair = {subject, holder}, (holder, subject)
        unclear, onward = "" if third in ("", subject) else "/context/recipient", ""
        if verb == "disclose":
            ends, pair = {*ends, third} if third else set(), (holder, third)
            unclear = "/context/recipient" if not third else "" if subject == holder else "/subject/id"
        elif verb == "onward_share":
            unclear, onward = "" if third else "/context/recipient", third
        return Question(context, frozenset(ends), pair, onward, verb, at=at), unclear

    def _unknown_code(self, question: Question) -> str:
        """The member whose code is in no list of the law; empty where there is none."""
        codes, context = self.content["codes"], question.context
        stated = [name for name in ("initiated_by", *STATED) if name in context]
        said = [("/resource/id", "category", question.category), ("/action/name", "action", question.action)]
        said += [(f"/context/{name}", name, context[name]) for name in stated]
        return next((pointer for pointer, name, code in said if code not in codes[name]), "")

    def _decide(self, question: Question, now: float) -> Decision:
        if undecidable := self._undecidable(question):
            return Decision("INDETERMINATE", undecidable, about=question.about)
        at = now if question.at is None else question.at
        best, named = "NOT_COVERED", None
        for flow in self.flows.get(question.pair, ()):
            outcome = outcome_of(flow, question, at) if question.is_candidate(flow["terms"]) else ""
            if outcome and (named is None or RANKS.index(outcome) < RANKS.index(best)):
                best, named = outcome, flow
        code = named["not_yet"] if named and best == "NOT_COVERED" else CODES[best]
        duties = [] if best in NO_DUTY else self._duties(question, self.content["duties"], now)
        return Decision(best, code, named, duties[0] if duties else None)

    def _undecidable(self, question: Question) -> str:
        """The code of the reason why it cannot be decided from here; empty where it can."""
        asks_for = question.context.get("on_behalf_of", self.content["aud"])
        is_end = not question.ends or self.content["aud"] in question.ends
        if not is_end or self.primaries.get(asks_for, asks_for) != self.content["aud"]:
            return "not-an-end"
        if question.fault:
            return question.fault
        if "known_at" in question.context:
            return "bundle-knows-the-present"
        if self.content["log_size"] < question.context.get("min_log_size", 0):
            return "log-size-not-reached"
        bodies = [self.bodies[body] for body in (*question.pair, question.onward) if body in self.bodies]
        is_foreign = any(not body["is_catalogued"] for body in bodies)
        return "nation-not-catalogued" if is_foreign else ""

    def _duties(self, question: Question, duties: Iterable[Json], now: float) -> list[Json]:
        """Duties that may apply to what is asked. Never for bulk."""
        holder, recipient = (self.bodies.get(body) for body in question.pair)
        if not holder or not recipient or question.onward or question.context.get("volume") != "one":
            return []
        asked = {
            "purposes": question.context.get("purpose"),
            "subject_groups": question.context.get("subject_group"),
            "from_kinds": holder["kind"],
            "to_kinds": recipient["kind"],
        }
        return [
            duty
            for duty in duties
            if all(not duty[name] or code in duty[name] for name, code in asked.items())
            and not set(holder["nations"]).isdisjoint(duty["nations"])
            and duty["begins_at"] <= now < duty["ends_at"]
        ]

    def _honoured(self, question: Question, decision: Decision) -> Decision:
        """The decision for a system that may say what it can do: no yes that it could not keep."""
        able = question.context.get("supported_obligations", ["custom"])
        codes = {obligation["code"] for obligation in self._obligations(question, decision)}
        missing = ", ".join(sorted(codes.difference(able)))
        if decision.outcome not in PERMITS or "custom" in able or not missing:
            return decision
        return decision._replace(outcome="BLOCKED_BY_RULE", code="obligations-not-supported", about=missing)

    def _advised(self, question: Question, decision: Decision, now: float) -> Decision:
        """The decision as whoever decides for themselves is told of it."""
        if decision.outcome == "INDETERMINATE":
            return decision
        outcome = "DUTY_TO_SHARE" if decision.duty and decision.outcome == "NOT_COVERED" else decision.outcome
        duties = self._duties(question, self.content["person_duties"], now)
        return decision._replace(outcome=outcome, person_duties=tuple(duties))

    def _context(self, question: Question, decision: Decision, now: float, *, by_person: bool) -> Json:
        content, flow = self.content, decision.flow
        named = None if flow is None or decision.outcome in NO_AGREEMENT else flow
        valid_until = now  # a suspension may be lifted at any moment, whenever the flow ends
        if decision.outcome != "SUSPENDED":
            valid_until = min(now + LIFETIME, content["exp"], *([flow["ends_at"]] if flow else []))
        if flow and decision.outcome in PERMITS:
            valid_until = min(valid_until, flow["blocked_at"])
        ends = zip(("holder", "recipient"), question.pair, strict=True)
        return {
            "outcome": decision.outcome,
            "agreement": named and {name: named[name] for name in ("ref", "version", "hash", "flow")},
            "gateways": flow["terms"]["gateways"] if flow and decision.outcome in PERMITS else [],
            "reasons": self._reasons(question, decision, now),
            "obligations": self._obligations(question, decision),
            "valid_until": stamp(valid_until),
            "log_size": content["log_size"],
            "policy_digest": content["policy_digest"],
            "bundle": {"issued_at": stamp(content["iat"]), "expires_at": stamp(content["exp"])},
            "contacts": {end: content["contacts"].get(body) for end, body in ends},
            "advice": self._advice(question, decision, by_person=by_person),
        }

    def _reasons(self, question: Question, decision: Decision, now: float) -> list[Json]:
        """Why: the reason itself, what else is true of the flow, and what must be said of the law."""
        flow, duty = decision.flow, decision.duty
        if flow and decision.code == "blocked-by-rule":
            return [self._reason(name) for name in flow["blocked_by"]]
        named, law = [decision.code], {one["code"] for one in decision.person_duties}
        if duty:
            named.append(duty["reason"])
            law |= {duty["code"], duty["gateway"]}
        if flow and decision.outcome in PERMITS:
            named += flow["warnings"]
            law |= {*flow["terms"]["gateways"], *(one["code"] for one in flow["terms"]["obligations"])}
        named += flow["remarks"] if flow else []
        reasons = [self._reason(name, **self._facts(question, decision)) for name in named]
        notes = {"law-review-overdue": self.content["reviews"], "draft-translation": self.content["drafts"]}
        for name, since in notes.items():
            if codes := [code for code in sorted(law) if since.get(code, now + 1) <= now]:
                reasons.append(self._reason(name, entries=", ".join(codes)))
        return reasons

    def _facts(self, question: Question, decision: Decision) -> Json:
        """What the sentence of a decision speaks of."""
        flow, facts = decision.flow, {"about": decision.about}
        if flow is None:
            return facts
        allowed = question.items(flow["terms"]) & set(question.context.get("items", ()))
        missing = ", ".join(question.leaves_out(flow["terms"]["needs"]))
        named = {"items": ", ".join(sorted(allowed)) or "-", "facts": missing, "cite": flow["terms"]["cite"]}
        return {**flow, **facts, **named}

    def _reason(self, name: str, **facts: Any) -> Json:
        return filled(self.content["reasons"][name], facts)

    def _obligations(self, question: Question, decision: Decision) -> list[Json]:
        """What a yes demands: the flow's own obligations, those of statutory bars, and what was left open."""
        if decision.duty:
            return [self._obligation("record-decision")]
        if decision.flow is None or decision.outcome not in PERMITS:
            return []
        terms, items = decision.flow["terms"], question.items(decision.flow["terms"])
        asked = items & set(question.context.get("items", items))
        has = {level for code, of, level in terms["items"] if of == question.category and code in asked}
        levels = [level for level in self.content["codes"]["identifiability"] if level in has]
        left_open = {
            "items": ("min-items", "items", sorted(asked)),
            "identifiability": ("identifiability", "level", levels),
            "method": ("method", "method", terms["method"]),
        }
        demanded = [*terms["obligations"], *map(self._obligation, terms["checks"].get(question.category, ()))]
        return demanded + [self._obligation(*left_open[name]) for name in question.leaves_out(terms["open"])]

    def _obligation(self, code: str, name: str = "", choice: Iterable[str] = ()) -> Json:
        """An obligation by its code; its parameter as codes, its sentences in words."""
        known, params = self.content["names"], {name: ", ".join(choice)} if name else {}
        words = {
            tongue: ", ".join(known.get(each, {}).get(tongue, each) for each in choice) for tongue in TONGUES
        }
        return {"code": code, "params": params, **filled(self.content["obligations"][code], {name: words})}

    def _advice(self, question: Question, decision: Decision, *, by_person: bool) -> Json:
        permitted, flow = decision.outcome in PERMITS, decision.flow
        stops = flow is not None and decision.code in flow["terms"]["stops"]
        situations = {
            "caveat": permitted,
            "unknown": decision.outcome == "INDETERMINATE",
            "uncovered": not permitted and decision.outcome != "INDETERMINATE",
            "emergency": not permitted,
            "duty": decision.duty,
            "hard-stop": stops,
            "bases": not permitted and question.context.get("emergency"),
        }
        said = [self.content["advice"][name] for name, holds in situations.items() if holds]
        is_one_off = question.context.get("volume") == "one"
        return {
            **{tongue: " ".join(each[tongue] for each in said) for tongue in TONGUES},
            "may_proceed_on_professional_judgement": by_person and is_one_off and not stops,
            "person_duties": [one["told"] for one in decision.person_duties],
        }


def outcome_of(flow: Json, question: Question, at: float) -> str:
    """What a flow comes to that has all that is stated, save perhaps purpose and items; empty: nothing."""
    terms, context = flow["terms"], question.context
    fits_purpose = "purpose" not in context or context["purpose"] in terms["purpose"]
    fits_items = question.items(terms).issuperset(context.get("items", ()))
    standing, lacks = standing_of(flow, at), bool(question.leaves_out(terms["needs"]))
    if fits_purpose and fits_items:
        if lacks and standing != "NOT_COVERED":
            return "INDETERMINATE"
        left_open = question.leaves_out(terms["open"])
        obliged = terms["obligations"] or left_open or question.category in terms["checks"]
        return "PERMIT_WITH_OBLIGATIONS" if standing == "PERMIT" and obliged else standing
    if standing != "PERMIT" or lacks or not (fits_purpose or fits_items):
        return ""
    return "ITEM_NOT_COVERED" if fits_purpose else "PURPOSE_NOT_COVERED"


def standing_of(flow: Json, at: float) -> str:
    """Where a flow stands at an instant: PERMIT where it is live, within its days and no rule blocks it."""
    if flow["state"] == "waiting":
        return "NOT_COVERED"
    if flow["state"] == "ended" or at >= flow["ends_at"]:
        return "EXPIRED"
    if at < flow["begins_at"]:
        return "NOT_COVERED"
    if flow["state"] == "suspended":
        return "SUSPENDED"
    if at < flow["live_at"]:
        return "NOT_COVERED"
    return "BLOCKED_BY_RULE" if at >= flow["blocked_at"] else "PERMIT"


def verified(text: str, keys: Json) -> dict[str, Any]:
    """The content of a bundle (compact JWS, RFC 7515) that one of these keys (JWK set) has signed."""
    header, payload, signature = text.strip().split(".")
    kid = json.loads(octets(header))["kid"]
    if json.loads(octets(header)) != {**HEADER, "kid": kid}:
        raise ValueError("not a bundle")
    key = next(key for key in keys["keys"] if (key["kid"], key["crv"]) == (kid, "Ed25519"))
    Ed25519PublicKey.from_public_bytes(octets(key["x"])).verify(
        octets(signature), f"{header}.{payload}".encode("ascii")
    )
    content: dict[str, Any] = json.loads(zlib.decompress(octets(payload), -zlib.MAX_WBITS))
    if content["schema"] != "bundle/1":
        raise ValueError("a bundle of another form")
    return content


def octets(text: str) -> bytes:
    """The octets of base64url without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def text_of(thing: Json, name: str) -> str:
    """A member that must be a text."""
    if not isinstance(thing[name], str) or not thing[name]:
        raise ValueError(name)
    return str(thing[name])


def checked_context(context: Json) -> Json:
    """The context of a question, if every member that means something is of its type."""
    for name, value in context.items():
        kind = TYPES.get(name)
        is_other = kind is not None and type(value) is not kind
        if is_other or (kind is list and not all(isinstance(code, str) for code in value)):
            raise ValueError(name)
        if kind is int and value < 0:
            raise ValueError(name)
    return context


def instant(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 instant, which must carry an offset."""
    if not INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text).timestamp()


def stamp(second: float) -> str:
    """An instant as RFC 3339, in UTC."""
    return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def filled(words: Json, facts: Json) -> dict[str, Any]:
    """Texts with their `{placeholders}` filled; a fact may speak each language."""

    def fill(text: str, tongue: str) -> str:
        def word(found: re.Match[str]) -> str:
            fact = facts.get(found[1], found[0])
            return str(fact[tongue] if isinstance(fact, dict) else fact)

        return re.sub(r"\{(\w+)\}", word, text)

    return {name: fill(text, name) if isinstance(text, str) else text for name, text in words.items()}


def unusable(fault: str) -> Json:
    """The context of an answer for which there is no bundle to answer from."""
    advice = {**EMERGENCY, "may_proceed_on_professional_judgement": False}
    reasons = [{"code": fault, **UNUSABLE[fault], "cite": ""}]
    nothing: Json = {"agreement": None, "gateways": [], "obligations": []}
    return {"outcome": "INDETERMINATE", "reasons": reasons, **nothing, "advice": advice}


if __name__ == "__main__":
    bundle_file, keys_file, organisation, question_file = sys.argv[1:]
    bundle = Bundle(Path(bundle_file).read_text(), json.loads(Path(keys_file).read_bytes()), organisation)
    answer = bundle.answer(json.loads(Path(question_file).read_bytes()), time.time())
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
