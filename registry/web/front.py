"""What all addresses have in common: HEAD, OPTIONS, `Allow` (RFC 9110 sections 9.3, 10.2.1), no U+0000."""

from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

NOWHERE = "TRACE"
"""A method that no route takes: asking with it brings the route's `Allow`."""


class Front:
    """Stands before the framework (ASGI).

    HEAD is answered as GET, and the server leaves the body out. OPTIONS is answered from the route table: the
    framework's own answer forgets methods where an address has several handlers. U+0000 is read as U+FFFD, as
    browsers read it: no name holds it, and not every database takes it.
    """

    def __init__(self, framework: ASGIApp) -> None:
        self._framework = framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        if scope["type"] != ScopeType.HTTP:
            await self._framework(scope, receive, send)
            return
        asked = scope["method"]
        plain: Any = {
            **scope,
            "method": {"HEAD": "GET", "OPTIONS": NOWHERE}.get(asked, asked),
            "path": scope["path"].replace("\0", "\ufffd"),
            "query_string": scope["query_string"].replace(b"%00", b"%EF%BF%BD"),
        }
        is_options = False

        async def answer(message: Message) -> None:
            nonlocal is_options
            if message["type"] == "http.response.start" and message["status"] == 405:
                _complete_allow(message)
                if asked == "OPTIONS":
                    is_options = True
                    message = {**message, "status": 204, "headers": _without_content(message["headers"])}
            elif message["type"] == "http.response.body" and is_options:
                message = {**message, "body": b""}
            await send(message)

        await self._framework(plain, receive, answer)


def _complete_allow(message: Message) -> None:
    """Put the methods in order, with those that every address takes."""
    headers = MutableScopeHeaders.from_message(message)
    methods = {method.strip() for method in headers.get("allow", "").split(",")} - {""}
    headers["allow"] = ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def _without_content(headers: Any) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name not in (b"content-type", b"content-length")]
