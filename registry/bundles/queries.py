"""What bundles read that nothing else does."""

from collections.abc import Collection

from sqlalchemy import select

from registry.agreements.queries import sharing_flows
from registry.agreements.sharing import SharingFlow
from registry.agreements.tables import AgreementParty
from registry.db import Reading, table

PARTY = table(AgreementParty)
PAGE = 1000


def flows_of(reading: Reading, names: Collection[str]) -> list[SharingFlow]:
    """The flows of which the body of these identifiers is an end, of agreements to which it is a party.

    Whatever is withheld, its parties know: nothing is said here of agreements that do not name the body.
    """
    refs = select(PARTY.c.ref).where(PARTY.c.organisation.in_(names)).distinct().order_by(PARTY.c.ref)
    own = [ref for (ref,) in reading.all(refs)]
    pages = (own[start : start + PAGE] for start in range(0, len(own), PAGE))
    flows = (flow for page in pages for flow in sharing_flows(reading, page))
    return [flow for flow in flows if flow.holder in names or flow.recipient in names]
