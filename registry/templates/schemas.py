"""What goes over the wire of the templates API."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from registry.agreements.schemas import DifferenceOut
from registry.templates.document import Template
from registry.web.body import WireModel
from registry.web.documents import Bilingual, Code, Day, OrganisationId

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z0-9]{4,20}$")]


class TemplateIn(WireModel):
    """A template to publish: the first version of a new one, or the next of one that is there."""

    template: Template


class TakenSlot(WireModel):
    """A place of the template to be, and the party that takes it in the agreement it is made from."""

    id: Code
    title: Bilingual
    organisation: OrganisationId
    optional: bool = False


class FromAgreementIn(WireModel):
    """An agreement to make a template of: which of its parties become places."""

    ref: Ref
    pattern: Code
    title: Bilingual
    slots: Annotated[list[TakenSlot], Field(min_length=1, max_length=50)]


class LocaliseIn(WireModel):
    """Who takes which place, by slot, and the days; where wanted a title of its own."""

    parties: Annotated[dict[Code, OrganisationId], Field(max_length=50)]
    starts_on: Day
    expires_on: Day
    review_on: Day
    title: Bilingual | None = None
    version: Annotated[int, Field(ge=1)] | None = None


class FollowIn(WireModel):
    """The version of the template whose changes an agreement has taken over."""

    version: Annotated[int, Field(ge=1)]


class PublishedOut(BaseModel):
    """A version that was published, and where the log says so."""

    id: str
    version: int
    hash: str
    log_index: int
    log_size: int


class TemplateLineOut(BaseModel):
    """One line of the library: the newest version of a template."""

    id: str
    version: int
    organisation: str
    pattern: str
    title: dict[str, str]
    published_at: str


class LibraryOut(BaseModel):
    """One page of the library; `next` is the cursor of the following one, null at the end."""

    results: list[TemplateLineOut]
    next: str | None


class LocalisedOut(BaseModel):
    """An agreement made from a template, and whether it follows the newest version."""

    ref: str
    version: int
    behind: bool


class TemplateOut(BaseModel):
    """One version of a template, as it was published, and the agreements the caller sees that follow it."""

    id: str
    version: int
    latest: int
    organisation: str
    hash: str
    published_at: str
    template: dict[str, Any]
    localisations: list[LocalisedOut]


class LocalisationOut(BaseModel):
    """What an agreement made of its template.

    `differences` lead from the template, with these bodies and days, to the agreement. When the template has
    a newer version, `behind` is true and `template_differences` lead from the version followed to that one.
    """

    ref: str
    version: int
    template: str
    template_version: int
    latest: int
    behind: bool
    parties: dict[str, str]
    differences: list[DifferenceOut]
    template_differences: list[DifferenceOut]
