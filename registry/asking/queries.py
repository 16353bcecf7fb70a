"""The SQL of grants to ask."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from registry.asking.rules import Granted, Grants
from registry.asking.tables import AskingGrant
from registry.db import Reading, Transaction, table

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)
GRANT = table(AskingGrant)


def read_grants(reading: Reading) -> Grants:
    """Every grant that has not been ended. Those of other days are among them: the days are judged later."""
    columns = (GRANT.c.client_id, GRANT.c.organisation, GRANT.c.starts_on, GRANT.c.ends_on)
    rows = reading.all(select(*columns).where(GRANT.c.ended_at.is_(None)))
    return Grants(Granted(row.client_id, row.organisation, row.starts_on, row.ends_on) for row in rows)


def list_grants(reading: Reading, **values: str) -> Sequence[Row[Any]]:
    """The grants with these values, such as `organisation`, oldest first."""
    return reading.all(select(GRANT).filter_by(**values).order_by(GRANT.c.id))


def lock_grant(tx: Transaction, identifier: str, organisation: str) -> Row[Any] | None:
    """A grant that an organisation gave, locked until the transaction ends, or None."""
    if ID.fullmatch(identifier) is None:
        return None
    wanted = select(GRANT).where(GRANT.c.id == identifier, GRANT.c.organisation == organisation)
    return tx.one_or_none(wanted.with_for_update())


def end_grant(tx: Transaction, identifier: str, now: datetime) -> None:
    """Say when a grant ended."""
    tx.execute(update(GRANT).where(GRANT.c.id == identifier).values(ended_at=now))
