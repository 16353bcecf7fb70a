"""Requests that schemathesis makes from the description, right ones and wrong ones, over a real socket.

Nothing may fail inside, every answer has a status and a form that the description names, what is right is
answered and what is wrong is refused.
"""

from itertools import product
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode, checks
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from registry.decisions.wire.endpoint import EVALUATIONS, METADATA, PATHS
from registry.decisions.wire.openapi import openapi_paths
from tests.conformance.authzen.wire import Wire

ANSWERED = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
JUDGED = {
    GenerationMode.POSITIVE: positive_data_acceptance,
    GenerationMode.NEGATIVE: negative_data_rejection,
}
KINDS = list(product(sorted(PATHS - {METADATA}), JUDGED))
EACH, EACH_IN_FULL = 17, -(-20_000 // len(KINDS))
SEED = 20261122


def description() -> schemathesis.schemas.BaseSchema:
    """The description without what only the registry can make: page tokens."""
    paths: dict[str, Any] = openapi_paths()
    for item in paths.values():
        for operation in item.values():
            asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            page = asked.get("schema", {}).get("properties", {}).get("page", {})
            page.get("properties", {}).pop("token", None)
    schema = from_dict(
        {"openapi": "3.1.0", "info": {"title": "Permission check", "version": "1"}, "paths": paths}
    )
    schema.config.generation.allow_x00 = False  # no text of a request may hold U+0000
    return schema


def run(wire: Wire, path: str, mode: GenerationMode, *, examples: int) -> int:
    """Send so many requests of a kind to an endpoint, the same ones each time; return how many it were."""
    operation, sent = description()[path]["POST"], 0
    # An item of a batch that is wrong is denied alone, so that of a batch only the answer is judged.
    judged = ANSWERED if path == EVALUATIONS else [*ANSWERED, JUDGED[mode]]

    @seed(SEED)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        nonlocal sent
        sent += 1
        answer = case.call(base_url=wire.url, headers={"authorization": "Bearer trust"})
        case.validate_response(answer, checks=judged)

    send()
    return sent


@pytest.mark.parametrize(("path", "mode"), KINDS)
def test_requests_made_from_the_description(wire: Wire, path: str, mode: GenerationMode) -> None:
    assert run(wire, path, mode, examples=EACH) >= EACH


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_thousand_requests_made_from_the_description(wire: Wire) -> None:
    sent = sum(run(wire, path, mode, examples=EACH_IN_FULL) for path, mode in KINDS)
    assert sent >= 20_000
