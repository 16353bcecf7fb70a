"""Which tables may change without an event, and that every constraint can be named later."""

from sqlalchemy import Table

from registry.db.metadata import metadata

TECHNICAL = {
    "checkpoint",
    "idempotent_answer",
    "log_state",
    "log_subject",
}


def test_only_the_tables_listed_change_without_an_event() -> None:
    assert {table.name for table in metadata.tables.values() if table.info.get("technical")} == TECHNICAL


def test_every_constraint_has_a_name() -> None:
    def nameless(table: Table) -> list[str]:
        return [repr(constraint) for constraint in table.constraints if constraint.name is None]

    assert [found for table in metadata.tables.values() for found in nameless(table)] == []
