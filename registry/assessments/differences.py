"""What differs between two texts of an assessment, member by member."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ABSENT = None
UNSAID = ("salt", "supersedes")
"""Members that differ between any two texts and say nothing about the assessment."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that differs, by its JSON pointer in the newer text; `None` where it is not there."""

    pointer: str
    before: Any
    after: Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[Difference, ...]:
    """Every member of two documents that differs, in the order of the newer one."""
    kept = [{name: value for name, value in text.items() if name not in UNSAID} for text in (before, after)]
    return tuple(_compare(kept[0], kept[1], ""))


def _compare(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*after, *before)):
            yield from _compare(before.get(name, ABSENT), after.get(name, ABSENT), f"{pointer}/{name}")
    elif _has_ids(before) and _has_ids(after):
        yield from _compare_listed(before, after, pointer)
    elif before != after:
        yield Difference(pointer, before, after)


def _has_ids(value: Any) -> bool:
    """Whether a value is a list of things that keep their ids, as risks do."""
    return isinstance(value, list) and all(isinstance(one, dict) and "id" in one for one in value)


def _compare_listed(
    before: list[dict[str, Any]], after: list[dict[str, Any]], pointer: str
) -> Iterator[Difference]:
    earlier = {one["id"]: one for one in before}
    for place, one in enumerate(after):
        yield from _compare(earlier.pop(one["id"], ABSENT), one, f"{pointer}/{place}")
    for gone in earlier.values():
        yield Difference(f"{pointer}/-", gone, ABSENT)
