"""Keep authority: delegations, training, assurance, successor bodies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Tables of authority given, what bodies can show for themselves, and orders of succession."""
    op.create_table(
        "assurance",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_assurance_organisation")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_assurance_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assurance")),
    )
    op.create_index(op.f("ix_assurance_expires_on"), "assurance", ["expires_on"], unique=False)
    op.create_index(op.f("ix_assurance_organisation"), "assurance", ["organisation"], unique=False)
    op.create_table(
        "delegation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kinds", DOCUMENT, nullable=False),
        sa.Column("max_risk", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("given_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("max_risk IN ('low', 'medium', 'high')", name="max_risk_known"),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_delegation_agreed_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_delegation_asked_by")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_delegation_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_delegation_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_person"), "delegation", ["person"], unique=False)
    op.create_table(
        "departure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("handed_to", sa.String(), nullable=True),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("drafts", DOCUMENT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["handed_to"], ["person.id"], name=op.f("fk_departure_handed_to")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_departure_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_departure_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_handed_to"), "departure", ["handed_to"], unique=False)
    op.create_index(op.f("ix_departure_person"), "departure", ["person"], unique=False)
    op.create_table(
        "role_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("completed_by", sa.String(), nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("counts_from", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_role_request_asked_by")),
        sa.ForeignKeyConstraint(["completed_by"], ["person.id"], name=op.f("fk_role_request_completed_by")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_role_request_organisation")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_role_request_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    op.create_index(op.f("ix_role_request_person"), "role_request", ["person"], unique=False)
    op.create_table(
        "shared_authority",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_shared_authority_organisation")
        ),
        sa.ForeignKeyConstraint(["other"], ["organisation.id"], name=op.f("fk_shared_authority_other")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_shared_authority_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_shared_authority_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_authority")),
    )
    op.create_index(op.f("ix_shared_authority_person"), "shared_authority", ["person"], unique=False)
    op.create_table(
        "succession_order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("predecessors", DOCUMENT, nullable=False),
        sa.Column("heir", sa.String(), nullable=False),
        sa.Column("shares", DOCUMENT, nullable=False),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column("carried_out_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'split', 'abolish')", name="kind_known"),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_succession_order_agreed_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_succession_order_asked_by")),
        sa.ForeignKeyConstraint(["heir"], ["organisation.id"], name=op.f("fk_succession_order_heir")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_order")),
    )
    op.create_table(
        "succession_share",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("predecessor", sa.String(), nullable=False),
        sa.Column("successor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["successor"], ["organisation.id"], name=op.f("fk_succession_share_successor")
        ),
        sa.PrimaryKeyConstraint("ref", "predecessor", name=op.f("pk_succession_share")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_training_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_training_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_training_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index(op.f("ix_training_person"), "training", ["person"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_training_person"), table_name="training")
    op.drop_table("training")
    op.drop_table("succession_share")
    op.drop_table("succession_order")
    op.drop_index(op.f("ix_shared_authority_person"), table_name="shared_authority")
    op.drop_table("shared_authority")
    op.drop_index(op.f("ix_role_request_person"), table_name="role_request")
    op.drop_table("role_request")
    op.drop_index(op.f("ix_departure_handed_to"), table_name="departure")
    op.drop_index(op.f("ix_departure_person"), table_name="departure")
    op.drop_table("departure")
    op.drop_index(op.f("ix_delegation_person"), table_name="delegation")
    op.drop_table("delegation")
    op.drop_index(op.f("ix_assurance_expires_on"), table_name="assurance")
    op.drop_index(op.f("ix_assurance_organisation"), table_name="assurance")
    op.drop_table("assurance")
