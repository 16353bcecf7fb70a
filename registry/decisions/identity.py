"""Noticing a person's identity in a question, where none belongs: it is dropped, never kept or repeated."""

import re
from collections.abc import Mapping
from typing import Any

from registry.decisions.question import MEMBERS, TYPES

NUMBER = re.compile(rb"\d\d\d[ -]?\d\d\d[ -]?\d\d\d\d(?!\d)")
TELLING = re.compile(
    r"name|birth|address|postcode|e-?mail|phone|mobile|passport|(^|[^a-z])(nhs|chi|dob|nino|upn)([^a-z]|$)"
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
    return not _free_members(question)


def has_identity(text: bytes, question: Mapping[str, Any]) -> bool:
    """Whether a request seems to name a person: an NHS or CHI number anywhere, or a telling member name."""
    if any(TELLING.search(name.lower()) for name in _free_members(question) - MEMBERS):
        return True
    return any(_is_health_number(found[0]) for found in NUMBER.finditer(text))


def _free_members(question: Mapping[str, Any]) -> set[str]:
    """The names of members that may hold anything."""
    free = question.keys() - CLOSED.keys()
    for name, closed in CLOSED.items():
        members = question.get(name)
        if isinstance(members, dict) and not members.keys() <= closed:
            free |= members.keys() - closed
            if isinstance(members.get("properties"), dict):
                free |= members["properties"].keys()
    return free


def _is_health_number(text: bytes) -> bool:
    """Whether ten digits have the check digit of an NHS or CHI number (weights 10 to 2, modulus 11)."""
    digits = [digit - 48 for digit in text if digit >= 48]
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == digits[9]
