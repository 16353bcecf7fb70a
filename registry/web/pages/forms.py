"""Forms: what was typed is kept, and what is wrong with it becomes an error summary.

A model of Pydantic says what is right. Its faults are told in the words that the page gives for each field,
"Enter the review date", not in those of a validator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from registry.errors import Invalid
from registry.web.pages.words import Sentence

M = TypeVar("M", bound=BaseModel)
MAX_FIELDS = 200
MANY = frozenset({list, tuple, set, frozenset})


class NotAForm(Invalid):
    """What was sent is not what a form of ours sends."""

    code = "not-a-form"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field that is not right: the error summary links to it."""

    field: str
    sentence: Sentence | str


@dataclass(frozen=True, slots=True)
class Form(Generic[M]):
    """A form as it was sent: every value as typed, what is wrong, and the model where nothing is."""

    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()
    model: M | None = None

    def value(self, name: str) -> str:
        """What was typed into a field; nothing where it was not sent."""
        return self.typed.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """All that was ticked of a field, be it one or many."""
        return self.typed.get(name, ())

    def refused(self, *faults: FieldFault) -> "Form[M]":
        """The form with further faults, which no model can know of."""
        return Form(self.typed, (*self.faults, *faults))


def filled(**values: str) -> Form[BaseModel]:
    """A form as it is first shown, with values already in it."""
    return Form({name: (value,) for name, value in values.items()})


def typed_values(body: bytes) -> dict[str, tuple[str, ...]]:
    """The values of a form by field, with white space around them left out.

    Raises:
        NotAForm: more fields than any form of ours has, no UTF-8, or a NUL, which PostgreSQL does not keep.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError:
        raise NotAForm from None
    if any("\0" in name + value for name, value in pairs):
        raise NotAForm
    typed: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        typed[name] = (*typed.get(name, ()), value.strip())
    return typed


def read_form(model: type[M], body: bytes, words: Mapping[str, Sentence]) -> Form[M]:
    """A form that was sent. `words` has the sentence for each field that can be wrong.

    A field of the model that is a list takes every value sent, any other the last; a value left empty counts
    as not given.

    Raises:
        NotAForm: the body is no form.
    """
    typed = typed_values(body)
    try:
        return Form(typed, model=model.model_validate(_given(model, typed)))
    except ValidationError as fault:
        return Form(typed, faults=_faults(fault, words))


def _given(model: type[BaseModel], typed: Mapping[str, tuple[str, ...]]) -> dict[str, Sequence[str] | str]:
    many = {name for name, of in model.model_fields.items() if get_origin(of.annotation) in MANY}
    kept = {name: [value for value in values if value] for name, values in typed.items()}
    return {
        name: values if name in many else values[-1]
        for name, values in kept.items()
        if values and name in model.model_fields
    }


def _faults(fault: ValidationError, words: Mapping[str, Sentence]) -> tuple[FieldFault, ...]:
    """One fault for each field, in the order of the form. A field without words is a bug of the page."""
    fields = dict.fromkeys(str(entry["loc"][0]) for entry in fault.errors())
    return tuple(FieldFault(name, words[name]) for name in fields)
