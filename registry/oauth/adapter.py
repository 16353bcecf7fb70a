"""What goes into Authlib and comes out of it: parameters and answers as values, no framework."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload

MAX_FORM_BYTES = 65_536
MAX_PARAMETERS = 50
PRINTABLE = re.compile(r"[ !#-\[\]-~]*")
"""What an error description may quote (RFC 6749 section 5.2): Authlib quotes them, and fails on others."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the authorization server answers: a JSON body, or a redirect to `location`."""

    status: int
    body: dict[str, Any]
    location: str | None = None

    @classmethod
    def of_error(cls, error: OAuth2Error) -> "Answer":
        """The body of an error that is not sent by redirect (RFC 6749 section 5.2)."""
        return cls(error.status_code, dict(error.get_body()))


class OAuthRequest(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request as Authlib reads it: every parameter once, from one place."""

    def __init__(self, method: str, uri: str, parameters: Sequence[tuple[str, str]]) -> None:
        super().__init__(method, uri)
        self.pairs = list(parameters)
        self.payload = _Parameters(dict(self.pairs))

    @property
    def form(self) -> dict[str, str]:
        """The parameters again: Authlib reads some of them here."""
        return self.payload.data

    def check(self) -> None:
        """Refuse what Authlib would read by halves or could not quote.

        Raises:
            InvalidRequestError: a parameter is repeated (RFC 6749 sections 3.1, 3.2) or not printable.
        """
        names = [name for name, _ in self.pairs]
        if len(set(names)) < len(names):
            raise InvalidRequestError("A parameter is repeated.")
        for name in ("client_id", "redirect_uri", "response_type", "grant_type", "scope"):
            if PRINTABLE.fullmatch(self.form.get(name, "")) is None:
                raise InvalidRequestError(f"Invalid characters in {name}.")


def read_parameters(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a query or a form (application/x-www-form-urlencoded), in order, repeated ones too.

    Raises:
        InvalidRequestError: not UTF-8, a NUL character, or more of them than any request needs.
    """
    try:
        pairs = parse_qsl(
            encoded.decode(), keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise InvalidRequestError("The parameters cannot be read.") from None
    if any("\0" in name + value for name, value in pairs):
        raise InvalidRequestError("A parameter contains a NUL character.")
    return pairs


class _Parameters(OAuth2Payload):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, data: dict[str, str]) -> None:
        self._data = data

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._data.items()}
