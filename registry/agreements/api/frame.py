"""What every handler of agreements shares: who acts in which attempt, and how a change is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter
from pydantic import BaseModel

from registry import clock
from registry.agreements.actions.change import Changed
from registry.agreements.api.comparison import alike, warned
from registry.agreements.api.telling import survivors
from registry.agreements.schemas import (
    ChangedOut,
    FlowOut,
)
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.web.idempotency import Attempt, once

Ref = FromPath[str]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=100)]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who asks for a change, in which attempt, when, and the policies it is judged by."""

    caller: Caller
    policies: Policies
    attempt: Attempt
    now: datetime

    def answer(
        self, tx: Transaction, action: Callable[..., Changed], *what: Any, status: int = 200, **how: Any
    ) -> Response[ChangedOut]:
        """The answer to the change that an action makes; to the same attempt again, the answer it got."""

        def do() -> Response[BaseModel]:
            changed = action(tx, *what, caller=self.caller, now=self.now, policies=self.policies, **how)
            created = {"location": f"/api/v1/agreements/{changed.ref}"} if status == 201 else {}
            headers = {"etag": changed.etag, **created}
            return Response(_changed(changed), status_code=status, headers=headers)

        return once(tx, self.attempt, self.now, do)


def provide_acting(
    caller: NamedDependency[Caller], policies: NamedDependency[Policies], attempt: NamedDependency[Attempt]
) -> Acting:
    """The dependency `acting` of every handler that changes an agreement."""
    return Acting(caller, policies, attempt, clock.now())


def _changed(changed: Changed) -> ChangedOut:
    return ChangedOut(
        ref=changed.ref,
        version=changed.version,
        status=changed.status,
        hash=changed.hash,
        flows=[FlowOut(id=flow.id, state=flow.state) for flow in changed.flows],
        log_index=changed.log_index,
        log_size=changed.log_size,
        pending=changed.pending,
        surviving=survivors(changed.surviving),
        warnings=warned(changed.warnings),
        similar=alike(changed.similar),
    )
