"""What the pages show: the questions with what was chosen, and an answer in plain words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from registry.decisions.index import Body, Index
from registry.frontline.choices import LISTS, NOT_LISTED, REQUIRED, THEM, US, USES, Choices
from registry.frontline.finding import Search
from registry.policy import Law
from registry.web.pages import FieldFault, Language, Sentence, lazy

Pair = Mapping[str, str]
"""The same thing in English and Welsh."""

Options = list[tuple[str, Pair | Sentence | str]]
Json = Mapping[str, Any]

SENTENCES: Mapping[str, Sentence] = {
    "PERMIT": lazy("Yes: a registered agreement covers this kind of sharing."),
    "PERMIT_WITH_OBLIGATIONS": lazy(
        "Yes, if you do everything listed here: a registered agreement covers this kind of sharing."
    ),
    "DUTY_TO_SHARE": lazy("No registered agreement covers this, but the law may require you to share it."),
    "NOT_COVERED": lazy("No registered agreement covers this."),
    "SUSPENDED": lazy("An agreement would cover this, but it is suspended at the moment."),
    "EXPIRED": lazy("An agreement covered this, but it has ended."),
    "ITEM_NOT_COVERED": lazy("An agreement covers this kind of sharing, but not every item you chose."),
    "PURPOSE_NOT_COVERED": lazy("An agreement covers this sharing for other purposes, but not for yours."),
    "BLOCKED_BY_RULE": lazy("An agreement would cover this, but a rule stops it at the moment."),
    "INDETERMINATE": lazy("The registry cannot tell whether an agreement covers this."),
}
"""The one sentence of each outcome. None says that sharing is lawful, or that it is not."""

DEPENDS = lazy("It depends on something that you have not said yet.")
"""The sentence where the registry could tell, if it knew one fact more."""

TOLD: Mapping[Language, frozenset[str]] = {
    "en": frozenset({"fact-missing", "not-covered", "draft-translation"}),
    "cy": frozenset({"fact-missing", "not-covered"}),
}
"""Reasons that the page gives already, or that are about the words of the other language."""

PERMITS = frozenset({"PERMIT", "PERMIT_WITH_OBLIGATIONS"})

FAULTS: Mapping[str, Sentence] = {
    "held_by": lazy("Say who holds the information now"),
    "other": lazy("Choose the other organisation"),
    "part": lazy("Type part of the other organisation's name"),
    "subject_group": lazy("Choose whom the information is about"),
    "category": lazy("Choose what kind of information it is"),
    "purpose": lazy("Choose what it is for"),
    "volume": lazy("Say whether it is about one person or many"),
}
UNKNOWN_PART = lazy("No organisation goes by a name with that in it. Try another part of its name")
CHOOSE_FOUND = lazy("Choose the organisation that you mean from those found")

LABELS: Mapping[str, Sentence] = {
    "subject_group": lazy("Whom it is about"),
    "category": lazy("Kind of information"),
    "items": lazy("Items"),
    "purpose": lazy("What it is for"),
    "volume": lazy("How many people"),
    "regime": lazy("Under which data protection regime"),
    "age_band": lazy("How old the person is"),
    "method": lazy("How it would be sent"),
    "identifiability": lazy("In what form"),
    "use": lazy("What would be done with it"),
    "urgent": lazy("Someone may be at risk of serious harm now"),
}
EXTRA = ("age_band", "regime", "method", "identifiability", "use")
"""What is asked only of those who know it."""

CHOOSE, NOT_SAID = lazy("Choose one"), lazy("I do not know")
OTHER_BODY, OTHER_ITEM = lazy("The other organisation"), lazy("Something that is not in this list")
PLAIN_USE = lazy("People read it: nothing more")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at one end: role mailboxes and duty phones."""

    label: Sentence
    name: Pair
    ig: str
    duty: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What an answer rests on, or what comes nearest: one flow of one version."""

    ref: str
    version: int
    flow: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the permission check said to one question, for a person to read."""

    sentence: Sentence
    is_permitted: bool
    clause: Clause | None
    reasons: tuple[Pair, ...]
    obligations: tuple[Pair, ...]
    missing: tuple[str, ...]
    allowed: tuple[str, ...]
    near: Clause | None
    changes: tuple[Pair, ...]
    duty: Pair | None
    person_duties: tuple[Pair, ...]
    advice: Pair
    may_judge: bool
    ends_first: Pair | None
    contacts: tuple[Contact, ...]
    valid_until: datetime
    evaluation_id: str
    record: Pair | None
    warnings: tuple[Pair, ...]

    @classmethod
    def of(cls, context: Json, language: Language) -> Self:
        """The answer whose context the permission check gave, for a reader of a language."""
        outcome, missing = context["outcome"], tuple(context.get("missing", ()))
        nearest = context.get("nearest", {})
        is_permitted, told = outcome in PERMITS, TOLD[language]
        return cls(
            sentence=DEPENDS if missing else SENTENCES[outcome],
            is_permitted=is_permitted,
            clause=_clause(context["agreement"]),
            reasons=tuple(one for one in context["reasons"] if one["code"] not in told),
            obligations=tuple(context["obligations"]),
            missing=missing,
            allowed=tuple(map(item_name, context.get("allowed_items", ()))),
            near=_clause(nearest.get("agreement")),
            changes=tuple(nearest.get("changes", ())),
            duty=context.get("duty"),
            person_duties=tuple(context["advice"].get("person_duties", ())),
            advice=context["advice"],
            may_judge=not is_permitted and context["advice"]["may_proceed_on_professional_judgement"],
            ends_first=context.get("ends_first"),
            contacts=tuple(_contacts(context["contacts"])),
            valid_until=datetime.fromisoformat(context["valid_until"]),
            evaluation_id=context["evaluation_id"],
            record=context.get("break_glass"),
            warnings=tuple(context.get("warnings", ())),
        )


