"""Keep the receipts of decisions: hashes that wait, the tree they enter, its roots."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
FINAL = ("receipt_leaf", "receipt_tile_hash", "receipt_root")


def upgrade() -> None:
    """Make the tables, then the guards of what is written once (`refuse_change` is of 0012)."""
    op.create_table(
        "receipt_waiting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_waiting")),
    )
    op.create_index(op.f("ix_receipt_waiting_kept_at"), "receipt_waiting", ["kept_at"], unique=False)
    op.create_table(
        "receipt_leaf",
        sa.Column("idx", INDEX, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_receipt_leaf")),
        sa.UniqueConstraint("digest", name=op.f("uq_receipt_leaf_digest")),
    )
    op.create_table(
        "receipt_tile_hash",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("idx", INDEX, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_receipt_tile_hash")),
    )
    op.create_table(
        "receipt_root",
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("size", INDEX, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("padding", sa.LargeBinary(), nullable=False),
        sa.Column("log_index", INDEX, nullable=False),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_receipt_root_log_index")),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_receipt_root")),
        sa.UniqueConstraint("size", name=op.f("uq_receipt_root_size")),
        sa.UniqueConstraint("log_index", name=op.f("uq_receipt_root_log_index")),
    )
    for statement in _guards():
        op.execute(statement)


def downgrade() -> None:
    """Take tables and guards away again."""
    for table in (*FINAL, "receipt_waiting"):
        op.drop_table(table)


def _guards() -> Iterator[str]:
    for table in FINAL:
        if op.get_bind().dialect.name == "sqlite":
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or removed'); END"
            yield f"CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table} {refuse}"
            yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuse}"
        else:
            yield (
                f"CREATE TRIGGER {table}_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
