"""One database, two engines: transactions that record what they change."""

from registry.db.database import Database, Reading, Transaction, UnrecordedChange, new_id

__all__ = ["Database", "Reading", "Transaction", "UnrecordedChange", "new_id"]
