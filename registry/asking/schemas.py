"""Grants to ask on the wire."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, StringConstraints
from sqlalchemy import Row

from registry.web.body import WireModel
from registry.web.documents import Day, SaltedDocument

ClientId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,62}$")]


class AskingGrantIn(WireModel):
    """Which partner system of another body may ask for the caller's organisation, and on which days."""

    client_id: ClientId
    starts_on: Day
    ends_on: Day


class AskingGrantDocument(SaltedDocument):
    """What is hashed of a grant: who may ask for whom, and on which days. It names no person."""

    organisation: str
    client_id: str
    client_organisation: str
    starts_on: Day
    ends_on: Day


class AskingGrantOut(BaseModel):
    """A grant to ask and what proves it: the document and its digest, which stands in the log."""

    id: str
    organisation: str
    client_id: str
    client_organisation: str
    starts_on: date
    ends_on: date
    ended: bool
    document: str
    digest: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        stored = {name: value for name, value in row._mapping.items() if name in cls.model_fields}
        return cls(**stored | {"document": row.document.decode(), "ended": row.ended_at is not None})


class AskingGrantsOut(BaseModel):
    """The grants that the caller's organisation gave, and those its partner systems were given."""

    given: list[AskingGrantOut]
    received: list[AskingGrantOut]


class GrantChangedOut(BaseModel):
    """A grant was given or ended, and where the log says so."""

    id: str
    log_index: int
    log_size: int
