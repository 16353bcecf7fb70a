"""Reading a question: from the decoded body of a request to bits and primary identifiers.

Three things can be wrong with a body. It is not a question at all (`BadQuestion`, answered 400); it leaves
open who shares what with whom, or names a code the law's lists do not have (a `fault`, answered
INDETERMINATE); or it is about other bodies than the caller's (the endpoint answers 403 from `ends` alone,
before anything is looked up).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from registry.decisions.index import Index
from registry.errors import Invalid
from registry.web.body import field_error

Json = Mapping[str, Any]
Fault = Literal["question-incomplete", "unknown-code", "known-at-unavailable"]

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
TEXTS = (
    "purpose",
    "subject_group",
    "volume",
    "recipient",
    "initiated_by",
    "regime",
    "identifiability",
    "age_band",
    "method",
    "on_behalf_of",
    "at",
    "known_at",
)
LISTS = ("items", "supported_obligations")
MEMBERS: Mapping[str, type] = {
    **dict.fromkeys(TEXTS, str),
    **dict.fromkeys(LISTS, list),
    "min_log_size": int,
    "emergency": object,
}
"""The members of `context` that mean something, and the type of each (`emergency` may be of any)."""

INITIATORS = ("system", "person")


class BadQuestion(Invalid):
    """The body is JSON and not a question: a member is missing or of the wrong type; see `errors`."""

    code = "bad-question"


class Question(NamedTuple):
    """One question.

    `ends` are the bodies that may ask it, None where it leaves them open. `pair` are holder and recipient
    of the flow that would have to cover it, `onward_to` is who would get the copy. `bits` hold everything
    stated but the purpose, `unstated` the "not stated" bits; `holding` is the bit of category and
    identifiability. `at` is in seconds since 1970 (UTC), None for now. A `fault` says why it cannot be
    decided, `about` which member is to blame.
    """

    ends: frozenset[str] | None
    context: Json
    pair: tuple[str, str]
    onward_to: str | None = None
    category: str = ""
    bits: int = 0
    purpose: int = 0
    unstated: int = 0
    holding: int = 0
    items: frozenset[str] | None = None
    at: float | None = None
    fault: Fault | None = None
    about: str = ""

    @property
    def is_by_person(self) -> bool:
        """Whether a person, rather than a system, is about to share."""
        return self.context.get("initiated_by") == "person"

    @property
    def is_one_off(self) -> bool:
        """Whether it is about one person's information, once."""
        return self.context.get("volume") == "one"


class Members(NamedTuple):
    """The members of a body, of the right types."""

    subject: str
    action: str
    resource: str
    context: Json
    is_ours: bool
    """Whether subject and resource are of the types this registry knows."""


def read_question(body: Json, index: Index) -> Question:
    """The question in a decoded body. Unknown members are ignored.

    Raises:
        BadQuestion: a member is missing or of the wrong type.
    """
    members = _members(body)
    holder, tilde, category = members.resource.partition("~")
    question = _ends(members, index, index.primary(holder))
    if question.fault is not None:
        return question
    if not tilde or not holder or not category or "~" in category:
        return question._replace(ends=None, fault="question-incomplete", about="/resource/id")
    if not members.is_ours:
        return question._replace(fault="unknown-code", about="/subject/type, /resource/type")
    return _with_codes(question, members, index, category)


def _ends(members: Members, index: Index, holder: str) -> Question:
    """Who is concerned, by the table of CONTRACT."""
    subject = index.primary(members.subject)
    third = index.primary(members.context.get("recipient", ""))
    if members.action == "disclose":
        ends = frozenset((subject, holder, third)) if third else None
        question = Question(ends, members.context, (holder, third))
        return question if third and subject == holder else _open(question, third, "/subject/id")
    question = Question(frozenset((subject, holder)), members.context, (holder, subject))
    if members.action == "onward_share":
        return question._replace(onward_to=third) if third else _open(question, third)
    return question if third in ("", subject) else _open(question, third)


def _open(question: Question, third: str, about: str = "/context/recipient") -> Question:
    """The question as one that leaves open who shares with whom."""
    return question._replace(fault="question-incomplete", about=about if third else "/context/recipient")


def _with_codes(question: Question, members: Members, index: Index, category: str) -> Question:
    """The question with the bits of what it states."""
    codes, context = index.vocabulary, members.context
    if category not in codes.holdings:
        return question._replace(fault="unknown-code", about="/resource/id")
    if members.action not in codes.actions:
        return question._replace(fault="unknown-code", about="/action/name")
    if context.get("initiated_by", "system") not in INITIATORS:
        return question._replace(fault="unknown-code", about="/context/initiated_by")
    if "known_at" in context:
        return question._replace(fault="known-at-unavailable", about="/context/known_at")

    items = context.get("items")
    bits, unstated = codes.actions[members.action], 0 if items is not None else codes.no_items
    for name, dimension in codes.stated[category]:
        code = context.get(name)
        bit = dimension.get(code, 0)
        if not bit:
            return question._replace(fault="unknown-code", about=f"/context/{name}")
        bits |= bit
        if code is None:
            unstated |= bit
    at = context.get("at")
    return question._replace(
        category=category,
        bits=bits & ~codes.every_purpose,
        purpose=bits & codes.every_purpose,
        unstated=unstated,
        holding=codes.holdings[category][context.get("identifiability")],
        items=None if items is None else frozenset(items),
        at=None if at is None else _instant(at),
    )


def _members(body: Json) -> Members:
    subject, resource, action = _object(body, "subject"), _object(body, "resource"), _object(body, "action")
    return Members(
        _text(subject, "id", "/subject/id"),
        _text(action, "name", "/action/name"),
        _text(resource, "id", "/resource/id"),
        _context(body),
        _text(subject, "type", "/subject/type") == "organisation"
        and _text(resource, "type", "/resource/type") == "data_holding",
    )


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if type(value) is not dict:
        raise _bad(f"/{name}", "missing" if name not in body else "wrong-type")
    return value


def _text(thing: Json, name: str, pointer: str) -> str:
    value = thing.get(name)
    if type(value) is not str or not value:
        raise _bad(pointer, "missing" if name not in thing else "wrong-type")
    return value


def _context(body: Json) -> Json:
    """The `context`, whose known members all have the right type."""
    context = _object(body, "context") if "context" in body else {}
    for name, value in context.items():
        kind = MEMBERS.get(name, object)
        if kind is not object and type(value) is not kind:
            raise _bad(f"/context/{name}", "wrong-type")
    for name in LISTS:
        if not all(type(code) is str for code in context.get(name, ())):
            raise _bad(f"/context/{name}", "wrong-type")
    if context.get("min_log_size", 0) < 0:
        raise _bad("/context/min_log_size", "out-of-bounds")
    return context


def _instant(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 instant: it must carry an offset."""
    if INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            pass
    raise _bad("/context/at", "bad-form")


def _bad(pointer: str, code: str) -> BadQuestion:
    return BadQuestion(errors=(field_error(pointer, code),))
