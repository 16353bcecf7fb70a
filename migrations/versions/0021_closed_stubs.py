"""Keep when the stub of an emergency was closed: by its record, or with its task."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

CLOSED_WITH_THEIR_TASK = """
    UPDATE emergency_stub SET closed_at = (
        SELECT max(task.done_at) FROM task WHERE task.subject = emergency_stub.id
    ) WHERE NOT EXISTS (
        SELECT 1 FROM task WHERE task.subject = emergency_stub.id AND task.done_at IS NULL
    )
"""


def upgrade() -> None:
    """Add the instant; what has no open task any more was closed when the last one ended."""
    op.add_column("emergency_stub", sa.Column("closed_at", INSTANT, nullable=True))
    op.execute(CLOSED_WITH_THEIR_TASK)


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("emergency_stub", "closed_at")
