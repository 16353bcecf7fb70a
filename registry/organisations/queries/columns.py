"""How a whole row is read, and what an id looks like."""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter
from sqlmodel import SQLModel, select

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)

Moment = datetime | BindParameter[datetime]
Day = date | BindParameter[date]
"""A value, or its place in a statement that is built once."""


def every_column(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)
