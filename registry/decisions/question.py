"""Reading a question: from the decoded body of a request to bits and primary identifiers.

Three things can be wrong with a body. It is not a question at all (`BadQuestion`, answered 400); it leaves
open who shares what with whom, or names a code the law's lists do not have (a `fault`, answered
INDETERMINATE); or it is about other bodies than the caller's (the endpoint answers 403 from `ends` alone,
before anything is looked up).
"""

import re
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index, PastFault
from registry.errors import Invalid
from registry.web.body import field_error

Json = Mapping[str, Any]
Fault = Literal["question-incomplete", "unknown-code"] | PastFault

YEARS = range(1900, 9000)
"""Beyond them a London day, or an hour before, may have no name any more."""

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
    "opt_out_state",
    "at",
    "known_at",
)
INSTANTS = ("at", "known_at")
LISTS = ("items", "supported_obligations")
TYPES: Mapping[str, type] = {
    **dict.fromkeys(TEXTS, str),
    **dict.fromkeys(LISTS, list),
    "min_log_size": int,
    "receipt": bool,
}
"""The type of each member of `context` that means something; an `emergency` may be of any."""

MEMBERS = TYPES.keys() | {"emergency"}
OURS = ("organisation", "data_holding")
"""The types of subject and resource that this registry knows."""

OPT_OUT_STATES = ("applied", "exempt", "not-checked")
"""Whether the national data opt-out has been applied, does not apply, or has not been looked at."""

INITIATORS = ("system", "person")


class BadQuestion(Invalid):
    """The body is JSON and not a question: a member is missing or of the wrong type; see `errors`."""

    code = "bad-question"


class Question(msgspec.Struct, frozen=True, gc=False):
    """One question.

    `ends` are the bodies that may ask it, None where it leaves them open. `pair` are holder and recipient
    of the flow that would have to cover it, `onward_to` is who would get the copy. `bits` hold everything
    stated but the purpose, `reach` not even the `holding`, which is the bit of category and identifiability;
    `unstated` are the "not stated" bits. `at` is in seconds since 1970 (UTC), None for now; what was known
    at an instant is asked about that instant, unless it says another. It is decided by a log of
    `min_log_size` entries at least. A `fault` says why it cannot be decided, `about` where it is.
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
    min_log_size: float = 0
    fault: Fault | None = None
    about: str = ""
    reach: int = 0

    @property
    def facts(self) -> tuple[Hashable, ...]:
        """All it states, whenever and by whomever it is asked: those of equal facts are the same question."""
        return self.pair, self.onward_to, self.category, self.bits, self.purpose, self.items

    @property
    def is_by_person(self) -> bool:
        """Whether a person, rather than a system, is about to share."""
        return self.context.get("initiated_by") == "person"

    @property
    def is_one_off(self) -> bool:
        """Whether it is about one person's information, once."""
        return self.context.get("volume") == "one"


class Members(msgspec.Struct, frozen=True, gc=False):
    """The members of a body, of the right types."""

    subject: str
    action: str
    resource: str
    context: Json
    is_ours: bool
    """Whether subject and resource are of the types this registry knows."""


class Ends(msgspec.Struct, frozen=True, gc=False):
    """Who is concerned, by the table of CONTRACT; `unclear` is the member that leaves it open."""

    may_ask: frozenset[str] | None
    pair: tuple[str, str]
    onward_to: str | None = None
    unclear: str = ""


def read_question(body: Json, index: Index) -> Question:
    """The question in a decoded body. Unknown members are ignored.

    Raises:
        BadQuestion: a member is missing or of the wrong type.
    """
    members = _members(body)
    holder, tilde, category = members.resource.partition("~")
    ends = _ends(members, index, index.primary(holder))
    if ends.unclear:
        return _faulty(members, ends, "question-incomplete", ends.unclear)
    if not tilde or not holder or not category or "~" in category:
        return _faulty(members, replace(ends, may_ask=None), "question-incomplete", "/resource/id")
    if not members.is_ours:
        return _faulty(members, ends, "unknown-code", "/subject/type, /resource/type")
    if category not in index.vocabulary.holdings:
        return _faulty(members, ends, "unknown-code", "/resource/id")
    if "known_at" in members.context and index.past_fault:
        return _faulty(members, ends, index.past_fault, "/context/known_at")
    return _with_codes(members, ends, index.vocabulary, category)


