"""Let the database itself refuse to change or remove a log entry.

The guard is an extra: the checkpoint others hold is what makes a rewritten entry visible.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = [
    """
    CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry
    BEGIN SELECT RAISE(ABORT, 'a log entry is never changed'); END
    """,
    """
    CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry
    BEGIN SELECT RAISE(ABORT, 'a log entry is never removed'); END
    """,
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a log entry is never changed or removed'; END $$
    """,
    """
    CREATE TRIGGER log_entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()
    """,
]


def upgrade() -> None:
    """Set the guard."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take the guard away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER log_entry_no_update")
        op.execute("DROP TRIGGER log_entry_no_delete")
        return
    op.execute("DROP TRIGGER log_entry_is_final ON log_entry")
    op.execute("DROP FUNCTION refuse_log_change()")
