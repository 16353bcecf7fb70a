"""Which tables may change without an event, and that every constraint can be named later."""

from sqlalchemy import Table

from registry.db.metadata import metadata

TECHNICAL = {
    "checkpoint",
    "follower_position",
    "idempotent_answer",
    "intake",
    "lease",
    "log_check",
    "log_state",
    "log_subject",
    "oauth_code",
    "oauth_session",
    "oauth_sign_in_attempt",
    "oauth_step_count",
    "oauth_used_assertion",
    "receipt_waiting",
    "served_checkpoint",
    "stored_question",
    "timestamp_token",
    "webhook_cursor",
    "witness_state",
}


def test_only_the_tables_listed_change_without_an_event() -> None:
    assert {table.name for table in metadata.tables.values() if table.info.get("technical")} == TECHNICAL


def test_every_constraint_has_a_name() -> None:
    def nameless(table: Table) -> list[str]:
        return [repr(constraint) for constraint in table.constraints if constraint.name is None]

    assert [found for table in metadata.tables.values() for found in nameless(table)] == []
