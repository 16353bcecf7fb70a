"""What bodies show for themselves, and how they succeed each other, on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Row

from registry.web.body import WireModel
from registry.web.documents import Day, OrganisationId

Reference = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class AssuranceIn(WireModel):
    """What a body can show: `evidence` says where the certificate or the return is kept."""

    kind: Literal["regulator-registration", "dspt", "cyber-essentials-plus", "iso-27001", "equivalent"]
    level: Literal[
        "", "standards-not-met", "approaching-standards", "standards-met", "standards-exceeded"
    ] = ""
    reference: Reference
    evidence: Reference
    expires_on: Day


class AssuranceOut(BaseModel):
    """One record of what a body can show."""

    kind: str
    level: str
    reference: str
    evidence: str
    expires_on: date
    recorded_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        return cls(**{name: row._mapping[name] for name in cls.model_fields})


class AssurancesOut(BaseModel):
    """What a body can show for itself, oldest record first."""

    organisation: str
    results: list[AssuranceOut]


class ShareIn(WireModel):
    """An agreement of which this body, not the heir, stands in the predecessor's place."""

    ref: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
    successor: OrganisationId


class SuccessionIn(WireModel):
    """An order by which bodies merge, are split or are abolished. Every body is in the register already."""

    kind: Literal["merge", "split", "abolish"]
    predecessors: Annotated[list[OrganisationId], Field(min_length=1, max_length=20)]
    heir: OrganisationId
    shares: Annotated[list[ShareIn], Field(max_length=500)] = []
    citation: Reference
    effective_on: Day


class SuccessionOut(BaseModel):
    """An order of succession and how far it has come."""

    id: str
    kind: str
    predecessors: list[str]
    heir: str
    shares: list[dict[str, str]]
    citation: str
    effective_on: date
    status: Literal["pending", "ordered", "carried-out"]

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        stored = {name: value for name, value in row._mapping.items() if name in cls.model_fields}
        status = "carried-out" if row.carried_out_at else "ordered" if row.agreed_at else "pending"
        return cls(**stored | {"status": status})


class SuccessionsOut(BaseModel):
    """Orders of succession, oldest first."""

    results: list[SuccessionOut]
