"""The flows from one body to another, of the versions that an organisation may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, exists, select

from registry.agreements.queries.flows import BEFORE_SIGNING
from registry.agreements.queries.register import visible
from registry.agreements.queries.versions import FLOW, PARTY, VERSION
from registry.db import Reading


@dataclass(frozen=True, slots=True)
class Ends:
    """Who would disclose to whom, by primary identifiers."""

    holder: str
    recipient: str


def flows_between(
    reading: Reading, ends: Ends, *, visible_to: str, drafts: bool, after: str, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """The flows that have not ended, in order of reference: each with its version, and `is_party`.

    Those of so many agreements at most, and the reference to go on after. Drafts and texts under review
    have no standing and are left out; `drafts`: whether texts that await signatures are shown to parties.
    """
    between = (
        FLOW.c.holder == ends.holder,
        FLOW.c.recipient == ends.recipient,
        FLOW.c.state != "ended",
        VERSION.c.status.not_in(BEFORE_SIGNING),
        visible(VERSION, visible_to, drafts=drafts),
    )
    found = select(FLOW.c.ref).join(VERSION, VERSION.c.id == FLOW.c.version_id).where(*between)
    page = found.where(FLOW.c.ref > after).distinct().order_by(FLOW.c.ref).limit(limit + 1)
    refs = [row.ref for row in reading.all(page)]
    party = PARTY.alias()
    is_party = exists().where(party.c.version_id == VERSION.c.id, party.c.organisation == visible_to)
    version = ("number", "hash", "title_en", "title_cy", "starts_on", "expires_on", "publication")
    statement = (
        select(*(VERSION.c[name] for name in version), is_party.label("is_party"), *FLOW.c)
        .join(VERSION, VERSION.c.id == FLOW.c.version_id)
        .where(*between, FLOW.c.ref.in_(refs[:limit]))
        .order_by(FLOW.c.ref, VERSION.c.number, FLOW.c.position)
    )
    return reading.all(statement), refs[limit - 1] if len(refs) > limit else None
