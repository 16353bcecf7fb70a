"""Gossip: the newest checkpoint in a header of answers, so that partners come to hold it without asking.

An operator who shows two views must show each partner the same one for ever: whoever compares what two
partners hold, or asks `/log/consistency/<size>` about it, finds the second. The header holds the note under
the log's Ed25519 lines alone; those of witnesses and of longer keys are at `/log/checkpoint`.
"""

from collections.abc import Callable

from litestar.types import BeforeMessageSendHookHandler, Message, Scope

from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Note
from registry.tlog.spelling import parse_base64, write_base64

HEADER = b"checkpoint"


def header_value(text: str, keys: tuple[VerifierKey, ...]) -> str:
    """A note in the form of a header: octets of a structured field (RFC 9651 section 3.3.5)."""
    note = Note.parse(text.encode())
    short = [key for key in keys if key.kind is Kind.ED25519]
    lines = tuple(signature for _, signature in note.signatures_of(short))
    return f":{write_base64(Note(note.body, lines).text().encode())}:"


def read_header(value: str) -> bytes:
    """The note that a header holds.

    Raises:
        Malformed: it is in another form.
    """
    return parse_base64(value.removeprefix(":").removesuffix(":"))


def gossip(newest: Callable[[], str | None]) -> BeforeMessageSendHookHandler:
    """The hook that adds the header, where there is one, to the answers of the API and of the log."""

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start" and scope["path"].startswith(("/api/", "/log/")):
            value = newest()
            if value is not None:
                message["headers"] = [*message["headers"], (HEADER, value.encode())]

    return add
