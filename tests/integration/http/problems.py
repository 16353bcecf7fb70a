"""What every refusal says (RFC 9457, CONTRACT)."""

import re

import requests

from tests.integration.http.world import Json

SENTENCES = ("detail", "detail_cy", "en", "cy")
UNFILLED = re.compile(r"\{[a-z_]+\}")
"""The place of a fact that a refusal was not given."""


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
    said = [one[name] for one in (problem, *problem.get("errors", ())) for name in SENTENCES if name in one]
    assert not [sentence for sentence in said if UNFILLED.search(sentence)]
    return problem
