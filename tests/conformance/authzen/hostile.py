"""Bodies that no endpoint may take, made from one that it takes, and what is said of each refusal."""

import json
from collections.abc import Mapping
from typing import Any

from registry.decisions.words.wording import wording
from tests.unit.decisions.calling import Answer

EMERGENCY = wording().advice["emergency"]

NOT_OBJECTS = {
    "a list": b"[]",
    "a string": b'"subject"',
    "a number": b"1",
    "null": b"null",
    "true": b"true",
}
WRONG_TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json5",
    "application/problem+json",
    "text/json",
    "",
)


def malformed(good: bytes) -> dict[str, bytes]:
    """What is not strict JSON: the good body, which states a purpose, with one fault each."""
    inside, purpose = b'"context":{', b"child-safeguarding"
    assert inside in good
    assert purpose in good

    def with_number(text: bytes) -> bytes:
        return good.replace(inside, inside + b'"min_log_size":' + text + b",")

    return {
        "an empty body": b"",
        "only spaces": b"  \n",
        "cut off": good[:-1],
        "two texts": good + good,
        "rubbish after": good + b"x",
        "single quotes": good.replace(b'"', b"'"),
        "a trailing comma": good[:-1] + b",}",
        "a comment": b"/* hello */" + good,
        "form fields": b"subject=ods%3ARTX&action=receive",
        "invalid UTF-8": good.replace(purpose, b"\xff\xfe"),
        "an overlong encoding": good.replace(purpose, b"\xc0\xaf"),
        "a byte order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": good.decode().encode("utf-16"),
        "NaN": with_number(b"NaN"),
        "Infinity": with_number(b"Infinity"),
        "minus Infinity": with_number(b"-Infinity"),
        "a number of 5,000 digits": with_number(b"9" * 5000),
        "a leading zero": with_number(b"007"),
        "a raw control character": good.replace(purpose, b"child\x01"),
        "a bad escape": good.replace(purpose, b"child\\x"),
        "U+0000": good.replace(purpose, b"child\\u0000"),
        "5,000 levels of objects": b'{"context":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        "40 levels of lists": good.replace(inside, inside + b'"a":' + b"[" * 40 + b"]" * 40 + b","),
        "30,000 open brackets": b"[" * 30_000,
        "a repeated member": good[:-1] + b',"context":{}}',
        "a repeated member inside": good.replace(inside, inside + b'"purpose":"research",'),
        "a repeated member under an escape": good.replace(inside, inside + b'"p\\u0075rpose":"research",'),
    }


def changed(asked: Mapping[str, Any], pointer: str, value: Any) -> bytes:
    """A request with one member replaced."""
    whole: dict[str, Any] = json.loads(json.dumps(asked))
    *path, last = pointer.split("/")[1:]
    inside = whole
    for name in path:
        inside = inside[name]
    inside[last] = value
    return json.dumps(whole).encode()


def without(asked: Mapping[str, Any], pointer: str) -> bytes:
    """A request without one member."""
    whole: dict[str, Any] = json.loads(json.dumps(asked))
    *path, last = pointer.split("/")[1:]
    inside = whole
    for name in path:
        inside = inside[name]
    del inside[last]
    return json.dumps(whole).encode()


def check_problem(answer: Answer, status: int, code: str) -> None:
    """A problem document with a stable code and the emergency sentence in both languages."""
    assert (answer.status, answer.json["status"], answer.json["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert EMERGENCY.en in answer.json["advice"]["en"]
    assert EMERGENCY.cy in answer.json["advice"]["cy"]
