"""Complete what the registry keeps of people and records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ASKED_BY = "fk_emergency_record_erasure_asked_by"


def upgrade() -> None:
    """Let two people erase an emergency's words, and keep what texts signed outside do not meet."""
    with op.batch_alter_table("emergency_record") as batch:
        batch.add_column(sa.Column("erasure_asked_by", sa.String(), nullable=True))
        batch.create_foreign_key(op.f(ASKED_BY), "person", ["erasure_asked_by"], ["id"])
    op.add_column(
        "agreement_version", sa.Column("shortcomings", DOCUMENT, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("agreement_version") as batch:
        batch.drop_column("shortcomings")
    with op.batch_alter_table("emergency_record") as batch:
        batch.drop_constraint(op.f(ASKED_BY), type_="foreignkey")
        batch.drop_column("erasure_asked_by")