def _ends(members: Members, index: Index, holder: str) -> Ends:
    subject = index.primary(members.subject)
    third = members.context.get("recipient", "")
    third = third and index.primary(third)
    if members.action == "disclose":
        unclear = "" if third and subject == holder else "/subject/id" if third else "/context/recipient"
        return Ends(frozenset((subject, holder, third)) if third else None, (holder, third), unclear=unclear)

    ends = frozenset((subject, holder))
    if members.action == "onward_share":
        return Ends(ends, (holder, subject), third, unclear="" if third else "/context/recipient")
    return Ends(ends, (holder, subject), unclear="" if third in ("", subject) else "/context/recipient")


def _with_codes(members: Members, ends: Ends, codes: Vocabulary, category: str) -> Question:
    """The question with the bits of what it states."""
    context = members.context
    if members.action not in codes.actions:
        return _faulty(members, ends, "unknown-code", "/action/name")
    if context.get("initiated_by", "system") not in INITIATORS:
        return _faulty(members, ends, "unknown-code", "/context/initiated_by")
    if context.get("opt_out_state", "not-checked") not in OPT_OUT_STATES:
        return _faulty(members, ends, "unknown-code", "/context/opt_out_state")

    items, at = context.get("items"), context.get("at", context.get("known_at"))
    bits, unstated = codes.actions[members.action], 0 if items is not None else codes.no_items
    for name, dimension in codes.stated[category]:
        code = context.get(name)
        bit = dimension.get(code)
        if bit is None:
            return _faulty(members, ends, "unknown-code", f"/context/{name}")
        bits |= bit
        if code is None:
            unstated |= bit
    bits, purpose = bits & ~codes.every_purpose, bits & codes.every_purpose
    holding = codes.holdings[category][context.get("identifiability")]
    return Question(
        ends.may_ask,
        context,
        ends.pair,
        ends.onward_to,
        category,
        bits=bits,
        purpose=purpose,
        unstated=unstated,
        holding=holding,
        items=None if items is None else frozenset(items),
        at=None if at is None else read_instant(at, "/context/at"),
        min_log_size=context.get("min_log_size", 0),
        reach=bits ^ holding,
    )


def _faulty(members: Members, ends: Ends, fault: Fault, about: str) -> Question:
    return Question(ends.may_ask, members.context, ends.pair, ends.onward_to, fault=fault, about=about)


def _members(body: Json) -> Members:
    subject, resource, action = (read_object(body, name) for name in ("subject", "resource", "action"))
    types = read_text(subject, "type", "/subject/type"), read_text(resource, "type", "/resource/type")
    return Members(
        read_text(subject, "id", "/subject/id"),
        read_text(action, "name", "/action/name"),
        read_text(resource, "id", "/resource/id"),
        _context(body),
        types == OURS,
    )


def read_object(body: Json, name: str) -> Json:
    """The object that is a member of a request; the `properties` of an entity are one too.

    Raises:
        BadQuestion: it is missing or of the wrong type.
    """
    value = body.get(name)
    if type(value) is not dict:
        raise _bad(f"/{name}", "missing" if name not in body else "wrong-type")
    if name != "context" and type(value.get("properties", value)) is not dict:
        raise _bad(f"/{name}/properties", "wrong-type")
    return value


def is_whole(value: object) -> bool:
    """Whether a number that is no `int` is whole all the same: JSON does not tell 7.0 from 7."""
    return isinstance(value, float) and value.is_integer()


def read_text(thing: Json, name: str, pointer: str) -> str:
    """The text that is a member of an object, at a pointer into the request.

    Raises:
        BadQuestion: it is missing, empty or of the wrong type.
    """
    value = thing.get(name)
    if type(value) is not str or not value:
        raise _bad(pointer, "missing" if name not in thing else "wrong-type")
    return value


def _context(body: Json) -> Json:
    """The `context`, whose known members all have the right type."""
    context = read_object(body, "context") if "context" in body else {}
    for name, value in context.items():
        kind = TYPES.get(name)
        if kind is None:
            continue
        is_other = type(value) is not kind and not (kind is int and is_whole(value))
        if is_other or (kind is list and not all(type(code) is str for code in value)):
            raise _bad(f"/context/{name}", "wrong-type")
        if kind is int and value < 0:
            raise _bad(f"/context/{name}", "out-of-bounds")
        if name in INSTANTS:
            read_instant(value, f"/context/{name}")
    return context


def read_instant(text: str, pointer: str) -> float:
    """Seconds since 1970 of an RFC 3339 instant: it must carry an offset.

    Raises:
        BadQuestion: it is none, naming the member.
    """
    if INSTANT.fullmatch(text) and int(text[:4]) in YEARS:
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            pass
    raise _bad(pointer, "bad-form")


def _bad(pointer: str, code: str) -> BadQuestion:
    return BadQuestion(errors=(field_error(pointer, code),))
