"""Keep what came in from outside: attestations of agreements signed elsewhere, imported registers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Mark attested versions, and make the tables of attestations and imports."""
    op.add_column(
        "agreement_version", sa.Column("attested_by", sa.String(), nullable=False, server_default="")
    )
    _create_attestation()
    _create_intake()


def _create_attestation() -> None:
    op.create_table(
        "attestation",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("pdf", sa.String(), nullable=False),
        sa.Column("signatures", DOCUMENT, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("attested_at", INSTANT, nullable=False),
        sa.Column("second_person", sa.String(), nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_attestation_person")),
        sa.ForeignKeyConstraint(["second_person"], ["person.id"], name=op.f("fk_attestation_second_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_attestation_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_attestation")),
    )


def _create_intake() -> None:
    op.create_table(
        "intake",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("refs", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_organisation"), "intake", ["organisation"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("intake")
    op.drop_table("attestation")
    with op.batch_alter_table("agreement_version") as batch:
        batch.drop_column("attested_by")
