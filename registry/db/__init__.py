"""One database, two engines: transactions that record what they change."""

from sqlmodel import SQLModel

from registry.db.database import Database, Reading, Transaction, UnrecordedChange, new_id, table

__all__ = ["Database", "Reading", "Transaction", "UnrecordedChange", "new_id", "table"]

# A constraint without a name cannot be changed by a later migration, so every one gets a name it keeps.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
