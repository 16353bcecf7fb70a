"""What the handlers of records share: who acts, and the answer to a change."""

from collections.abc import Callable
from typing import Annotated

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.records.actions import Acting, Recorded
from registry.records.register import AgreementRegister
from registry.records.schemas import RecordedOut
from registry.web.idempotency import Attempt, once

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]


def provide_acting(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    living: NamedDependency[AgreementRegister],
) -> Acting:
    """The dependency `acting` of every handler of records."""
    return Acting(caller=caller, now=clock.now(), policies=policies, register=living)


def answer(
    tx: Transaction,
    acting: Acting,
    attempt: Attempt,
    do: Callable[[], Recorded],
    *,
    created_under: str | None = None,
) -> Response[RecordedOut]:
    """The answer to a change; to the same attempt again, the answer it got."""

    def respond() -> Response[BaseModel]:
        made = do()
        out = RecordedOut(id=made.id, status=made.status, log_index=made.log_index, log_size=made.log_size)
        headers = {"etag": made.etag}
        if created_under is not None:
            headers["location"] = f"{created_under}/{made.id}"
        return Response(out, status_code=201 if created_under else 200, headers=headers)

    return once(tx, attempt, acting.now, respond)
