"""The SQL of what-if: which agreements a change could touch, and which clients ask at their ends."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Text, cast, select, tuple_

from registry.agreements.queries.register import AWAKE
from registry.agreements.tables import AgreementFlow, AgreementParty, AgreementVersion
from registry.assessments.queries import refs_covered
from registry.db import Reading, table
from registry.foresight.rules import AssessmentEnd, AssuranceLapse, Change, GatewayDates, NothingToChange
from registry.oauth.tables import OAuthClient
from registry.organisations.queries import get_primary

VERSION, FLOW, PARTY = map(table, (AgreementVersion, AgreementFlow, AgreementParty))
CLIENT = table(OAuthClient)


def candidates(reading: Reading, change: Change, *, after: str, limit: int) -> list[tuple[str, int]]:
    """The versions under way or in force that a change could touch, as (reference, number), in order.

    Raises:
        NothingToChange: the assessment covers no agreement.
        UnknownOrganisation: no organisation answers to the identifier.
    """
    statement = select(VERSION.c.ref, VERSION.c.number).where(
        VERSION.c.status.in_(sorted(AWAKE)), VERSION.c.ref > after
    )
    match change:
        case GatewayDates(gateway=code):
            named = select(FLOW.c.version_id).where(
                cast(FLOW.c.spec, Text).contains(f'"{code}"', autoescape=True)
            )
            statement = statement.where(VERSION.c.id.in_(named))
        case AssuranceLapse(organisation=organisation):
            primary = get_primary(reading, organisation)
            ours = select(PARTY.c.version_id).where(PARTY.c.organisation == primary)
            statement = statement.where(VERSION.c.id.in_(ours))
        case AssessmentEnd(assessment=identifier):
            refs = refs_covered(reading, (identifier,))
            if not refs:
                raise NothingToChange(name=identifier)
            statement = statement.where(VERSION.c.ref.in_(refs))
    rows = reading.all(statement.order_by(VERSION.c.ref, VERSION.c.number).limit(limit))
    return [(row.ref, row.number) for row in rows]


def refs_between(reading: Reading, pairs: Collection[tuple[str, str]]) -> list[str]:
    """The agreements with flows of these holders and recipients, in order of reference."""
    ends = tuple_(FLOW.c.holder, FLOW.c.recipient).in_(sorted(pairs))
    return [row.ref for row in reading.all(select(FLOW.c.ref).where(ends).distinct().order_by(FLOW.c.ref))]


def clients_of(reading: Reading, organisations: Collection[str]) -> Sequence[Row[Any]]:
    """The partner systems of these organisations that are not revoked: client_id, organisation, mode."""
    statement = select(CLIENT.c.client_id, CLIENT.c.organisation, CLIENT.c.mode).where(
        CLIENT.c.organisation.in_(organisations), CLIENT.c.revoked_at.is_(None)
    )
    return reading.all(statement.order_by(CLIENT.c.client_id))
