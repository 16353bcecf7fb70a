"""Documents that are frozen and hashed: salted, written once as RFC 8785 JSON, never written again.

A document is kept as it was given: `canonical` writes the members that were sent, and the salt. Those bytes
are stored and hashed; whoever holds them can check the digest, and nobody can guess it from a template
(LOG B9a).
"""

import base64
import hashlib
import secrets
from datetime import date
from typing import Annotated, Any, Self, TypeVar

import rfc8785
from pydantic import BeforeValidator, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.web.body import WireModel

OrganisationId = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,8}:[A-Za-z0-9-]{1,40}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
LocalId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Line = Annotated[str, StringConstraints(max_length=300)]
Text = Annotated[str, StringConstraints(max_length=20_000)]

SALT_BYTES = 16


def _read_day(given: Any) -> Any:
    """A day from the one form it has; a count of seconds, say, would be written back otherwise."""
    if not isinstance(given, str):
        return given
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = None
    if day is None or day.isoformat() != given:
        raise PydanticCustomError("bad-form", "a day is YYYY-MM-DD")
    return day


Day = Annotated[date, BeforeValidator(_read_day)]
"""A day in London, `YYYY-MM-DD` (RFC 3339 full-date) and nothing else."""


class Bilingual(WireModel):
    """A text in English and Welsh. Either may be empty, not both."""

    en: Text = ""
    cy: Text = ""

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not (self.en or self.cy):
            raise PydanticCustomError("no-text", "neither language is given")
        return self


class SaltedDocument(WireModel):
    """A document with 16 random bytes of its own, base64url; the registry makes them when none are given."""

    salt: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")] = ""


Document = TypeVar("Document", bound=SaltedDocument)


def salted(document: Document) -> Document:
    """The document with a salt: the one given, else 16 fresh random bytes."""
    if document.salt:
        return document
    salt = base64.urlsafe_b64encode(secrets.token_bytes(SALT_BYTES)).rstrip(b"=").decode()
    return document.model_copy(update={"salt": salt})


def canonical(document: WireModel) -> bytes:
    """The bytes that are frozen and hashed: the members that were given, as RFC 8785 JSON."""
    given: dict[str, Any] = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return rfc8785.dumps(given)


def digest(document: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 of a frozen document."""
    return "sha256:" + hashlib.sha256(document).hexdigest()
