"""Rows that stay as they were written: which they are, and what the application's database role may do.

A table marked `info={"final": Final(...)}` is written once: triggers refuse to change or remove its rows.
On PostgreSQL the registry can besides run as a role that owns nothing and has no right to, so that only the
owner, who migrates, can take the triggers away. These are guards against mistakes and against a stolen
password; what proves that nothing was rewritten are checkpoints in other hands.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, text

ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SCHEMA_VERSION = "alembic_version"


@dataclass(frozen=True, slots=True)
class Final:
    """Marks a table that is written once. `but` names the columns that may still change.

    Rows go only from a table that is `erasable`, and there only as its trigger lets them.
    """

    but: tuple[str, ...] = ()
    erasable: bool = False


def final(table: Table) -> Final | None:
    """How far the rows of a table stay as they were written; None where they need not."""
    mark: Final | None = table.info.get("final")
    return mark


def grant_application(connection: Connection, tables: Iterable[Table], role: str) -> None:
    """Let a PostgreSQL role run the registry without owning it: read and write, but change nothing final.

    Raises:
        ValueError: not the name of a role as we write it.
    """
    if ROLE.fullmatch(role) is None:
        raise ValueError(f"not the name of a database role: {role!r}")
    for statement in _grants(tables, role):
        connection.execute(text(statement))


def can_rewrite(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """The final tables in which the role we are connected as could rewrite rows, were there no triggers."""
    if connection.dialect.name != "postgresql":
        return []
    asked = text("SELECT has_table_privilege(:name, 'UPDATE') OR has_table_privilege(:name, 'TRUNCATE')")
    named = [table.name for table in tables if final(table)]
    return [name for name in named if connection.execute(asked, {"name": name}).scalar()]


def _grants(tables: Iterable[Table], role: str) -> Iterable[str]:
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    yield f'GRANT SELECT ON {_SCHEMA_VERSION} TO "{role}"'
    for table in tables:
        mark = final(table)
        yield f'REVOKE ALL ON "{table.name}" FROM "{role}"'
        yield f'GRANT SELECT, INSERT ON "{table.name}" TO "{role}"'
        if mark is None:
            yield f'GRANT UPDATE, DELETE ON "{table.name}" TO "{role}"'
        elif mark.but:
            columns = ", ".join(f'"{name}"' for name in mark.but)
            yield f'GRANT UPDATE ({columns}) ON "{table.name}" TO "{role}"'
        if mark is not None and mark.erasable:
            yield f'GRANT DELETE ON "{table.name}" TO "{role}"'
