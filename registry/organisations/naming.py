"""How bodies are named where anyone may read: those whose location is protected by their kind alone.

A refuge is safe while nobody can find out where it is. Its name would tell, and so would a page of its own,
so that every page without a sign-in asks here what a body is called.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, case, literal, select

from registry.db import Reading, table
from registry.organisations.tables import Organisation
from registry.policy import Law

ORGANISATION = table(Organisation)
UNNAMED = "kind:"
"""What the id begins with of all bodies of one kind that may not be told apart."""
_COLUMNS = tuple(ORGANISATION.c[name] for name in ("id", "name_en", "name_cy", "kind", "nations"))


@dataclass(frozen=True, slots=True)
class PublicName:
    """What anyone may know a body by. All that may not be named of one kind share one id and one name."""

    id: str
    en: str
    cy: str
    kind: str
    nations: str

    @property
    def is_named(self) -> bool:
        """Whether it is the name of one body, with a page of its own, and not that of a kind."""
        return not self.id.startswith(UNNAMED)

    @property
    def name(self) -> dict[str, str]:
        """The name in both languages, as pages take it."""
        return {"en": self.en, "cy": self.cy}


def public_names(
    reading: Reading, law: Law, organisations: Collection[str] | None = None
) -> dict[str, PublicName]:
    """What bodies are called where anyone may read, by primary identifier: these bodies, or all."""
    statement = select(*_COLUMNS)
    if organisations is not None:
        statement = statement.where(ORGANISATION.c.id.in_(sorted(organisations)))
    return {row.id: public_name(row, law) for row in reading.all(statement)}


def public_name(row: Row[Any], law: Law) -> PublicName:
    """What the body of this row `id, name_en, name_cy, kind, nations` is called where anyone may read."""
    kind = law.organisation_kinds.get(row.kind)
    if kind is not None and kind.location_protected:
        return PublicName(f"{UNNAMED}{row.kind}", kind.en, kind.cy, row.kind, "")
    return PublicName(row.id, row.name_en, row.name_cy, row.kind, row.nations)


def public_id(organisation: FromClause, law: Law) -> ColumnElement[str]:
    """SQL for the id of a body's public name, from its row."""
    protected = [code for code, kind in law.organisation_kinds.items() if kind.location_protected]
    unnamed = literal(UNNAMED).concat(organisation.c.kind)
    return case((organisation.c.kind.in_(protected), unnamed), else_=organisation.c.id)
