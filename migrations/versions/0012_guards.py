"""Guard the log against its own application, and approvals and entries against each other.

What is written once is never changed or removed: `FIXED` names the columns, a row goes only where an erasure is
on record. The guards are extras (DESIGN 2.2): evidence comes from the checkpoints that others hold.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEX = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

FIXED: dict[str, tuple[str, ...]] = {
    "log_tile_hash": ("level", "idx", "hash"),
    "log_state": ("id",),
    "log_opening": ("idx", "field", "salt", "value"),
    "log_subject": ("kind", "id"),
    "log_erasure": ("id", "idx", "field", "organisation", "reason_code", "previous", "asked_by", "asked_at"),
    "checkpoint": ("size", "root", "note"),
    "timestamp_token": ("size", "tsa", "tsr", "gen_time"),
    "frozen_text": ("hash", "ref", "number", "document"),
    "signature": (
        "id",
        "version_id",
        "role",
        "person",
        "decision",
        "hash",
        "reason",
        "strength",
        "marked",
        "signed_at",
        "log_index",
    ),
}
GROWING = {"log_state": "size", "log_subject": "idx"}
IS_ERASED = (
    "EXISTS (SELECT 1 FROM log_erasure e"
    " WHERE e.idx = OLD.idx AND e.field = OLD.field AND e.log_index IS NOT NULL)"
)

FUNCTIONS = {
    "refuse_change": """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is never changed or removed', TG_TABLE_NAME; END $$
    """,
    "refuse_unasked_erasure": f"""
    CREATE FUNCTION refuse_unasked_erasure() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF {IS_ERASED} THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'log_opening is never changed or removed';
    END $$
    """,
    "check_signature_is_stored": """
    CREATE FUNCTION check_signature_is_stored() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE said jsonb; BEGIN
        IF TG_TABLE_NAME = 'log_entry'
            THEN said := convert_from(NEW.body, 'UTF8')::jsonb;
            ELSE said := NEW.value::jsonb;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM signature s
            WHERE s.log_index = NEW.idx AND s.hash = said #>> '{subject,digest}'
                AND s.role = said ->> 'role' AND s.decision = said ->> 'decision'
        ) THEN RAISE EXCEPTION 'entry % says a signature that is not stored', NEW.idx;
        END IF;
        RETURN NULL;
    END $$
    """,
    "check_signature_is_logged": """
    CREATE FUNCTION check_signature_is_logged() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE said jsonb; erased bigint; BEGIN
        SELECT COALESCE(o.value, convert_from(e.body, 'UTF8'))::jsonb, x.log_index INTO said, erased
        FROM log_entry e LEFT JOIN log_opening o ON o.idx = e.idx AND o.field = 'entry'
            LEFT JOIN log_erasure x ON x.idx = e.idx AND x.field = 'entry'
        WHERE e.idx = NEW.log_index;
        IF erased IS NOT NULL OR NEW.hash = said #>> '{subject,digest}'
            AND NEW.role = said ->> 'role' AND NEW.decision = said ->> 'decision'
            THEN RETURN NULL;
        END IF;
        RAISE EXCEPTION 'a signature says another thing than its entry %', NEW.log_index;
    END $$
    """,
}
_SIGNED = '"type":"agreement.signed"'
PAIRS = {
    "log_entry": ("check_signature_is_stored", f"position('{_SIGNED}'::bytea IN NEW.body) > 0"),
    "log_opening": ("check_signature_is_stored", f"position('{_SIGNED}' IN NEW.value) > 0"),
    "signature": ("check_signature_is_logged", "true"),
}
"""Checked when the transaction commits: a signature and the entry that says so exist together (LOG B2)."""

SIGNATURE_IS_LOGGED = """
    CREATE TRIGGER signature_is_logged BEFORE INSERT ON signature
    WHEN NOT EXISTS (
        SELECT 1 FROM (
            SELECT COALESCE(o.value, CAST(e.body AS TEXT)) AS said, x.log_index AS erased
            FROM log_entry e LEFT JOIN log_opening o ON o.idx = e.idx AND o.field = 'entry'
                LEFT JOIN log_erasure x ON x.idx = e.idx AND x.field = 'entry'
            WHERE e.idx = NEW.log_index
        )
        WHERE erased IS NOT NULL OR json_extract(said, '$.subject.digest') = NEW.hash
            AND json_extract(said, '$.role') = NEW.role AND json_extract(said, '$.decision') = NEW.decision
    )
    BEGIN SELECT RAISE(ABORT, 'a signature says another thing than its entry'); END
