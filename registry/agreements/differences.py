"""What differs between two texts of an agreement, field by field and word by word.

What has a name of its own is matched by it and not by its place in a list: parties by organisation, items and
flows by id, bases by party, obligations and codes by code. So a list in another order is the same list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from registry.agreements.terms import Terms

Json = dict[str, Any]
Kind = Literal["added", "removed", "changed"]
IDENTITY = ("id", "organisation", "party", "code")
"""The members that name a thing in a list; the first of these that it has."""


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of a text: in both texts, in the later one alone or in the earlier one alone."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, or one whole thing, that is not the same in both texts.

    `path` names things by their own names (`flows`, `f1`, `retention`). `pointer` is the JSON pointer into
    the later text; into the earlier one where something was removed.
    """

    path: tuple[str, ...]
    pointer: str
    kind: Kind
    before: Any = None
    after: Any = None
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    step: str | int
    value: Any


def differences(old: Terms, new: Terms) -> list[Difference]:
    """Every difference between two texts, salts left out, what is not said read as its default."""
    return compare(plain(old), plain(new))


def plain(terms: Terms) -> Json:
    """The terms as plain values, every default filled in, without the salt."""
    return terms.model_dump(mode="json", by_alias=True, exclude={"salt"})


def compare(before: Any, after: Any) -> list[Difference]:
    """Every difference between two JSON values. Each leaf that differs is in exactly one of them."""
    return list(_compared((), "", "", before, after))


def _compared(
    path: tuple[str, ...], old_place: str, new_place: str, before: Any, after: Any
) -> Iterator[Difference]:
    old, new = _parts(before), _parts(after)
    if old is None or new is None or type(before) is not type(after):
        if before != after:
            yield Difference(path, new_place, "changed", before, after, _words(before, after))
        return
    for name in dict.fromkeys([*old, *new]):
        here = (*path, name)
        if name not in new:
            yield Difference(here, _at(old_place, old[name]), "removed", before=old[name].value)
        elif name not in old:
            yield Difference(here, _at(new_place, new[name]), "added", after=new[name].value)
        else:
            places = _at(old_place, old[name]), _at(new_place, new[name])
            yield from _compared(here, *places, old[name].value, new[name].value)


def _at(place: str, part: _Part) -> str:
    """The JSON pointer of a part (RFC 6901)."""
    return f"{place}/{str(part.step).replace('~', '~0').replace('/', '~1')}"


def _parts(value: Any) -> dict[str, _Part] | None:
    """What a value is made of, by name; None of a value that is one piece."""
    if isinstance(value, dict):
        return {name: _Part(name, child) for name, child in value.items()}
    if not isinstance(value, list):
        return None
    parts: dict[str, _Part] = {}
    for place, child in enumerate(value):
        name, count = _name(child), 1
        while (known := name if count == 1 else f"{name}#{count}") in parts:
            count += 1
        parts[known] = _Part(place, child)
    return parts


def _name(thing: Any) -> str:
    if isinstance(thing, dict):
        return str(next((thing[name] for name in IDENTITY if name in thing), ""))
    return str(thing)


def _words(before: Any, after: Any) -> tuple[Words, ...]:
    """Which words of a text were taken out and put in; nothing for what is no text of several words."""
    if not (isinstance(before, str) and isinstance(after, str) and " " in before + after):
        return ()
    old, new = (re.findall(r"\S+\s*|\s+", text) for text in (before, after))
    runs: list[Words] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            runs.append(Words("same", "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            runs.append(Words("removed", "".join(old[old_from:old_to])))
        if new_from < new_to:
            runs.append(Words("added", "".join(new[new_from:new_to])))
    return tuple(runs)
