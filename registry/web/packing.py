"""Pages compressed on their way out; files of `/static` are compressed beforehand."""

import gzip
import secrets
from io import BytesIO

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from registry.web.pages.files import takes_gzip

MOST_PADDING = 100


class Packing:
    """Stands before the framework (ASGI), and compresses each page for those who take it so."""

    def __init__(self, framework: ASGIApp) -> None:
        self._framework = framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        if scope["type"] != ScopeType.HTTP or not takes_gzip(_accepted(scope)):
            await self._framework(scope, receive, send)
            return
        held: Message | None = None

        async def answer(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_page(message):
                held = message
                return
            if held is not None and message["type"] == "http.response.body":
                if not message["more_body"]:
                    message = {**message, "body": packed(message["body"])}
                    _say_packed(held, len(message["body"]))
                await send(held)
                held = None
            await send(message)

        await self._framework(scope, receive, answer)


def packed(content: bytes) -> bytes:
    """The content in gzip, of a length that varies by chance.

    Otherwise who sees lengths, and has words of their own repeated in a page, could guess at its form's token
    letter by letter (the BREACH attack). The name field of the format is skipped by every reader.
    """
    name = "p" * secrets.randbelow(MOST_PADDING)
    target = BytesIO()
    with gzip.GzipFile(name, "wb", compresslevel=6, fileobj=target, mtime=0) as file:
        file.write(content)
    return target.getvalue()


def _accepted(scope: Scope) -> str:
    return dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")


def _is_page(message: Message) -> bool:
    headers = MutableScopeHeaders.from_message(message)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _say_packed(start: Message, length: int) -> None:
    headers = MutableScopeHeaders.from_message(start)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(length)
    headers["vary"] = "accept-encoding"
