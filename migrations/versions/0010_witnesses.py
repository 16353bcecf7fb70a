"""Keep what witnesses, lease holders and time-stamp authorities said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Who publishes, what is served under whose cosignatures, and what each witness last answered."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "witness_state",
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("size", INDEX, nullable=False),
        sa.Column("cosigned_at", INSTANT, nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("witness", name=op.f("pk_witness_state")),
    )
    op.create_table(
        "served_checkpoint",
        sa.Column("size", INDEX, autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("has_quorum", sa.Boolean(), nullable=False),
        sa.Column("served_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_served_checkpoint_size")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_served_checkpoint")),
    )
    # What was signed before there were witnesses has been served as it was signed.
    op.execute(
        "INSERT INTO served_checkpoint (size, note, has_quorum, served_at)"
        " SELECT size, note, true, published_at FROM checkpoint"
    )
    op.create_table(
        "timestamp_token",
        sa.Column("size", INDEX, autoincrement=False, nullable=False),
        sa.Column("tsa", sa.String(), nullable=False),
        sa.Column("tsr", sa.LargeBinary(), nullable=False),
        sa.Column("gen_time", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_timestamp_token_size")),
        sa.PrimaryKeyConstraint("size", "tsa", name=op.f("pk_timestamp_token")),
    )


def downgrade() -> None:
    """Without witnesses and time stamps."""
    op.drop_table("timestamp_token")
    op.drop_table("served_checkpoint")
    op.drop_table("witness_state")
    op.drop_table("lease")
