"""Requests for access over JSON (AuthZEN Access Request and Approval Profile)."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.decisions.requests.requestable import REQUESTS
from registry.decisions.requests.schemas import (
    AccessRequestIn,
    ApprovalOut,
    RequestedOut,
    RequestOut,
    ResultOut,
    TaskOut,
)
from registry.decisions.requests.taking import AccessRequests, Progress, progress
from registry.decisions.wire.problems import emergency_advice
from registry.errors import Refusal
from registry.policy import Policies
from registry.web import problems
from registry.web.body import StrictBody
from registry.web.idempotency import Attempt, once


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """The answer to a refusal, with the emergency sentence of every answer that is no permit."""
    answer = problems.answer_refusal(request, refusal)
    answer.content |= emergency_advice()
    return answer


class AccessRequestsApi(Controller):
    """From a denied question to a draft agreement that would cover it."""

    path = REQUESTS
    tags = ("Permission check",)
    dto = StrictBody
    return_dto = None
    exception_handlers = {Refusal: answer_refusal}

    @post("/", sync_to_thread=True)
    def submit(
        self,
        data: JSONBody[AccessRequestIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
        access_requests: NamedDependency[AccessRequests],
    ) -> Response[RequestedOut]:
        """Ask for an agreement that covers what was denied: the answer is a draft of the caller's body."""
        now = clock.now()
        with db.write() as tx:

            def do() -> Response[BaseModel]:
                made = access_requests.submit(tx, data, caller=caller, now=now, policies=policies)
                task = _task(access_requests.base_url, made.ref, "pending")
                said = RequestedOut(
                    task=task,
                    ref=made.ref,
                    version=made.version,
                    hash=made.hash,
                    log_index=made.log_index,
                    log_size=made.log_size,
                )
                headers = {"location": task.status_endpoint, "etag": made.etag}
                return Response(said, status_code=201, headers=headers)

            return once(tx, attempt, now, do)

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        access_requests: NamedDependency[AccessRequests],
    ) -> RequestOut:
        """Say how far a request has come. Once it is approved, ask the question again."""
        with db.read() as reading:
            come = progress(reading, identifier, caller=caller, now=clock.now(), policies=policies)
        task = _task(access_requests.base_url, identifier, come)
        approved = ResultOut(approval=ApprovalOut(id=identifier)) if come == "approved" else None
        return RequestOut(task=task, result=approved)


def _task(base_url: str, ref: str, status: Progress) -> TaskOut:
    links = {"review": f"{base_url}/api/v1/agreements/{ref}"}
    return TaskOut(id=ref, status=status, status_endpoint=f"{base_url}{REQUESTS}/{ref}", links=links)
