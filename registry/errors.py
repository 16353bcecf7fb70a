"""The kinds of refusal. A refusal is a class with a code that never changes, and the facts.

`web.problems` alone picks the HTTP status of a kind; the English and Welsh sentences live in the catalogue
(`registry/web/messages/`) under the code.
"""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: a JSON pointer (RFC 6901) into the body, a stable code, two sentences.

    Of a parameter of the address, its name stands in place of the pointer.
    """

    pointer: str
    code: str
    en: str
    cy: str


class Refusal(Exception):
    """The registry will not do it, and says why; nothing has been changed."""

    code: ClassVar[str] = "refused"

    def __init__(self, *, errors: tuple[FieldError, ...] = (), **facts: Any) -> None:
        super().__init__(self.code)
        self.errors = errors
        self.facts = facts

    def extensions(self) -> dict[str, Any]:
        """Further members of the problem document (RFC 9457 section 3.2)."""
        return {}


class Invalid(Refusal):
    """The request cannot be understood or breaks the form it must have."""

    code = "invalid-request"


class Unauthenticated(Refusal):
    """No token, or one that is not accepted."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or none the caller may know of."""

    code = "not-found"


class Conflict(Refusal):
    """The thing is not in a state in which this can be done."""

    code = "conflict"


class Gone(Refusal):
    """What this refers to was there and has expired."""

    code = "gone"


class StaleVersion(Refusal):
    """The `If-Match` given is not the present version's tag."""

    code = "stale-version"


class PreconditionMissing(Refusal):
    """A change that needs `If-Match` came without it."""

    code = "precondition-required"


class TooLong(Refusal):
    """The body is larger than the registry reads."""

    code = "too-long"


class WrongMediaType(Refusal):
    """The body is not of the media type that this address reads."""

    code = "wrong-media-type"


class TooMany(Refusal):
    """The caller has as much of this under way as one may have at a time."""

    code = "too-many-requests"


class Unprocessable(Refusal):
    """The request is well formed and cannot be carried out as it stands."""

    code = "unprocessable"
