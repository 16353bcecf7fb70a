"""The SQL of grants to ask, and of the questions that are asked."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import rfc8785
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.asking.rules import Granted, Grants
from registry.asking.tables import AskingGrant, StoredQuestion
from registry.db import Reading, Transaction, table

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)
GRANT, QUESTION = table(AskingGrant), table(StoredQuestion)


class AskedOften(NamedTuple):
    """A question in codes, by whom it was asked, and how often."""

    organisation: str
    question: dict[str, Any]
    times: int


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


def count_questions(tx: Transaction, asked: Iterable[AskedOften], *, kept: int, today: date) -> None:
    """Count questions, and forget of each body all but those that it asked last."""
    bodies = set()
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    for organisation, question, times in sorted(asked, key=_identifier):
        identifier = _identifier(AskedOften(organisation, question, times))
        new = insert(QUESTION).values(
            id=identifier,
            organisation=organisation,
            question=question,
            times=times,
            first_on=today,
            last_on=today,
        )
        again = {"times": QUESTION.c.times + times, "last_on": today}
        tx.execute(new.on_conflict_do_update(index_elements=["id"], set_=again))
        bodies.add(organisation)
    for organisation in sorted(bodies):
        last = select(QUESTION.c.id).where(QUESTION.c.organisation == organisation)
        last = last.order_by(QUESTION.c.last_on.desc(), QUESTION.c.times.desc(), QUESTION.c.id).limit(kept)
        others = delete(QUESTION).where(QUESTION.c.organisation == organisation, QUESTION.c.id.not_in(last))
        tx.execute(others)


def list_questions(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """What a body asks, that which is asked most first."""
    statement = select(QUESTION).where(QUESTION.c.organisation == organisation)
    return reading.all(statement.order_by(QUESTION.c.times.desc(), QUESTION.c.id))


def _identifier(asked: AskedOften) -> str:
    """The same for equal questions of one body."""
    return hashlib.sha256(rfc8785.dumps([asked.organisation, asked.question])).hexdigest()
