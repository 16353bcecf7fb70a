"""What is to be loaded: every entry with the place it stands at, and the refusals that name such places."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.errors import FieldError, Invalid
from registry.imports.document import Document, Problem
from registry.imports.schemas import AgreementEntry, PersonEntry, Step
from registry.organisations.schemas import NewOrganisation

Entry = TypeVar("Entry", bound=NewOrganisation | PersonEntry | AgreementEntry | Step)


class BadImport(Invalid):
    """The file cannot be imported. Every fault is named with its file and line; nothing has been loaded."""

    code = "bad-import"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(errors=tuple(one.error for one in self.problems), count=len(self.problems))

    def extensions(self) -> dict[str, Any]:
        """Every fault with its place."""
        return {"places": [f"{one.file}:{one.line}" for one in self.problems]}


class StepFailed(Invalid):
    """The registry refused an entry or a step of the story while it was being loaded."""

    code = "story-step-failed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands. `unwritten` is a first step of its pointers that the file leaves out."""

    document: Document
    pointer: str
    unwritten: str = ""

    def __str__(self) -> str:
        """File and line, as a person looks them up."""
        return f"{self.document.name}:{self.document.line(self.pointer)}"

    def problem(self, error: FieldError) -> Problem:
        """A fault of the entry, given with the error's pointer into it."""
        pointer = self.pointer + error.pointer.removeprefix(self.unwritten)
        return self.document.problem(FieldError(pointer, error.code, error.en, error.cy))


@dataclass(frozen=True, slots=True)
class Placed(Generic[Entry]):
    """An entry and where it stands."""

    entry: Entry
    place: Place


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a set of files asks to load, in the order it stands; the story in the order it happens.

    `attempted` are the names in entries that are not well formed: what refers to them is not at fault.
    """

    organisations: tuple[Placed[NewOrganisation], ...] = ()
    people: tuple[Placed[PersonEntry], ...] = ()
    agreements: tuple[Placed[AgreementEntry], ...] = ()
    story: tuple[Placed[Step], ...] = ()
    attempted: frozenset[str] = frozenset()
