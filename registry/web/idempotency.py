"""Repeating an answer instead of a deed: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

The answer is stored in the transaction of the change, so that a crash leaves both or neither.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.callers import Caller
from registry.db import Transaction, table
from registry.errors import Conflict, Invalid
from registry.web.tables import IdempotentAnswer

IDEMPOTENT_ANSWER = table(IdempotentAnswer)


class IdempotencyKeyReused(Conflict):
    """The key was used before, for a request with another method, path or body."""

    code = "idempotency-key-reused"


class BadIdempotencyKey(Invalid):
    """The key is empty, longer than 128 characters, or not visible ASCII."""

    code = "bad-idempotency-key"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request as idempotency sees it: by whom, under which key (None: none was sent), asking what."""

    caller: str
    key: str | None
    fingerprint: str


async def provide_attempt(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Attempt:
    """The attempt a request makes.

    Raises:
        BadIdempotencyKey: the header does not hold a usable key.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not re.fullmatch(r"[!-~]{1,128}", key):
        raise BadIdempotencyKey
    body = await request.body()
    asked = f"{request.method} {request.url.path}\n".encode() + body
    return Attempt(
        caller=f"{caller.organisation}|{caller.person or ''}|{caller.client or ''}",
        key=key,
        fingerprint=hashlib.sha256(asked).hexdigest(),
    )


def once(
    tx: Transaction, attempt: Attempt, now: datetime, do: Callable[[], Response[BaseModel]]
) -> Response[Any]:
    """What `do` answers, or the answer it gave before. A refusal is not remembered: nothing was done.

    The key is claimed first, so that of two requests at once the second waits here and is answered alike.

    Raises:
        IdempotencyKeyReused: see there.
    """
    if attempt.key is None:
        return do()
    if _claim(tx, attempt, now):
        response = do()
        _remember(tx, attempt, response)
        return response
    stored = tx.execute(select(*IDEMPOTENT_ANSWER.columns).where(_is(attempt))).one()
    if stored.fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused
    return Response(
        stored.body, status_code=stored.status, media_type="application/json", headers=stored.headers
    )


def _claim(tx: Transaction, attempt: Attempt, now: datetime) -> bool:
    """Whether this attempt is the first under its key. Waits while another transaction has claimed it."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    claim = insert(IDEMPOTENT_ANSWER).values(
        caller=attempt.caller,
        key=attempt.key,
        fingerprint=attempt.fingerprint,
        status=0,
        body="",
        headers={},
        at=now,
    )
    claimed = tx.scalar(claim.on_conflict_do_nothing().returning(IDEMPOTENT_ANSWER.c.key))
    return claimed is not None


def _remember(tx: Transaction, attempt: Attempt, response: Response[BaseModel]) -> None:
    answer = {
        "status": response.status_code or 200,
        "body": response.content.model_dump_json(),
        "headers": dict(response.headers),
    }
    tx.execute(update(IDEMPOTENT_ANSWER).where(_is(attempt)).values(**answer))


def _is(attempt: Attempt) -> ColumnElement[bool]:
    columns = IDEMPOTENT_ANSWER.c
    return and_(columns.caller == attempt.caller, columns.key == attempt.key)
