"""What the world gets: checkpoints under the cosignatures of their witnesses, and what each witness said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, not_, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.auditlog.tables import CHECKPOINT, SERVED, WITNESS
from registry.db import Reading, Transaction

_NEWEST = (
    select(SERVED, CHECKPOINT.c.root, CHECKPOINT.c.published_at)
    .join(CHECKPOINT, CHECKPOINT.c.size == SERVED.c.size)
    .order_by(SERVED.c.size.desc())
    .limit(1)
)


def newest_served(reading: Reading) -> Row[Any] | None:
    """The row `size, root, note, has_quorum, served_at, published_at` of the newest checkpoint served."""
    return reading.one_or_none(_NEWEST)


def serve(tx: Transaction, size: int, note: str, *, has_quorum: bool, now: datetime) -> None:
    """Serve a checkpoint under this note, in the place of one with fewer or older cosignatures."""
    row = {"note": note, "has_quorum": has_quorum, "served_at": now}
    _put(tx, {"size": size}, row)


def served_without_quorum(reading: Reading) -> int:
    """How many checkpoints are served that too few witnesses have cosigned."""
    statement = select(func.count()).select_from(SERVED).where(not_(SERVED.c.has_quorum))
    count: int = reading.scalar(statement)
    return count


def witness_states(reading: Reading) -> Sequence[Row[Any]]:
    """What each witness last answered: `witness, size, cosigned_at, fault, failures`."""
    return reading.all(select(WITNESS).order_by(WITNESS.c.witness))


def remember_cosigned(tx: Transaction, witness: str, size: int, now: datetime) -> None:
    """Remember that a witness has cosigned the tree of this size."""
    _put(tx, {"witness": witness}, {"size": size, "cosigned_at": now, "fault": None}, {"failures": 0})


def remember_failure(tx: Transaction, witness: str, fault: str) -> None:
    """Remember, and count, that a witness has not cosigned."""
    counted = {"fault": fault, "failures": WITNESS.c.failures + 1}
    _put(tx, {"witness": witness}, counted, {"size": 0, "failures": 1})


def _put(
    tx: Transaction, key: Mapping[str, Any], values: Mapping[str, Any], first: Mapping[str, Any] = {}
) -> None:
    """Change the row of this key, or make it, then with the values of `first` over the others."""
    table = SERVED if "size" in key else WITNESS
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    statement = insert(table).values({**key, **values, **first})
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
