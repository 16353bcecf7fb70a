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
from sqlmodel import col, select

from registry.callers import Caller
from registry.db import Transaction
from registry.errors import Conflict, Invalid
from registry.web.tables import IdempotentAnswer


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
) -> Response[str] | Response[BaseModel]:
    """What `do` answers, or the answer it gave before.

    Raises:
        IdempotencyKeyReused: see there.
    """
    if attempt.key is None:
        return do()
    stored = tx.one_or_none(
        select(IdempotentAnswer).where(
            col(IdempotentAnswer.caller) == attempt.caller, col(IdempotentAnswer.key) == attempt.key
        )
    )
    if stored is None:
        response = do()
        body = response.content.model_dump_json()
        etag = response.headers.get("etag", "")
        tx.insert(
            IdempotentAnswer,
            caller=attempt.caller,
            key=attempt.key,
            fingerprint=attempt.fingerprint,
            status=response.status_code or 200,
            body=body,
            etag=etag,
            at=now,
        )
        return response
    if stored.fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused
    headers = {"etag": stored.etag} if stored.etag else {}
    return Response(stored.body, status_code=stored.status, media_type="application/json", headers=headers)
