"""Many questions in one request (AuthZEN 1.0 section 7): defaults, three semantics, items that fail alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat as always
from typing import Any, NamedTuple

import msgspec

from registry.decisions.wire.problems import fault_context
from registry.decisions.wire.reading import parse_object
from registry.decisions.words.rendering import Pieces
from registry.errors import FieldError, Invalid, Refusal
from registry.web.body import field_error, parse_json

Json = Mapping[str, Any]
Answered = tuple[bool, Pieces]
Item = tuple[bytes, Any]
"""One item: its bytes, and what they say; None where they are not decoded yet."""

MAX_ITEMS = 2000
DEFAULTS = ("subject", "action", "resource", "context")
STOPS_AFTER: Mapping[str, bool | None] = {
    "execute_all": None,
    "deny_on_first_deny": False,
    "permit_on_first_permit": True,
}
"""The decision after which each semantic answers no further items."""

NEEDLE = 64
"""By so many of its bytes the list of items is looked for: by all of them that would take its time."""

OPENINGS = (b'{"decision":false,"context":', b'{"decision":true,"context":')

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


class BadBatch(Invalid):
    """`evaluations` or `options` do not have the form they must have; see `errors`."""

    code = "bad-batch"


class Batch(NamedTuple):
    """The members of a batch, its items (none: it is a single question), the decision after which to stop."""

    members: Json
    items: Sequence[Item]
    stops_after: bool | None


def evaluate_all(
    batch: Batch,
    repeat: Callable[[bytes], Answered | None],
    evaluate: Callable[[Json, bytes], tuple[bool, bytes]],
) -> list[bytes]:
    """The answers to the items in order, cut after the one that decides: the pieces of a JSON array.

    A refused item is denied alone.

    An item is told from any other by its bytes after those of the defaults; `repeat` knows some answers by
    them, and spares the item being decoded.

    Raises:
        MalformedJson: an item is not strict JSON.
    """
    defaults = {name: batch.members[name] for name in DEFAULTS if name in batch.members}
    before = json.dumps(defaults).encode() if defaults else b""  # in ASCII, whatever UTF-8 cannot spell
    pieces = [b"["]
    for own, body in batch.items:
        text = before + own
        permitted, context = repeat(text) or _evaluate(defaults, (own, body), text, evaluate)
        pieces += (OPENINGS[permitted], *context, b"},")
        if permitted is batch.stops_after:
            break
    pieces[-1] = b"}]"
    return pieces


def read_batch(body: bytes, limit: int) -> Batch:
    """The batch in a body of no more bytes than a limit.

    Raises:
        MalformedJson, NotJson: see `parse_object`.
        BadBatch: naming the member that is wrong.
    """
    cut = _cut(body)
    members = parse_object(body, limit) if cut is None else cut[0]
    items, options = members.get("evaluations", []), members.get("options", {})
    if not isinstance(items, list):
        raise _bad("/evaluations", "wrong-type")
    if len(items) > MAX_ITEMS:
        raise _bad("/evaluations", "too-long", max_length=MAX_ITEMS)
    if not isinstance(options, dict):
        raise _bad("/options", "wrong-type")
    semantic = options.get("evaluations_semantic", "execute_all")
    if not isinstance(semantic, str) or semantic not in STOPS_AFTER:
        raise _bad("/options/evaluations_semantic", "not-a-choice", expected=", ".join(STOPS_AFTER))
    found = [(json.dumps(item).encode(), item) for item in items] if cut is None else cut[1]
    return Batch(members, found, STOPS_AFTER[semantic])


def answer(permitted: bool, context: Pieces) -> bytes:
    """One AuthZEN answer, with a context in pieces."""
    return b"".join((OPENINGS[permitted], *context, b"}"))


def _evaluate(
    defaults: Json, item: Item, text: bytes, evaluate: Callable[[Json, bytes], tuple[bool, bytes]]
) -> Answered:
    """One item: a member it has replaces the default as a whole."""
    own, body = item
    if body is None:
        ((body,),) = parse_json(b"[[%s]]" % own)  # as deep as it lay in the batch
    try:
        if not isinstance(body, dict):
            raise _bad("", "wrong-type")
        permitted, context = evaluate({**defaults, **body}, text)
    except Refusal as refusal:
        permitted, context = False, fault_context(refusal)
    return permitted, (context,)


def _cut(body: bytes) -> tuple[Json, list[Item]] | None:
    """The members of a batch, whose items are cut out and left as they are.

    None where that cannot be done safely, and everything is to be decoded: a semantic that stops early leaves
    items undecoded, which may be no JSON; and the same list may stand somewhere else in the body. What is
    left without the items is decoded as strictly as any body: no member is there twice.

    Raises:
        MalformedJson: what is left is not strict JSON.
    """
    try:
        every = bytes(_MEMBERS.decode(body)["evaluations"])
        items = _ITEMS.decode(every)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, RecursionError):
        return None
    begin = body.find(every[:NEEDLE])
    if not body.startswith(every, begin):
        return None
    members = parse_json(body[:begin] + b"null" + body[begin + len(every) :])
    if "options" in members or members.get("evaluations", every) is not None:
        return None
    return {**members, "evaluations": items}, list(zip(map(bytes, items), always(None)))


def _bad(pointer: str, code: str, **facts: object) -> BadBatch:
    errors: tuple[FieldError, ...] = (field_error(pointer, code, **facts),)
    return BadBatch(errors=errors, limit=MAX_ITEMS)
