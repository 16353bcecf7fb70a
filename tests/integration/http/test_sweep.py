"""Whatever is sent to any operation, the answer is one that the description names, and never a failure."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.callers import Caller
from tests.integration.http.deeds import BY_ROUTE, fresh, stage
from tests.integration.http.test_description import OPERATIONS
from tests.integration.http.world import Json, World
from tests.samples.agreements import LANCASHIRE, ROLES

EXAMPLES = 8
NAMES = st.text(min_size=1, max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "if-match": st.sampled_from(['"1"', '"1.1"', "*", "", "x"]),
        "idempotency-key": st.sampled_from(["k", "", "x" * 129]),
        "x-request-id": st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20),
        "accept": st.sampled_from(["text/html", "application/json", "*/*", "x", ";;q=,"]),
    },
)


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize(("path", "verb", "operation"), OPERATIONS)
def test_every_answer_is_one_that_is_described(world: World, path: str, verb: str, operation: Json) -> None:
    deed = BY_ROUTE.get(f"{verb.upper()} {path}")
    thing = fresh(world, deed.stage) if deed else stage(world, "agreement draft")
    right = deed.content(world, thing) if deed else {}
    somebody = deed.caller(world) if deed else world.cast(LANCASHIRE, ROLES[0])
    parameters = [one for one in operation.get("parameters", ()) if one["in"] in ("path", "query")]
    described = {int(status) for status in operation["responses"]}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        address, query = path, []
        for parameter in parameters:
            value = quote(data.draw(st.sampled_from([thing.id, "1", "-1", "\0", "%"]) | NAMES), safe="")
            if parameter["in"] == "path":
                address = address.replace("{" + parameter["name"] + "}", value)
            elif data.draw(st.booleans()):
                query.append(f"{parameter['name']}={value}")
        answer = world.send(
            verb.upper(),
            f"{address}?{'&'.join(query)}",
            data.draw(st.sampled_from([somebody, STRANGER, None])),
            raw=None if verb == "get" else data.draw(st.none() | st.binary(max_size=20) | bodies(right)),
            headers=data.draw(HEADERS),
        )
        # A piece of a path that is odd makes it another address.
        assert answer.status_code in described | {404, 405}, answer.text
        assert answer.status_code < 500 or path == "/health/ready", answer.text
        if answer.status_code >= 400 and path.startswith("/api/"):
            assert answer.json()["code"]

    ask()


STRANGER = Caller("ods:RTX", person="00000000-0000-7000-8000-000000000000", client="officers")


def bodies(right: Json) -> st.SearchStrategy[bytes]:
    """The right body with one member changed, or anything at all."""
    if not right:
        return VALUES.map(encoded)
    changes = st.tuples(st.sampled_from(sorted(right)), VALUES)
    return (VALUES | changes.map(lambda change: right | dict([change]))).map(encoded)


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
