"""How a step of the story names what earlier steps made: `$mash.ref`, `$mash.hash`, `$mash-dpia.id`.

A label stands for one agreement or assessment as it is when the step is taken: after an amendment
`$mash.version` and `$mash.hash` are those of the new version.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

REFERENCE = re.compile(r"^\$(?P<label>[a-z][a-z0-9-]*)\.(?P<name>ref|version|hash|id)$")
Values = Mapping[str, str | int]

SPECIMEN: Values = {
    "ref": "ISA-2222222222",
    "version": 1,
    "hash": "sha256:" + "0" * 64,
    "id": "00000000-0000-7000-8000-000000000000",
}
"""Stands in for what is not made yet while the form of a step is checked."""


@dataclass(slots=True)
class Labels:
    """What has been made so far, by label. Several labels may stand for one thing."""

    _identities: dict[str, str | int] = field(default_factory=dict)
    _latest: dict[str | int, Values] = field(default_factory=dict)

    def note(self, label: str, values: Values) -> None:
        """Keep what a step made or changed, under its label if it has one."""
        identity = values.get("ref") or values["id"]
        self._latest[identity] = values
        if label:
            self._identities[label] = identity

    def resolve(self, value: Any) -> Any:
        """A value with every reference replaced by what it stands for.

        Raises:
            KeyError: nothing has this label, or what has it has no such part.
        """
        return _replace(value, lambda label, name: self._latest[self._identities[label]][name])


def specimen(value: Any) -> Any:
    """A value with every reference replaced by something of the right form."""
    return _replace(value, lambda _label, name: SPECIMEN[name])


def references_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str, str]]:
    """Every reference in a value: the JSON pointer of its place, the label, and the part it names."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from references_in(child, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from references_in(child, f"{pointer}/{place}")
    elif isinstance(value, str) and (found := REFERENCE.match(value)):
        yield pointer, found["label"], found["name"]


def _replace(value: Any, stands_for: Any) -> Any:
    if isinstance(value, dict):
        return {name: _replace(child, stands_for) for name, child in value.items()}
    if isinstance(value, list):
        return [_replace(child, stands_for) for child in value]
    if isinstance(value, str) and (found := REFERENCE.match(value)):
        return stands_for(found["label"], found["name"])
    return value
