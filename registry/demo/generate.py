"""Generating agreements in bulk, so that a large register can be tried and measured.

Rows and log entries are those that the ordinary actions leave behind when an agreement is drafted, submitted,
reviewed, signed by both and goes live on one day; they are written a thousand agreements a transaction. Every
text is a valid terms document that meets every gate; a test judges a sample of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from registry import clock
from registry.agreements import actions
from registry.agreements.actions.system import FOLLOWER
from registry.agreements.queries import move_follower
from registry.agreements.tables import (
    Agreement,
    AgreementFlow,
    AgreementParty,
    AgreementTitle,
    AgreementTopic,
    AgreementVersion,
    FrozenText,
    QualityReview,
    Signature,
)
from registry.agreements.terms import Terms
from registry.auditlog import append_many, log_size
from registry.db import Database, Reading, Transaction, new_id, table
from registry.demo.crowd import Crowd, find_or_hire, list_bodies
from registry.demo.history import SYSTEM, Generated
from registry.demo.patterns import Body, pairs_of, terms_of
from registry.policy import Policies
from registry.sweeping import unswept
from registry.verification.progress import Progress
from registry.web.documents import digest

BATCH = 1000
PREFIX = "GEN-"

TABLES = (
    Agreement,
    AgreementVersion,
    FrozenText,
    AgreementParty,
    AgreementTitle,
    AgreementTopic,
    AgreementFlow,
    QualityReview,
)
"""What the entries state, in the order in which rows refer to each other; a signature names its entry."""


def generate(db: Database, policies: Policies, wanted: int, *, now: datetime, progress: Progress) -> int:
    """Make as many agreements as are missing from the number wanted, and return how many were made.

    `progress` is told how many are made, of how many. Nothing else may be writing to the register.
    """
    with db.read() as reading:
        present = _count(reading)
        bodies = list_bodies(reading)
    if present >= wanted:
        return 0
    actions.follow(db, policies, now, caller=SYSTEM)
    with db.write() as tx:
        crowd = find_or_hire(tx, bodies, now)
    pairs = pairs_of(bodies)
    with unswept():
        for first in range(present, wanted, BATCH):
            numbers = range(first, min(first + BATCH, wanted))
            made = [_make(number, pairs, crowd, policies.digest, now) for number in numbers]
            with db.write() as tx:
                _write(tx, made)
            progress(numbers.stop - present, wanted - present)
    return wanted - present


def _count(reading: Reading) -> int:
    agreement = table(Agreement)
    statement = select(func.count()).select_from(agreement).where(agreement.c.ref.like(f"{PREFIX}%"))
    return int(reading.scalar(statement))


def _make(
    number: int, pairs: Sequence[tuple[Body, Body]], crowd: Crowd, policy: str, now: datetime
) -> Generated:
    """The agreement of one number: the pairs take turns, and the number alone decides what a text says."""
    council, partner = pairs[number % len(pairs)]
    chance = Random(number)  # noqa: S311 - nothing secret comes of it
    document = terms_of(council, partner, today=clock.london_day(now), chance=chance)
    return Generated(
        ref=f"{PREFIX}{number + 1:07}",
        version_id=new_id(),
        document=document,
        hash=digest(document),
        terms=Terms.model_validate_json(document),
        author=crowd[council.id],
        partner=crowd[partner.id],
        policy=policy,
        at=now,
    )


def _write(tx: Transaction, made: Sequence[Generated]) -> None:
    """Append the history of every agreement, and store the rows that it leads to."""
    histories = [one.events(tx) for one in made]
    rows: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)

    def write(indices: Sequence[int]) -> None:
        places = iter(indices)
        for one, history in zip(made, histories, strict=True):
            for model, new in one.rows([next(places) for _ in history]).items():
                rows[model] += new
        for model in TABLES:
            tx.execute(insert(table(model)), rows[model])

    append_many(tx, [event for history in histories for event in history], write)
    tx.execute(insert(table(Signature)), rows[Signature])
    # Nothing follows from these entries: no assessment is among them.
    move_follower(tx, FOLLOWER, log_size(tx))
