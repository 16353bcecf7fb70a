"""The frame of every change: who asks, in which attempt, and the answer it gets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from pydantic import BaseModel

from registry import clock
from registry.assessments.actions import Acting, AssessmentChanged
from registry.assessments.covers import AgreementDirectory
from registry.assessments.schemas import ChangedOut
from registry.callers import Caller
from registry.db import Transaction
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.idempotency import Attempt, once

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a change, and in which attempt."""

    acting: Acting
    attempt: Attempt

    def answer(
        self,
        tx: Transaction,
        action: Callable[..., AssessmentChanged],
        *what: Any,
        created_under: str | None = None,
        **how: Any,
    ) -> Response[ChangedOut]:
        """The answer to the change that an action makes; to the same attempt again, the answer it got."""

        def do() -> Response[BaseModel]:
            changed = action(tx, *what, acting=self.acting, **how)
            created = {"location": f"{created_under}/{changed.id}"} if created_under else {}
            headers = {"etag": changed.etag, **created}
            return Response(_changed(changed), status_code=201 if created else 200, headers=headers)

        return once(tx, self.attempt, self.acting.now, do)


def provide_acting(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    directory: NamedDependency[AgreementDirectory],
    ceremony: NamedDependency[Ceremony],
) -> Acting:
    """The dependency `acting`: who acts, now."""
    return Acting(caller=caller, now=clock.now(), policies=policies, agreements=directory, ceremony=ceremony)


def provide_asking(acting: NamedDependency[Acting], attempt: NamedDependency[Attempt]) -> Asking:
    """The dependency `asking` of every handler that changes an assessment."""
    return Asking(acting, attempt)


def _changed(changed: AssessmentChanged) -> ChangedOut:
    return ChangedOut(
        id=changed.id,
        status=changed.status,
        hash=changed.hash,
        log_index=changed.log_index,
        log_size=changed.log_size,
    )
