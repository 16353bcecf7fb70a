"""Keep credentials, rosters and the evidence of approvals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """People's passkeys, organisations' keys, what vouches for both, and what proves an approval."""
    _create_passkey()
    _create_organisation_key()
    _create_countersignature()
    _create_roster()
    _create_evidence()
    op.add_column("signature", sa.Column("marked", sa.String(), nullable=False, server_default=""))
    decided = sa.Column("strength", sa.String(), nullable=False, server_default="session")
    op.add_column("assessment_decision", decided)


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("assessment_decision", "strength")
    op.drop_column("signature", "marked")
    for table in (
        "approval_evidence",
        "roster",
        "organisation_key_countersignature",
        "organisation_key",
        "passkey",
    ):
        op.drop_table(table)


def _create_passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("credential_digest", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("aaguid", sa.String(), nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_passkey_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_passkey_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_digest", name=op.f("uq_passkey_credential_digest")),
    )
    op.create_index(op.f("ix_passkey_person"), "passkey", ["person"], unique=False)
    op.create_index(op.f("ix_passkey_organisation"), "passkey", ["organisation"], unique=False)


def _create_organisation_key() -> None:
    op.create_table(
        "organisation_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("is_reset", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("registered_at", INSTANT, nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("log_index", INDEX, nullable=True),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_organisation_key_log_index")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_organisation_key_organisation")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_organisation_key_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_organisation_key_digest")),
        sa.UniqueConstraint("log_index", name=op.f("uq_organisation_key_log_index")),
    )
    op.create_index(
        op.f("ix_organisation_key_organisation"), "organisation_key", ["organisation"], unique=False
    )


def _create_countersignature() -> None:
    op.create_table(
        "organisation_key_countersignature",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("signing_key", sa.String(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["key"], ["organisation_key.id"], name=op.f("fk_organisation_key_countersignature_key")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.id"],
            name=op.f("fk_organisation_key_countersignature_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["person.id"], name=op.f("fk_organisation_key_countersignature_person")
        ),
        sa.ForeignKeyConstraint(
            ["signing_key"],
            ["organisation_key.id"],
            name=op.f("fk_organisation_key_countersignature_signing_key"),
        ),
        sa.PrimaryKeyConstraint("key", "organisation", name=op.f("pk_organisation_key_countersignature")),
    )


def _create_roster() -> None:
    op.create_table(
        "roster",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("log_index", INDEX, nullable=False),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_roster_log_index")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_roster_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_roster_person")),
        sa.PrimaryKeyConstraint("organisation", "version", name=op.f("pk_roster")),
        sa.UniqueConstraint("log_index", name=op.f("uq_roster_log_index")),
    )


def _create_evidence() -> None:
    op.create_table(
        "approval_evidence",
        sa.Column("log_index", INDEX, autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log_index"], ["log_entry.idx"], name=op.f("fk_approval_evidence_log_index")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_approval_evidence_organisation")
        ),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_approval_evidence")),
        sa.UniqueConstraint("nonce", name=op.f("uq_approval_evidence_nonce")),
    )
