"""What both kinds of assessment hold: the agreements they cover, their scope, their conditions."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from registry.assessments.transitions import Stage
from registry.errors import FieldError
from registry.policy import Law
from registry.web.body import WireModel, field_error
from registry.web.documents import (
    Bilingual,
    Code,
    Line,
    OrganisationId,
    SaltedDocument,
    Text,
    canonical,
    salted,
)

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
AssessmentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
OptionalCode = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,63})?$")]


class Scope(WireModel):
    """What is covered: data categories, purposes and organisations. Nothing outside it is."""

    categories: Annotated[list[Code], Field(max_length=100)] = []
    purposes: Annotated[list[Code], Field(max_length=60)] = []
    parties: Annotated[list[OrganisationId], Field(max_length=200)] = []


class Condition(WireModel):
    """Something that must be done or kept to, by which post and until when."""

    text: Annotated[Text, StringConstraints(min_length=1)]
    owner: Line = ""
    due_on: date | None = None


class Limits(WireModel):
    """What a text says, beside its scope, that gates ask; it is stored beside the text, so that all can ask.

    `high_residual`: a risk of a DPIA stays high after its measures. The rest is of data ethics: the tool and
    its version, the GSS codes and the days of a pilot, the days on which conditions fall due, and whether the
    public record of the tool can be written.
    """

    high_residual: bool = False
    stage: Stage | None = None
    model: str = ""
    model_version: str = ""
    pilot_areas: list[str] = []
    pilot_starts_on: date | None = None
    pilot_until: date | None = None
    stop_rules: list[str] = []
    conditions: list[Condition] = []
    public_record: bool = False


class AssessmentDocument(SaltedDocument):
    """The members that both kinds have. An approval of it replaces the assessment that `supersedes` names."""

    schema_: Literal["dpia/1", "ethics/1"] = Field(alias="schema")
    title: Bilingual | None = None
    covers: Annotated[list[Ref], Field(max_length=100)] = []
    supersedes: AssessmentId | None = None
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Coded:
    """A code in a document: where it stands, and which codes may stand there."""

    pointer: str
    code: str
    known: Collection[str]
    list: str


def list_unknown(codes: Iterable[Coded]) -> tuple[FieldError, ...]:
    """A field error for each code that is in no list; a code not given yet is none."""
    return tuple(
        field_error(coded.pointer, "unknown-code", value=coded.code, list=coded.list)
        for coded in codes
        if coded.code and coded.code not in coded.known
    )


def scope_codes(scope: Scope, law: Law) -> Iterator[Coded]:
    """Every code of a scope."""
    for place, code in enumerate(scope.categories):
        yield Coded(f"/scope/categories/{place}", code, law.categories, "categories")
    for place, code in enumerate(scope.purposes):
        yield Coded(f"/scope/purposes/{place}", code, law.purposes, "purposes")


def gaps(model: WireModel, pointer: str = "") -> Iterator[FieldError]:
    """A field error for each text, choice or list below a model that is still empty."""
    for name in type(model).model_fields:
        value, below = getattr(model, name), f"{pointer}/{name}"
        if isinstance(value, WireModel):
            yield from gaps(value, below)
        elif value is None or value in ("", []):
            yield field_error(below, "missing")


def shared_gaps(document: AssessmentDocument) -> Iterator[FieldError]:
    """What is missing of the members that both kinds have."""
    if not document.covers:
        yield field_error("/covers", "missing")
    yield from gaps(document.scope, "/scope")


def frozen(document: AssessmentDocument) -> bytes:
    """The bytes that are stored and hashed: the members that were given, the schema and the salt."""
    return canonical(salted(document.model_copy(update={"schema_": document.schema_})))
