"""A question never carries a person's identity: what looks like one is noticed, however it is written."""

import json
from typing import Any

import pytest

from registry.decisions.desk import Asked, Desk
from registry.decisions.identity import has_identity, is_closed
from tests.unit.decisions.making import NOW, desk_of, flow, question, system

NHS_NUMBER = "9434765919"
"""A sample number with the right check digit, given to nobody."""


def seems_to_name(text: str) -> bool:
    return has_identity(text.encode(), json.loads(text))


def noted(value: Any, name: str = "note") -> str:
    body = question()
    body["context"][name] = value
    return json.dumps(body)


def with_check_digit(nine: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), nine, strict=True))
    return nine + str((11 - total % 11) % 11)


@pytest.mark.parametrize(
    "value",
    [
        NHS_NUMBER,
        int(NHS_NUMBER),
        "943 476 5919",
        "943-476-5919",
        "943.476.5919",
        f"see {NHS_NUMBER}, please",
        [{"deep": [NHS_NUMBER]}],
        with_check_digit("010180123"),
        "AB123456C",
        "ab 12 34 56 c",
        "A123456789012",
        "ann.sample@registry.test",
    ],
)
def test_what_names_one_person_is_noticed_by_its_form(value: Any) -> None:
    assert seems_to_name(noted(value))


def test_digits_may_be_escaped() -> None:
    escaped = "".join(f"\\u{ord(digit):04x}" for digit in NHS_NUMBER)
    assert seems_to_name(noted("here").replace("here", escaped))


@pytest.mark.parametrize("place", ["subject", "action", "resource", "context"])
@pytest.mark.parametrize(
    "name",
    [
        *("nhs_number", "surname", "patient", "DateOfBirth", "dob", "e-mail", "chi", "homeAddress"),
        *("person_id", "cyfenw", "dyddiad_geni", "cod_post", "rhif_gig"),
    ],
)
def test_the_name_of_a_member_tells_in_either_language(place: str, name: str) -> None:
    body = question()
    for members in ({name: "x"}, {"properties": {name: "x"}}, {"properties": {"more": [{name: "x"}]}}):
        body[place] = question()[place] | members
        assert seems_to_name(json.dumps(body))


def test_a_name_beside_the_question_tells_too() -> None:
    assert seems_to_name(json.dumps(question() | {"patient": {}}))


@pytest.mark.parametrize(
    "value", ["1234567890", "2026-11-23", 20261123, "9434765910", "94347659190", "12345678901234567", "RX1"]
)
def test_other_numbers_are_nobody_s(value: Any) -> None:
    assert not seems_to_name(noted(value))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"at": "2026-06-01T09:00:00Z", "emergency": True, "min_log_size": 1_234_567_890},
        {"on_behalf_of": "gss:E10000017", "recipient": "ods:RTX", "receipt": True},
    ],
)
def test_an_ordinary_question_names_nobody(changes: dict[str, Any]) -> None:
    assert not seems_to_name(json.dumps(question(**changes)))


def test_a_question_is_closed_when_nothing_can_hide_in_it() -> None:
    assert is_closed(question(receipt=True))
    assert not is_closed(question(note="x"))
    assert not is_closed(question() | {"note": "x"})


@pytest.mark.parametrize(
    "changes",
    [
        {"note": NHS_NUMBER},
        {"items": [NHS_NUMBER]},
        {"holder": f"local:{NHS_NUMBER}"},
        {"purpose": NHS_NUMBER},
    ],
)
def test_no_desk_remembers_or_repeats_it(changes: dict[str, Any]) -> None:
    desk, body = desk_of(flow()), question(**changes)
    text = json.dumps(body).encode()
    for _ in range(2):
        _, context = desk.evaluate(Asked(body, NOW, text), system())
        assert NHS_NUMBER.encode() not in context
        assert [warning["code"] for warning in json.loads(context)["warnings"]] == [
            "personal-identity-dropped"
        ]
    assert desk.recall(text, NOW) is None
    assert NHS_NUMBER not in held_by(desk)


def held_by(desk: Desk) -> str:
    """Everything a desk holds, as text."""
    seen: set[int] = set()

    def held(thing: Any) -> str:
        if id(thing) in seen or isinstance(thing, type):
            return ""
        seen.add(id(thing))
        if isinstance(thing, dict):
            return "".join(held(key) + held(value) for key, value in thing.items())
        if isinstance(thing, list | tuple | set | frozenset):
            return "".join(map(held, thing))
        names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
        own = [getattr(thing, name, None) for name in names]
        return (repr(thing) if isinstance(thing, str | bytes) else "") + held(own)

    return held(desk)
