"""Keep the whole DPIA and ethics assessment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

KNOWN = "'screening', 'not_required', 'dpo_advice', 'approval', 'high_residual', 'regulator_consulted', 'review_due', 'panel_advice', 'decision', 'approved_for_pilot', 'expired', 'draft', 'approved', 'approved_with_conditions', 'rejected', 'superseded', 'revoked'"
NEW = "'idea_supported', 'reopened'"


def upgrade() -> None:
    """Pilots and reviews, the regulator's clock, departures from advice, what is done about an approval later."""
    with op.batch_alter_table("assessment") as table:
        table.drop_constraint("status_known", type_="check")
        table.create_check_constraint("status_known", f"status IN ({KNOWN}, {NEW})")
        table.add_column(sa.Column("limits", DOCUMENT, nullable=False, server_default="{}"))
    with op.batch_alter_table("assessment_text") as table:
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("assessment_consultation") as table:
        table.add_column(sa.Column("regime", sa.String(), nullable=False, server_default="uk-gdpr"))
        table.add_column(sa.Column("extended_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("extension_reason", sa.String(), nullable=False, server_default=""))
        table.alter_column("replied_on", existing_type=sa.Date(), nullable=True)
        table.alter_column("outcome", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("assessment_decision") as table:
        table.add_column(sa.Column("role", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("stage", sa.String(), nullable=True))
        table.add_column(sa.Column("departs", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("departure", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "assessment_follow_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment"], ["assessment.id"], name=op.f("fk_assessment_follow_up_assessment")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_follow_up_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_follow_up")),
    )
    op.create_index(
        op.f("ix_assessment_follow_up_assessment"), "assessment_follow_up", ["assessment"], unique=False
    )
    op.create_table(
        "assessment_matrix",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("cells", DOCUMENT, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_assessment_matrix_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assessment_matrix_person")),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_assessment_matrix")),
    )


def downgrade() -> None:
    """Take back what was added. What the regulator has not answered yet cannot be kept."""
    op.drop_table("assessment_matrix")
    op.drop_table("assessment_follow_up")
    with op.batch_alter_table("assessment_decision") as table:
        for name in ("departure", "departs", "stage", "role"):
            table.drop_column(name)
    op.execute("DELETE FROM assessment_consultation WHERE outcome IS NULL")
    with op.batch_alter_table("assessment_consultation") as table:
        table.alter_column("outcome", existing_type=sa.String(), nullable=False)
        table.alter_column("replied_on", existing_type=sa.Date(), nullable=False)
        table.drop_column("extension_reason")
        table.drop_column("extended_on")
        table.drop_column("regime")
    with op.batch_alter_table("assessment_text") as table:
        table.drop_column("revision")
    op.execute("UPDATE assessment SET status = 'rejected' WHERE status IN ('idea_supported', 'reopened')")
    with op.batch_alter_table("assessment") as table:
        table.drop_column("limits")
        table.drop_constraint("status_known", type_="check")
        table.create_check_constraint("status_known", f"status IN ({KNOWN})")
