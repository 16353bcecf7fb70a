"""Refusals and failures of a permission check. Each carries the emergency sentence, whatever went wrong."""

from typing import Any

from registry.decisions.words.rendering import encode
from registry.decisions.words.wording import wording
from registry.errors import Invalid, Refusal
from registry.web import problems


class NotJson(Invalid):
    """The body is too long, not a JSON object, or not sent as `application/json`."""

    code = "not-json"


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """The problem document of a refusal."""
    return problems.of_refusal(refusal) | emergency_advice()


def problem(code: str, status: int) -> dict[str, Any]:
    """The problem document of a failure that is no refusal."""
    return problems.document(code, status) | emergency_advice()


def fault_context(refusal: Refusal) -> bytes:
    """The context of a batch item that was refused (AuthZEN 1.0 section 7.2.1)."""
    said = problems.of_refusal(refusal)
    error = {
        "status": said["status"],
        "code": said["code"],
        "message": said["detail"],
        "cy": said["detail_cy"],
    }
    if "errors" in said:
        error["errors"] = said["errors"]
    return encode({"error": error} | emergency_advice())


def emergency_advice() -> dict[str, Any]:
    """The `advice` of everything that is no permit: the emergency sentence."""
    said = wording().advise("unanswered", "emergency")
    return {"advice": {"en": said.en, "cy": said.cy}}
