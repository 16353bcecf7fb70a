"""Keep who may ask for whom, which emergencies await their record, and which questions are asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables, and find the flows between two bodies at once."""
    _create_asking_grant()
    _create_emergency_stub()
    op.create_table(
        "stored_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("question", DOCUMENT, nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_question")),
    )
    op.create_index(
        "ix_stored_question_organisation", "stored_question", ["organisation", "last_on"], unique=False
    )
    op.create_index("ix_agreement_flow_ends", "agreement_flow", ["holder", "recipient"], unique=False)


def _create_asking_grant() -> None:
    op.create_table(
        "asking_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("client_organisation", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_asking_grant_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.client_id"], name=op.f("fk_asking_grant_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_organisation"], ["organisation.id"], name=op.f("fk_asking_grant_client_organisation")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_asking_grant_granted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking_grant")),
    )
    for column in ("organisation", "client_organisation"):
        op.create_index(op.f(f"ix_asking_grant_{column}"), "asking_grant", [column], unique=False)


def _create_emergency_stub() -> None:
    op.create_table(
        "emergency_stub",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("evaluation_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        *(
            sa.ForeignKeyConstraint([end], ["organisation.id"], name=op.f(f"fk_emergency_stub_{end}"))
            for end in ("owner", "holder", "recipient")
        ),
        sa.ForeignKeyConstraint(["record"], ["emergency_record.id"], name=op.f("fk_emergency_stub_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_stub")),
        sa.UniqueConstraint("owner", "evaluation_id", name=op.f("uq_emergency_stub_owner_evaluation_id")),
    )
    op.create_index("ix_emergency_stub_due_on", "emergency_stub", ["due_on"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_agreement_flow_ends", table_name="agreement_flow")
    op.drop_table("stored_question")
    op.drop_table("emergency_stub")
    op.drop_table("asking_grant")