"""
"""Where the entry's opening was erased nothing is left to compare: such a signature comes from a backup."""


def upgrade() -> None:
    """Make room for erasures and nightly checks, then set the guards."""
    _create_erasure()
    op.create_table(
        "log_check",
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("size", INDEX, nullable=True),
        sa.Column("findings", sa.Integer(), nullable=True),
        sa.Column("first", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("checked_on", name=op.f("pk_log_check")),
    )
    op.add_column("log_opening", sa.Column("erase_after", sa.Date(), nullable=True))
    kept = sa.text("erase_after IS NOT NULL")
    op.create_index(
        "ix_log_opening_erase_after",
        "log_opening",
        ["erase_after"],
        unique=False,
        sqlite_where=kept,
        postgresql_where=kept,
    )
    for statement in _sqlite() if _is_sqlite() else _postgresql():
        op.execute(statement)


def downgrade() -> None:
    """Take the guards away, and the room for erasures and checks."""
    for name, table in _triggers():
        op.execute(f'DROP TRIGGER "{name}"' + ("" if _is_sqlite() else f' ON "{table}"'))
    if not _is_sqlite():
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    op.drop_index("ix_log_opening_erase_after", table_name="log_opening")
    op.drop_column("log_opening", "erase_after")
    op.drop_table("log_check")
    op.drop_table("log_erasure")


def _create_erasure() -> None:
    op.create_table(
        "log_erasure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("idx", INDEX, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("previous", INDEX, nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("log_index", INDEX, nullable=True),
        sa.ForeignKeyConstraint(["idx"], ["log_entry.idx"], name=op.f("fk_log_erasure_idx")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_log_erasure_asked_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_log_erasure_confirmed_by")),
        sa.ForeignKeyConstraint(["log_index"], ["log_entry.idx"], name=op.f("fk_log_erasure_log_index")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_erasure")),
        sa.UniqueConstraint("idx", "field", name=op.f("uq_log_erasure_idx_field")),
        sa.UniqueConstraint("log_index", name=op.f("uq_log_erasure_log_index")),
    )
    op.create_index(op.f("ix_log_erasure_organisation"), "log_erasure", ["organisation"], unique=False)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _sqlite() -> Iterator[str]:
    for table, columns in FIXED.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or removed'); END"
        unless = f"WHEN NOT {IS_ERASED}" if table == "log_opening" else ""
        yield f"CREATE TRIGGER {table}_is_final BEFORE UPDATE OF {', '.join(columns)} ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {unless} {refuse}"
    for table, column in GROWING.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} never goes back'); END"
        unless = f"WHEN NEW.{column} < OLD.{column}"
        yield f"CREATE TRIGGER {table}_grows BEFORE UPDATE OF {column} ON {table} {unless} {refuse}"
    yield SIGNATURE_IS_LOGGED


def _postgresql() -> Iterator[str]:
    yield from FUNCTIONS.values()
    refuse = "EXECUTE FUNCTION refuse_change()"
    for table, columns in FIXED.items():
        each = (
            "ROW EXECUTE FUNCTION refuse_unasked_erasure()"
            if table == "log_opening"
            else f"STATEMENT {refuse}"
        )
        yield f"CREATE TRIGGER {table}_is_final BEFORE UPDATE OF {', '.join(columns)} ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH {each}"
        yield f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} {refuse}"
    for table, column in GROWING.items():
        unless = f"WHEN (NEW.{column} < OLD.{column})"
        yield f"CREATE TRIGGER {table}_grows BEFORE UPDATE ON {table} FOR EACH ROW {unless} {refuse}"
    for table, (function, when) in PAIRS.items():
        yield (
            f"CREATE CONSTRAINT TRIGGER {table}_has_its_pair AFTER INSERT ON {table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
        )


def _triggers() -> Iterator[tuple[str, str]]:
    """Every trigger set here, with its table."""
    per_engine = ("is_final", "stays") if _is_sqlite() else ("is_final", "stays", "stays_whole")
    yield from ((f"{table}_{name}", table) for table in FIXED for name in per_engine)
    yield from ((f"{table}_grows", table) for table in GROWING)
    if _is_sqlite():
        yield "signature_is_logged", "signature"
    else:
        yield from ((f"{table}_has_its_pair", table) for table in PAIRS)
