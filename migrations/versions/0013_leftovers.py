"""Complete what the registry keeps of people and records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ASKED_BY = "fk_emergency_record_erasure_asked_by"


def upgrade() -> None:
    """Make room for who asks to erase words, for what outside texts do not meet, and for calendar addresses."""
    with op.batch_alter_table("emergency_record") as batch:
        batch.add_column(sa.Column("erasure_asked_by", sa.String(), nullable=True))
        batch.create_foreign_key(op.f(ASKED_BY), "person", ["erasure_asked_by"], ["id"])
    op.add_column(
        "agreement_version", sa.Column("shortcomings", DOCUMENT, nullable=False, server_default="[]")
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_calendar_feed_person")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_calendar_feed_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    op.create_index(op.f("ix_calendar_feed_person"), "calendar_feed", ["person"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("calendar_feed")
    with op.batch_alter_table("agreement_version") as batch:
        batch.drop_column("shortcomings")
    with op.batch_alter_table("emergency_record") as batch:
        batch.drop_constraint(op.f(ASKED_BY), type_="foreignkey")
        batch.drop_column("erasure_asked_by")
