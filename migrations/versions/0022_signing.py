"""Keep the questions that people ask before they sign, and find by day what is to be reviewed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "signing_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("log_index", INDEX, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answer_index", INDEX, nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_signing_question_version_id")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_signing_question_{column}"))
            for column in ("person", "answered_by")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["log_entry.idx"], name=op.f(f"fk_signing_question_{column}"))
            for column in ("log_index", "answer_index")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_question")),
        sa.UniqueConstraint("log_index", name=op.f("uq_signing_question_log_index")),
        sa.UniqueConstraint("answer_index", name=op.f("uq_signing_question_answer_index")),
    )
    op.create_index(op.f("ix_signing_question_version_id"), "signing_question", ["version_id"], unique=False)
    op.create_index("ix_agreement_version_review", "agreement_version", ["status", "review_on"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_agreement_version_review", table_name="agreement_version")
    op.drop_table("signing_question")
