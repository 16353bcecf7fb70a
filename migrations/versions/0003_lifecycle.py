"""Keep what the whole lifecycle needs: reviews answered, notices given, what the registry warned of or stopped."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

VERSION_COLUMNS = (
    ("submitted_at", INSTANT),
    ("ready_at", INSTANT),
    ("ended_on", sa.Date()),
    ("look_on", sa.Date()),
)
FLOW_COLUMNS = ("warned_of", "stopped_by")


def upgrade() -> None:
    """Add the columns and tables; a version in force is looked at on the first daily pass."""
    for name, kind in VERSION_COLUMNS:
        op.add_column("agreement_version", sa.Column(name, kind, nullable=True))
    for name in FLOW_COLUMNS:
        op.add_column("agreement_flow", sa.Column(name, DOCUMENT, nullable=False, server_default="[]"))
    op.add_column("quality_review", sa.Column("interests", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "agreement_version", sa.Column("review_reason", sa.String(), nullable=False, server_default="")
    )
    op.execute("UPDATE agreement_version SET look_on = review_on")
    _create_notice()
    _create_review_answer()


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_person")),
        sa.ForeignKeyConstraint(["version_id"], ["agreement_version.id"], name=op.f("fk_notice_version_id")),
        sa.PrimaryKeyConstraint("version_id", "organisation", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_effective_on"), "notice", ["effective_on"], unique=False)


def _create_review_answer() -> None:
    op.create_table(
        "review_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("continues", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("log_index", INDEX, nullable=False),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_review_answer_log_index")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_review_answer_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_review_answer_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_answer")),
        sa.UniqueConstraint("log_index", name=op.f("uq_review_answer_log_index")),
    )
    op.create_index(op.f("ix_review_answer_version_id"), "review_answer", ["version_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("review_answer")
    op.drop_table("notice")
    op.drop_column("quality_review", "interests")
    for name in FLOW_COLUMNS:
        op.drop_column("agreement_flow", name)
    op.drop_column("agreement_version", "review_reason")
    for name, _kind in VERSION_COLUMNS:
        op.drop_column("agreement_version", name)
