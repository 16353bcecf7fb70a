"""Every refusal, and every bug, as problem details (RFC 9457): one mapper, which alone picks statuses."""

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from registry import errors
from registry.errors import Refusal
from registry.web.catalogue import catalogue, fill

logger = logging.getLogger("registry")

STATUS: dict[type[Refusal], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.TooLong: 413,
    errors.Unprocessable: 422,
    errors.PreconditionMissing: 428,
}

BY_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-long",
    429: "too-many-requests",
}
"""Codes for what the framework itself refuses."""

PROBLEM = "application/problem+json"


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal, by its kind."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def document(code: str, status: int, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """A problem document: the title never varies for a code, the details speak of this case."""
    message = catalogue()[code]
    facts = facts or {}
    return {
        "type": f"/problems/{code}",
        "title": message.title_en,
        "title_cy": message.title_cy,
        "status": status,
        "code": code,
        "detail": fill(message.en, facts),
        "detail_cy": fill(message.cy, facts),
    }


def of_refusal(refusal: Refusal) -> dict[str, Any]:
    """The problem document of a refusal, with its field errors and further members."""
    problem = document(refusal.code, status_of(refusal), refusal.facts) | refusal.extensions()
    if refusal.errors:
        problem["errors"] = [
            {"pointer": error.pointer, "code": error.code, "en": error.en, "cy": error.cy}
            for error in refusal.errors
        ]
    return problem


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, Any]]:
    """The answer to a refusal."""
    headers = dict(refusal.facts.get("headers", {}))
    return _respond(request, of_refusal(refusal), headers)


def answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[dict[str, Any]]:
    """The answer where the framework refused: no such route, wrong method, a query that does not parse."""
    code = "invalid-request" if isinstance(fault, ValidationException) else BY_STATUS.get(fault.status_code)
    problem = document(code or "invalid-request", fault.status_code, {"reason": fault.detail})
    return _respond(request, problem, dict(fault.headers or {}))


def answer_bug(request: Request[Any, Any, Any], bug: Exception) -> Response[dict[str, Any]]:
    """The answer to a bug: nothing of it is shown; the log of the process has it."""
    logger.error("unhandled error at %s %s", request.method, request.url.path, exc_info=bug)
    return _respond(request, document("internal-error", HTTP_500_INTERNAL_SERVER_ERROR), {})


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: answer_refusal,
    HTTPException: answer_http,
    Exception: answer_bug,
}
"""What `Litestar(exception_handlers=...)` needs."""


def _respond(
    request: Request[Any, Any, Any], problem: dict[str, Any], headers: dict[str, str]
) -> Response[dict[str, Any]]:
    problem["instance"] = request.url.path
    if request_id := request.headers.get("x-request-id"):
        problem["request_id"] = request_id[:128]
    return Response(problem, status_code=problem["status"], media_type=PROBLEM, headers=headers)
