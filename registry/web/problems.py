"""Every refusal, and every bug, as problem details (RFC 9457): one mapper, which alone picks statuses.

Programs are answered with the problem document, people who read a page with a page that says the same.
"""

import logging
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR, HTTP_503_SERVICE_UNAVAILABLE
from sqlalchemy.exc import OperationalError

from registry import errors
from registry.errors import Refusal
from registry.web.body import InvalidParameters
from registry.web.catalogue import catalogue, fill
from registry.web.headers import request_id
from registry.web.pages import Language, english, language_of, page
from registry.web.pages.sorry import SORRY

logger = logging.getLogger("registry")

STATUS: dict[type[Refusal], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.StaleVersion: 412,
    errors.TooLong: 413,
    errors.WrongMediaType: 415,
    errors.Unprocessable: 422,
    errors.PreconditionMissing: 428,
    errors.TooMany: 429,
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
MACHINES = (
    "/api/",
    "/access/",
    "/log/",
    "/schemas/",
    "/oauth/token",
    "/oauth/jwks",
    "/health/",
    "/.well-known/",
)
"""Where only programs call: they get problem documents whatever they say they accept."""


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
        place = "parameter" if isinstance(refusal, InvalidParameters) else "pointer"
        problem["errors"] = [
            {place: error.pointer, "code": error.code, "en": error.en, "cy": error.cy}
            for error in refusal.errors
        ]
    return problem


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """The answer to a refusal."""
    headers = dict(refusal.facts.get("headers", {}))
    return _respond(request, of_refusal(refusal), headers)


def answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
    """The answer where the framework refused: no such route, wrong method. Its own failures are bugs."""
    if fault.status_code >= HTTP_500_INTERNAL_SERVER_ERROR:
        return answer_bug(request, fault)
    code = BY_STATUS.get(fault.status_code, "invalid-request")
    problem = document(code, fault.status_code, {"reason": fault.detail})
    return _respond(request, problem, dict(fault.headers or {}))


def answer_invalid(request: Request[Any, Any, Any], fault: ValidationException) -> Response[Any]:
    """The answer where the query, the path or a header does not parse, or a body is missing altogether."""
    faults = [entry for entry in fault.extra or () if isinstance(entry, dict)]
    if any(entry.get("source") == "body" for entry in faults):
        return _respond(request, document("malformed-json", 400, {"reason": "the body is empty"}), {})
    message = catalogue()["field-bad-parameter"]
    problem = document(InvalidParameters.code, 400)
    problem["errors"] = [
        {"parameter": entry.get("key", ""), "code": "bad-parameter", "en": message.en, "cy": message.cy}
        for entry in faults
    ]
    return _respond(request, problem, {})


def answer_bug(request: Request[Any, Any, Any], bug: Exception) -> Response[Any]:
    """The answer to a bug: nothing of it is shown; the log of the process has it."""
    logger.error("unhandled error at %s %r", request.method, _place(request), exc_info=bug)
    return _respond(request, document("internal-error", HTTP_500_INTERNAL_SERVER_ERROR), {})


def _place(request: Request[Any, Any, Any]) -> str:
    """The path as the log of the process may show it: a calendar's address is its password."""
    path = request.url.path
    return "/calendars/…" if path.startswith("/calendars/") else path


def answer_unavailable(request: Request[Any, Any, Any], fault: OperationalError) -> Response[Any]:
    """The answer where the database is away, its disk full or broken, or a lock was not to be had in time."""
    logger.error("storage failed at %s %r: %s", request.method, _place(request), fault.orig)
    problem = document("storage-unavailable", HTTP_503_SERVICE_UNAVAILABLE)
    return _respond(request, problem, {"retry-after": "2"})


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: answer_refusal,
    ValidationException: answer_invalid,
    HTTPException: answer_http,
    OperationalError: answer_unavailable,
    Exception: answer_bug,
}
"""What `Litestar(exception_handlers=...)` needs."""


def _respond(
    request: Request[Any, Any, Any], problem: dict[str, Any], headers: dict[str, str]
) -> Response[Any]:
    if _reads_pages(request):
        return _problem_page(request, problem, headers)
    problem["instance"] = request.url.path
    if number := request_id(dict(request.scope["headers"])):
        problem["request_id"] = number
    return Response(problem, status_code=problem["status"], media_type=PROBLEM, headers=headers)


def _reads_pages(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks for something that is no machine's address."""
    if request.url.path.startswith(MACHINES):
        return False
    return request.accept.best_match([PROBLEM, "application/json", "text/html"]) == "text/html"


def _problem_page(
    request: Request[Any, Any, Any], problem: dict[str, Any], headers: dict[str, str]
) -> Response[str]:
    path = request.url.path
    language = language_of(path)
    title, sentences = _words(problem, language)
    return page(
        "error",
        quote(english(path)),
        language,
        status=problem["status"],
        headers=headers,
        title=title,
        sentences=sentences,
    )


def _words(problem: dict[str, Any], language: Language) -> tuple[str, list[str]]:
    """What a page says of a problem: the words for people where there are some, else those for programs."""
    if sorry := SORRY.get(problem["code"]):
        return sorry.title.said(language), [sentence.said(language) for sentence in sorry.sentences]
    suffix = "" if language == "en" else "_cy"
    return problem[f"title{suffix}"], [problem[f"detail{suffix}"]]
