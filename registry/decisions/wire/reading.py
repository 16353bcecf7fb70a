"""Reading what was asked: one JSON object, no longer than its address reads."""

from collections.abc import Mapping
from typing import Any

from registry.decisions.wire.problems import NotJson
from registry.web.body import parse_json


def parse_object(body: bytes, limit: int) -> Mapping[str, Any]:
    """The object in a body.

    Raises:
        MalformedJson: it is not strict JSON (`parse_json`).
        NotJson: it is JSON and no object; `limit` is the most bytes that its address reads.
    """
    asked: object = parse_json(body)
    if not isinstance(asked, dict):
        raise NotJson(limit=limit)
    return asked
