"""The entries of an import file that no other feature defines: people with their roles, agreements, steps."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from registry.agreements.schemas import Hash, OutsideSignature
from registry.agreements.terms import Terms
from registry.imports.days import RELATIVE_INSTANT
from registry.organisations.schemas import Identifier, Name
from registry.web.body import WireModel

Username = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{1,62}[a-z0-9]$")]
Label = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9-]{0,62})?$")]
"""How the story calls an agreement or assessment it made: `$label.ref`, `$label.hash`."""


class PersonEntry(WireModel):
    """A person and the roles they hold at one organisation."""

    username: Username
    name: Name
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")]
    organisation: Identifier
    roles: Annotated[list[str], Field(min_length=1, max_length=10)]


class AttestedEntry(WireModel):
    """The SHA-256 of the document that was signed outside, and by whom and when."""

    pdf: Hash
    signatures: Annotated[list[OutsideSignature], Field(min_length=1, max_length=400)]


class AgreementEntry(WireModel):
    """A draft to load. Outside the demo its author is the first controller it names.

    `attested` says that it was signed outside: the first of two words, the second is a person's at that body.
    """

    name: Label = ""
    as_: Username | None = Field(default=None, alias="as")
    terms: Terms
    attested: AttestedEntry | None = None


class Step(WireModel):
    """One thing a person did: `at` so long before loading, `as` whom, what, and with which arguments."""

    at: Annotated[str, StringConstraints(pattern=RELATIVE_INSTANT.pattern)]
    as_: Username = Field(alias="as")
    do: str
    name: Label = ""
    with_: dict[str, Any] = Field(default={}, alias="with")
