"""From documents to a plan: the form of every entry, before anything is looked up.

An agreement may be given as its terms alone.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from registry import clock
from registry.imports.days import resolve_days, resolve_instant
from registry.imports.document import Document, Problem
from registry.imports.plan import Place, Placed, Plan
from registry.imports.schemas import AgreementEntry, PersonEntry, Step
from registry.organisations.schemas import NewOrganisation
from registry.web.body import InvalidFields, MalformedJson, WireModel, field_error, parse

SECTIONS: dict[str, type[WireModel]] = {
    "organisations": NewOrganisation,
    "people": PersonEntry,
    "agreements": AgreementEntry,
    "story": Step,
}

Model = TypeVar("Model", bound=WireModel)


def read_plan(documents: Sequence[Document], now: datetime) -> tuple[Plan, list[Problem]]:
    """The plan of all documents together, and every fault of form. Entries at fault are not in the plan."""
    problems = [problem for document in documents for problem in document.problems]
    sections: dict[str, list[Placed[Any]]] = {name: [] for name in SECTIONS}
    attempted: set[str] = set()
    for document in documents:
        for section, place, value in _entries(document, now, problems):
            found = _entry(section, place, value)
            if isinstance(found, Placed):
                sections[section].append(found)
            else:
                problems += found
                attempted.update(_names(value))
    sections["story"].sort(key=lambda step: resolve_instant(step.entry.at, now))
    placed = {name: tuple(entries) for name, entries in sections.items()}
    return Plan(**placed, attempted=frozenset(attempted)), problems


def read_body(value: Any, model: type[Model]) -> Model:
    """A value of the file as a wire model, by the very rules of the API.

    Raises:
        InvalidFields: with every fault.
    """
    try:
        return parse(json.dumps(value).encode(), model)
    except MalformedJson as fault:
        raise InvalidFields(errors=(field_error("", "import-unreadable", **fault.facts),)) from None


def _entries(document: Document, now: datetime, problems: list[Problem]) -> Iterator[tuple[str, Place, Any]]:
    """Every entry of a document with its section and place; what is wrong around them goes to `problems`."""
    content = resolve_days(document.value, clock.london_day(now))
    if document.problems:
        return
    if not isinstance(content, dict) or not content:
        problems.append(document.problem(field_error("", "import-empty")))
        return
    for name, listed in content.items():
        if name not in SECTIONS:
            problems.append(document.problem(field_error(f"/{name}", "unknown")))
        elif not isinstance(listed, list):
            problems.append(document.problem(field_error(f"/{name}", "wrong-type")))
        else:
            for number, value in enumerate(listed):
                bare = name == "agreements" and isinstance(value, dict) and "schema" in value
                place = Place(document, f"/{name}/{number}", unwritten="/terms" if bare else "")
                yield name, place, {"terms": value} if bare else value


def _entry(section: str, place: Place, value: Any) -> Placed[Any] | list[Problem]:
    """One entry as its section's model, or everything that is wrong with it."""
    try:
        return Placed(read_body(value, SECTIONS[section]), place)
    except InvalidFields as faults:
        return [place.problem(error) for error in faults.errors]


def _names(value: Any) -> Iterator[str]:
    """The identifiers, user name and label of an entry at fault."""
    given = value if isinstance(value, dict) else {}
    aliases = given.get("aliases")
    names = [given.get("id"), given.get("username"), given.get("name")]
    yield from (
        name for name in names + (aliases if isinstance(aliases, list) else []) if isinstance(name, str)
    )
