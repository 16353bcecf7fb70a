"""What every refusal says (RFC 9457, CONTRACT)."""

import requests

from tests.integration.http.world import Json


def problem_of(answer: requests.Response, status: int) -> Json:
    """The problem document of a refusal, which must be whole."""
    found = (answer.status_code, answer.headers["content-type"])
    assert found == (status, "application/problem+json"), answer.text
    problem: Json = answer.json()
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["status"] == status
    assert all(problem[member] for member in ("title", "title_cy", "detail", "detail_cy", "instance"))
    for error in problem.get("errors", ()):
        assert error["code"]
        assert error["en"] != error["cy"]
    return problem
