"""Noticing a person's identity in a question, where none belongs: it is dropped, never kept or repeated."""

import re
from collections.abc import Mapping
from typing import Any

from registry.decisions.question import MEMBERS

NUMBER = re.compile(rb"\d\d\d[ -]?\d\d\d[ -]?\d\d\d\d(?!\d)")
TELLING = re.compile(
    r"name|birth|address|postcode|e-?mail|phone|mobile|passport|(^|[^a-z])(nhs|chi|dob|nino|upn)([^a-z]|$)"
)
ENTITIES = ("subject", "action", "resource")


def has_identity(text: bytes, question: Mapping[str, Any]) -> bool:
    """Whether a request seems to name a person: an NHS or CHI number anywhere, or a telling member name."""
    for found in NUMBER.finditer(text):
        if _is_health_number(found[0]):
            return True
    free = _free_members(question)
    return bool(free) and any(TELLING.search(name.lower()) for name in free)


def _free_members(question: Mapping[str, Any]) -> set[str]:
    """The names of members that mean nothing to the registry."""
    context = question.get("context")
    free: set[str] = context.keys() - MEMBERS if isinstance(context, dict) else set()
    for entity in ENTITIES:
        thing = question.get(entity)
        if isinstance(thing, dict) and isinstance(thing.get("properties"), dict):
            free |= thing["properties"].keys()
    return free


def _is_health_number(text: bytes) -> bool:
    """Whether ten digits have the check digit of an NHS or CHI number (weights 10 to 2, modulus 11)."""
    digits = [digit - 48 for digit in text if digit >= 48]
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == digits[9]
