"""Keep what opens the commitments of entries to the rows that were written with them."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and guard it as the log is guarded (0012)."""
    op.create_table(
        "log_rows",
        sa.Column("idx", INDEX, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["idx"], ["log_entry.idx"], name=op.f("fk_log_rows_idx")),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_log_rows")),
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Drop it; its guards go with it."""
    op.drop_table("log_rows")


def _guards(engine: str) -> Iterator[str]:
    if engine == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'log_rows is never changed or removed'); END"
        yield f"CREATE TRIGGER log_rows_is_final BEFORE UPDATE ON log_rows {refuse}"
        yield f"CREATE TRIGGER log_rows_stays BEFORE DELETE ON log_rows {refuse}"
    else:
        refuse = "EXECUTE FUNCTION refuse_change()"
        yield f"CREATE TRIGGER log_rows_is_final BEFORE UPDATE ON log_rows {refuse}"
        yield f"CREATE TRIGGER log_rows_stays BEFORE DELETE ON log_rows {refuse}"
        yield f"CREATE TRIGGER log_rows_stays_whole BEFORE TRUNCATE ON log_rows {refuse}"
