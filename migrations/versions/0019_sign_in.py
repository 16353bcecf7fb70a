"""Keep how people signed in, for whom they act, and the second steps of local accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables. Sessions last hours at most: everyone signs in again."""
    op.drop_table("oauth_session")
    _create_session(
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("strength", sa.String(), nullable=True),
        sa.Column("proved_at", INSTANT, nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
    )
    op.create_index(op.f("ix_oauth_session_person"), "oauth_session", ["person"], unique=False)
    op.create_table(
        "oauth_step_count",
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_oauth_step_count")),
    )
    op.create_table(
        "authenticator_app",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_authenticator_app_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_authenticator_app")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_recovery_code_person")),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_recovery_code")),
    )


def _create_session(*columns: sa.Column[object]) -> None:
    op.create_table(
        "oauth_session",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("pending", DOCUMENT, nullable=True),
        *columns,
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_session")),
    )
    op.create_index(op.f("ix_oauth_session_seen_at"), "oauth_session", ["seen_at"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("recovery_code")
    op.drop_table("authenticator_app")
    op.drop_table("oauth_step_count")
    op.drop_table("oauth_session")
    _create_session()
