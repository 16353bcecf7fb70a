"""Organisations, and every identifier they answer to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import col, select

from registry.db import Reading, Transaction
from registry.organisations.queries.columns import every_column
from registry.organisations.rules import UnknownOrganisation, is_identifier
from registry.organisations.schemas import NewOrganisation
from registry.organisations.tables import Organisation, OrganisationAlias


def find_primary(reading: Reading, identifier: str) -> str | None:
    """The primary identifier of the organisation that any identifier names, or None."""
    if not is_identifier(identifier):
        return None
    statement = select(OrganisationAlias.organisation).where(col(OrganisationAlias.alias) == identifier)
    primary: str | None = reading.scalar(statement)
    return primary


def get_primary(reading: Reading, identifier: str) -> str:
    """The primary identifier of the organisation that any identifier names.

    Raises:
        UnknownOrganisation: it names none.
    """
    primary = find_primary(reading, identifier)
    if primary is None:
        raise UnknownOrganisation(organisation=identifier)
    return primary


def list_primaries(reading: Reading) -> dict[str, str]:
    """Every identifier, alias or primary, with the primary one of its organisation."""
    statement = select(OrganisationAlias.alias, OrganisationAlias.organisation)
    return {row.alias: row.organisation for row in reading.all(statement)}


def get_organisation(reading: Reading, identifier: str) -> Row[Any]:
    """The row of the organisation that any identifier names.

    Raises:
        UnknownOrganisation: it names none.
    """
    primary = get_primary(reading, identifier)
    return reading.execute(every_column(Organisation).where(col(Organisation.id) == primary)).one()


def list_organisations(reading: Reading, *, after: str = "", limit: int = 100) -> Sequence[Row[Any]]:
    """Rows of organisations in order of primary identifier, those beyond `after`.

    A body whose identifiers another answers to is no organisation of its own any more.
    """
    stands = (col(OrganisationAlias.alias) == col(Organisation.id)) & (
        col(OrganisationAlias.organisation) == col(Organisation.id)
    )
    statement = every_column(Organisation).where(
        col(Organisation.id) > after, select(OrganisationAlias.alias).where(stands).exists()
    )
    return reading.all(statement.order_by(col(Organisation.id)).limit(limit))


def list_aliases(reading: Reading, organisations: Sequence[str]) -> dict[str, list[str]]:
    """The other identifiers of each of these organisations, in order."""
    statement = (
        select(OrganisationAlias.organisation, OrganisationAlias.alias)
        .where(
            col(OrganisationAlias.organisation).in_(organisations),
            col(OrganisationAlias.alias) != col(OrganisationAlias.organisation),
        )
        .order_by(col(OrganisationAlias.alias))
    )
    aliases: dict[str, list[str]] = {organisation: [] for organisation in organisations}
    for row in reading.all(statement):
        aliases[row.organisation].append(row.alias)
    return aliases


def insert_organisation(tx: Transaction, wanted: NewOrganisation) -> None:
    """Store an organisation and every identifier it answers to."""
    tx.insert(Organisation, **wanted.model_dump(exclude={"aliases"}))
    for alias in (wanted.id, *wanted.aliases):
        tx.insert(OrganisationAlias, alias=alias, organisation=wanted.id)