def faults_of(choices: Choices, found: Sequence[Body], search: Search) -> tuple[FieldFault, ...]:
    """What is left to choose, each with the field it is chosen in; of a search what went wrong with it."""
    faults = tuple(
        FieldFault(name, FAULTS[name]) if name != "other" else _other_fault(found, search.part)
        for name in choices.missing()
    )
    return tuple(fault for fault in faults if fault.field == "part") if search.is_asked else faults


def _other_fault(found: Sequence[Body], part: str) -> FieldFault:
    if found:
        return FieldFault("other", CHOOSE_FOUND)
    return FieldFault("part", UNKNOWN_PART if part else FAULTS["part"])


def options_of(law: Law) -> dict[str, Options]:
    """What can be chosen from lists, fact by fact; those that need not be said can be left open."""
    options = {name: _listed(law, name) for name in LISTS}
    uses: Options = [("", PLAIN_USE), *((code, said(law.actions[code])) for code in USES)]
    return options | {"use": uses}


def _listed(law: Law, name: str) -> Options:
    codes: Options = [(code, said(entry)) for code, entry in getattr(law, LISTS[name]).items()]
    if name == "volume":
        return codes
    return [("", CHOOSE if name in REQUIRED else NOT_SAID), *codes]


def holders(ours: Body) -> Options:
    """Who may hold the information: the asker's body, or the other."""
    return [(US, name_of(ours)), (THEM, OTHER_BODY)]


def bodies(found: Iterable[Body]) -> Options:
    """Organisations to choose from."""
    return [(body.id, name_of(body)) for body in found]


def items(codes: Iterable[str]) -> Options:
    """Items to tick, and one that stands for any other."""
    listed: Options = [(code, item_name(code)) for code in codes]
    return [*listed, (NOT_LISTED, OTHER_ITEM)] if listed else []


def summary(choices: Choices, ours: str, *, law: Law, index: Index) -> list[tuple[Sentence, Sequence[Any]]]:
    """The question in words, line by line: what was asked, and the values chosen."""
    holder, recipient = (name_of(index.bodies[body]) for body in choices.pair(ours))
    lists = options_of(law)
    lines: list[tuple[Sentence, Sequence[Any]]] = [(HOLDER, [holder]), (RECIPIENT, [recipient])]
    for name in ("subject_group", "category", "items", "purpose", "volume", *EXTRA):
        if name == "items" and choices.items:
            lines.append((LABELS[name], [_item(code) for code in choices.items]))
        elif name != "items" and choices.chosen(name):
            lines.append((LABELS[name], [dict(lists[name])[choices.chosen(name)]]))
    return [*lines, (LABELS["urgent"], [YES])] if choices.urgent else lines


YES = lazy("Yes")
HOLDER, RECIPIENT = lazy("Who would give it"), lazy("Who would receive it")


def name_of(body: Body) -> Pair:
    """What a body is called."""
    return {"en": body.name_en, "cy": body.name_cy}


def said(entry: Any) -> Pair:
    """The words of an entry of the law."""
    return {"en": entry.en, "cy": entry.cy}


def item_name(code: str) -> str:
    """An item as people read it: `police-incidents` is police incidents."""
    return code.replace("-", " ")


def _item(code: str) -> str | Sentence:
    return OTHER_ITEM if code == NOT_LISTED else item_name(code)


def _clause(named: Json | None) -> Clause | None:
    return Clause(named["ref"], named["version"], named["flow"]) if named else None


def _contacts(contacts: Mapping[str, Json | None]) -> Iterator[Contact]:
    for end, label in (("holder", HOLDER), ("recipient", RECIPIENT)):
        body = contacts[end]
        if body is not None:
            names = {"en": body["name_en"], "cy": body["name_cy"]}
            yield Contact(label, names, body["ig"], body["duty"])
