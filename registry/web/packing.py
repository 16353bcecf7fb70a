"""Pages go over the line compressed, to browsers that take gzip (RFC 9110 section 8.4.1.3)."""

import gzip
import io
import secrets
from typing import Any

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from registry.web.pages.files import takes_gzip

LEVEL = 5
MOST_PADDING = 100
"""Octets. Answers differ in length by chance, so that their length tells nothing of the secrets beside what a
stranger wrote into them (Heal the BREACH, Palacios and others, 2022)."""


class Packing:
    """Stands before the framework (ASGI). Everything but pages passes as it is."""

    def __init__(self, framework: ASGIApp) -> None:
        self._framework = framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        if scope["type"] != ScopeType.HTTP or not takes_gzip(_accepted(scope)):
            await self._framework(scope, receive, send)
            return
        begun: HTTPResponseStartEvent | None = None

        async def pack(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_page(message):
                begun = message
            elif begun is not None and message["type"] == "http.response.body":
                body, start, begun = message, begun, None
                if not body["more_body"]:
                    body = {**body, "body": packed(body["body"])}
                    _say_packed(start, len(body["body"]))
                await send(start)
                await send(body)
            else:
                await send(message)

        await self._framework(scope, receive, pack)


def packed(content: bytes) -> bytes:
    """A content as gzip, of a length that has some chance in it."""
    padding = "x" * secrets.randbelow(MOST_PADDING)
    whole = io.BytesIO()
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=LEVEL, fileobj=whole, mtime=0) as file:
        file.write(content)
    return whole.getvalue()


def _accepted(scope: Any) -> str:
    return Headers.from_scope(scope).get("accept-encoding", "")


def _is_page(message: Any) -> bool:
    headers = MutableScopeHeaders.from_message(message)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _say_packed(start: Any, size: int) -> None:
    headers = MutableScopeHeaders.from_message(start)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(size)
