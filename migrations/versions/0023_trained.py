"""Find who has recorded training by organisation: every signature asks."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_training_organisation"), "training", ["organisation"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_training_organisation"), table_name="training")
