"""How Alembic runs: on the connection handed to it, or on the database of the settings."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection
from sqlmodel.sql.sqltypes import AutoString

from registry.db.metadata import metadata
from registry.db.migrate import changing_schema
from registry.db.types import Instant
from registry.settings import Settings


def spell_type(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """The migration's own word for a column type, so that a migration never imports the registry."""
    if kind == "type" and isinstance(value, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(value, Instant):
        return "INSTANT"
    if kind == "type" and isinstance(value, JSON):
        return "DOCUMENT"
    return False


def run(connection: Connection) -> None:
    """Run the migrations asked for inside the transaction already begun."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=True,
        render_item=spell_type,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with changing_schema(Settings().database) as opened:
        run(opened)
