"""Openings, erasures and receipts on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registry.openings.rules import Reason
from registry.web.body import WireModel

OpeningField = Literal["entry", "actor"]


class OpeningOut(BaseModel):
    """What a commitment stands for: HMAC-SHA-256 of `value` under `salt` is what the entry holds.

    Of a sealed entry that is its `c`, and `value` is the entry; of an actor, `person:<id>` or `client:<id>`.
    """

    index: int
    field: OpeningField
    salt: str
    value: str


class EraseIn(WireModel):
    """Which opening goes, and why. Of the actor, the account goes with it: its names become a pseudonym."""

    index: Annotated[int, Field(ge=0, le=2**53)]
    field: OpeningField
    reason: Annotated[Reason, Field(strict=False)]


class ErasureOut(BaseModel):
    """An erasure that was asked for; `log_index` is the entry that says it is done."""

    id: str
    index: int
    field: OpeningField
    reason: Reason
    asked_at: datetime
    status: Literal["asked-for", "erased"]
    log_index: int | None


class ErasuresOut(BaseModel):
    """Erasures of one's own organisation, oldest first, and where to go on."""

    results: list[ErasureOut]
    next: str | None


class ReceiptOut(BaseModel):
    """What a person keeps of their own act: the entry, what opens it, and the proof that it is in the log.

    With the log's key these are enough to prove the act to anyone, whatever becomes of the registry.
    """

    index: int
    entry: str
    openings: list[OpeningOut]
    proof: str
