"""Keep which version another was made from, the signatures that carried over to it, and templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column and the tables. Which version an older one amended was never asked, so it stays open."""
    op.add_column("agreement_version", sa.Column("amends", sa.Integer(), nullable=True))
    op.create_table(
        "carried_signature",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("carried_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_carried_signature_version_id")
        ),
        sa.ForeignKeyConstraint(["signature"], ["signature.id"], name=op.f("fk_carried_signature_signature")),
        sa.PrimaryKeyConstraint("version_id", "signature", name=op.f("pk_carried_signature")),
    )
    _create_templates()


def _create_templates() -> None:
    op.create_table(
        "template",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_template_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
    )
    op.create_table(
        "template_version",
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("title_cy", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["template"], ["template.id"], name=op.f("fk_template_version_template")),
        sa.PrimaryKeyConstraint("template", "number", name=op.f("pk_template_version")),
    )
    op.create_table(
        "localisation",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parties", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["agreement.ref"], name=op.f("fk_localisation_ref")),
        sa.ForeignKeyConstraint(["template"], ["template.id"], name=op.f("fk_localisation_template")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_localisation")),
    )
    op.create_index(op.f("ix_localisation_template"), "localisation", ["template"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("localisation")
    op.drop_table("template_version")
    op.drop_table("template")
    op.drop_table("carried_signature")
    op.drop_column("agreement_version", "amends")
