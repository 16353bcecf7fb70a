"""How a change is carried out once and answered, and who acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.di import NamedDependency, Provide
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Transaction
from registry.organisations.actions import Acting, Recorded
from registry.organisations.estates import Estates
from registry.organisations.schemas import RecordedOut
from registry.policy import Policies
from registry.web.idempotency import Attempt, once


def provide_acting(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    estates: NamedDependency[Estates],
    role_delay: NamedDependency[timedelta],
) -> Acting:
    """Who acts, now."""
    return Acting(caller=caller, now=clock.now(), policies=policies, delay=role_delay, estates=estates)


ACTING = {"acting": Provide(provide_acting, sync_to_thread=False)}


def change(
    tx: Transaction, acting: Acting, attempt: Attempt, act: Callable[[], Recorded], *, status: int = 200
) -> Response[Any]:
    """The answer to an act, or the one it got before under the same key."""

    def do() -> Response[BaseModel]:
        recorded = act()
        answer = RecordedOut(
            id=recorded.id,
            pending=recorded.pending,
            counts_from=recorded.counts_from,
            log_index=recorded.log_index,
            log_size=recorded.log_size,
        )
        return Response(answer, status_code=status)

    return once(tx, attempt, acting.now, do)
