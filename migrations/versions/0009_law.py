"""Keep overlays of the law catalogues."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Which sets of entries were proposed and approved, by whom."""
    op.create_table(
        "law_overlay",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="two_people"),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_is_dated"),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_law_overlay_proposed_by")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_law_overlay_approved_by")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_law_overlay")),
    )


def downgrade() -> None:
    """Without overlays."""
    op.drop_table("law_overlay")
