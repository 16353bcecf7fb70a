"""The SQL of templates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from registry.db import Reading, Transaction, table
from registry.templates.document import Template as Document
from registry.templates.rules import NoSuchTemplate, NotLocalised
from registry.templates.tables import Localisation, Template, TemplateVersion

TEMPLATE, VERSION, LOCALISATION = map(table, (Template, TemplateVersion, Localisation))


def get(reading: Reading, template: str, number: int | None = None) -> Row[Any]:
    """A version of a template, the newest unless a number is given, with `organisation` and `latest`.

    Raises:
        NoSuchTemplate: there is none.
    """
    wanted = TEMPLATE.c.latest if number is None else number
    row = reading.one_or_none(
        select(VERSION, TEMPLATE.c.organisation, TEMPLATE.c.latest)
        .join(TEMPLATE, TEMPLATE.c.id == VERSION.c.template)
        .where(VERSION.c.template == template, VERSION.c.number == wanted)
    )
    if row is None:
        raise NoSuchTemplate(template=template)
    return row


def lock(tx: Transaction, template: str) -> Row[Any]:
    """The newest version of a template, locked until the transaction ends.

    Raises:
        NoSuchTemplate: there is none.
    """
    tx.execute(select(TEMPLATE.c.id).where(TEMPLATE.c.id == template).with_for_update())
    return get(tx, template)


def list_newest(reading: Reading, *, after: str, limit: int) -> Sequence[Row[Any]]:
    """The newest version of each template, in order of id."""
    statement = (
        select(VERSION, TEMPLATE.c.organisation)
        .join(TEMPLATE, (TEMPLATE.c.id == VERSION.c.template) & (TEMPLATE.c.latest == VERSION.c.number))
        .where(TEMPLATE.c.id > after)
    )
    return reading.all(statement.order_by(TEMPLATE.c.id).limit(limit))


def insert_template(tx: Transaction, template: str, organisation: str) -> None:
    """Store a new template, of one version to come."""
    tx.insert(Template, id=template, organisation=organisation, latest=1)


def insert_version(
    tx: Transaction,
    template: str,
    number: int,
    wanted: Document,
    *,
    document: bytes,
    hash_: str,
    now: datetime,
) -> None:
    """Store a version, the newest from now on."""
    tx.insert(
        TemplateVersion,
        template=template,
        number=number,
        hash=hash_,
        document=document,
        title_en=wanted.title.en,
        title_cy=wanted.title.cy,
        pattern=wanted.pattern,
        published_at=now,
    )
    tx.execute(update(TEMPLATE).where(TEMPLATE.c.id == template).values(latest=number))


def insert_localisation(
    tx: Transaction, ref: str, template: str, number: int, parties: dict[str, str]
) -> None:
    """Remember from which template an agreement was made."""
    tx.insert(Localisation, ref=ref, template=template, number=number, parties=parties)


def localisation(reading: Reading, ref: str) -> Row[Any]:
    """From which template an agreement was made.

    Raises:
        NotLocalised: from none.
    """
    row = reading.one_or_none(select(LOCALISATION).where(LOCALISATION.c.ref == ref))
    if row is None:
        raise NotLocalised(ref=ref)
    return row


def localisations(reading: Reading, template: str) -> Sequence[Row[Any]]:
    """The agreements made from a template, in order of reference."""
    statement = select(LOCALISATION).where(LOCALISATION.c.template == template)
    return reading.all(statement.order_by(LOCALISATION.c.ref))


def move_localisation(tx: Transaction, ref: str, number: int) -> None:
    """Say which version of its template an agreement follows now."""
    tx.execute(update(LOCALISATION).where(LOCALISATION.c.ref == ref).values(number=number))
