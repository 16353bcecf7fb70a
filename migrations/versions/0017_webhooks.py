"""Tell partners of events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of webhooks and of how far each has been told."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", DOCUMENT, nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", INSTANT, nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status IN ('unproved', 'proving', 'active', 'disabled', 'ended')", name="webhook_status_known"
        ),
        sa.CheckConstraint("reach IN ('own', 'known')", name="webhook_reach_known"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_webhook_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_organisation"), "webhook", ["organisation"], unique=False)
    op.create_table(
        "webhook_cursor",
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("next_index", INDEX, nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["webhook"], ["webhook.id"], name=op.f("fk_webhook_cursor_webhook")),
        sa.PrimaryKeyConstraint("webhook", name=op.f("pk_webhook_cursor")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("webhook_cursor")
    op.drop_table("webhook")
