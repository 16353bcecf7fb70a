"""How a whole row is read."""

from typing import Any

from sqlmodel import SQLModel, select


def every_column(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)
