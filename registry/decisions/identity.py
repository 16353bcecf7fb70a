"""Noticing a person's identity in a question, where none belongs: it is dropped, never kept or repeated.

Looked for are numbers that name one person, by their form and check digit, e-mail addresses, and members
whose names tell, in English and Welsh. What is found is a reason to warn; nothing else is made of it. Only
questions that are closed, with known codes and bodies and no member beside them, are remembered at all.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from registry.decisions.question import MEMBERS, TYPES

DIGITS = re.compile(rb"\d[\d .-]{4,}\d")
"""Where a number of a person may stand: looked for first, as it costs least."""

HEALTH_NUMBER = re.compile(rb"(?<!\d)\d\d\d[ .-]?\d\d\d[ .-]?\d\d\d\d(?!\d)")
NATIONAL_INSURANCE = rb"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b"
PUPIL = rb"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b"
LETTERED = re.compile(NATIONAL_INSURANCE + b"|" + PUPIL, re.IGNORECASE)
E_MAIL = re.compile(rb"[\w.+-]@[\w-]+\.[a-z]", re.IGNORECASE)
TELLING = re.compile(
    r"name|birth|address|postcode|post_code|e-?mail|phone|mobile|passport|patient|person|pupil|insurance"
    r"|enw|geni|cyfeiriad|cod_?post|ffon|claf|disgybl"
    r"|(^|[^a-z])(nhs|gig|chi|dob|nino|upn|uprn|mrn|pnc)([^a-z]|$)"
)
CLOSED: Mapping[str, frozenset[str]] = {
    "subject": frozenset({"type", "id"}),
    "action": frozenset({"name"}),
    "resource": frozenset({"type", "id"}),
    "context": frozenset(TYPES) - {"supported_obligations"},
}
"""Members whose values are all known, once a question has been found to be covered."""


def is_closed(question: Mapping[str, Any]) -> bool:
    """Whether a question has only members whose values are all known once it is covered."""
    return not any(True for _ in _free_members(question))


def has_identity(text: bytes, question: Mapping[str, Any]) -> bool:
    """Whether a request seems to name a person: by a member's name, or by what stands anywhere in it."""
    for name, value in _free_members(question):
        if name not in MEMBERS and any(map(_tells, (name, *_names_in(value)))):
            return True
    plain = json.dumps(question, ensure_ascii=False).encode(errors="replace") if b"\\u" in text else text
    if b"@" in plain and E_MAIL.search(plain):
        return True
    return any(_is_of_one_person(plain, found) for found in DIGITS.finditer(plain))


def _tells(name: str) -> bool:
    return TELLING.search(name.lower()) is not None


def _free_members(question: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members that may hold anything, by name."""
    for name, value in question.items():
        closed = CLOSED.get(name)
        if closed is None:
            yield name, value
        elif isinstance(value, dict) and not value.keys() <= closed:
            yield from ((inner, value[inner]) for inner in value.keys() - closed)


def _names_in(value: Any) -> Iterator[str]:
    """The names of members at any depth of a value, which `web.body` bounds."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _names_in(inner)


def _is_of_one_person(text: bytes, digits: re.Match[bytes]) -> bool:
    """Whether digits, with the letters around them, are a number that one person has."""
    with_letters = text[max(digits.start() - 4, 0) : digits.end() + 3]
    return LETTERED.search(with_letters) is not None or any(
        _is_health_number(found[0]) for found in HEALTH_NUMBER.finditer(digits[0])
    )


def _is_health_number(text: bytes) -> bool:
    """Whether ten digits have the check digit of an NHS or CHI number (weights 10 to 2, modulus 11)."""
    digits = [digit - 48 for digit in text if digit >= 48]
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == digits[9]
