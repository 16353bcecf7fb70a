"""What a data-ethics assessment holds for the public record of its tool (ATRS v3; DOMAIN 5.1, 8)."""

from typing import Annotated, Literal

from pydantic import Field

from registry.web.body import WireModel
from registry.web.documents import Line, Text

NEEDED = ("description", "contact", "senior_owner", "how_it_works", "human_decisions", "appeals")
"""What the public record cannot do without."""


class PublicRecord(WireModel):
    """What the public record of the tool (ATRS) says that the rest of the assessment does not."""

    description: Text = ""
    website: Line = ""
    contact: Line = ""
    team: Line = ""
    senior_owner: Line = ""
    supplier_role: Text = ""
    companies_house: Line = ""
    procurement: Text = ""
    access_terms: Text = ""
    how_it_works: Text = ""
    scope: Text = ""
    benefit: Text = ""
    previous_process: Text = ""
    alternatives: Text = ""
    process_integration: Text = ""
    information_provided: Text = ""
    frequency_and_scale: Text = ""
    human_decisions: Text = ""
    training: Text = ""
    appeals: Text = ""
    system_architecture: Text = ""
    maintenance: Text = ""
    data_sources: Text = ""
    function: Line = ""
    capability: Line = ""
    task: Line = ""
    region: Line = ""
    phase: (
        Literal["pre-deployment", "beta-pilot", "private-beta", "public-beta", "production", "retired"] | None
    ) = None
    tags: Annotated[list[Line], Field(max_length=30)] = []

    def gaps(self) -> tuple[str, ...]:
        """The members without which there is no record yet."""
        return tuple(name for name in NEEDED if not getattr(self, name))
