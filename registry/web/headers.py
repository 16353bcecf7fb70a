"""Headers of every answer, refusals and unknown addresses included: security, the request's number."""

import re
from collections.abc import Mapping

from litestar.types import Message, Scope
from litestar.types.callable_types import BeforeMessageSendHookHandler

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms (Fetch, section 3.2).
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"
REQUEST_ID = re.compile(rb"[!-~]{1,128}")


def content_security_policy(form_action: str = "") -> str:
    """The policy of pages: own styles, images and scripts in files, no framing, no markup made by a script.

    `form_action` names one more origin a form may lead to by redirect: the client an officer signs in to.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {form_action}".rstrip(),
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def security_headers(base_url: str) -> BeforeMessageSendHookHandler:
    """The hook (`Litestar(before_send=[...])`) that adds what a handler has not set itself."""
    headers = HEADERS | {"content-security-policy": content_security_policy()}
    if base_url.startswith("https:"):
        headers["strict-transport-security"] = ONE_YEAR
    written = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            # Written once: each look for a name in litestar's headers decodes all of them.
            answer = list(message["headers"])
            said = {name.lower() for name, _ in answer}
            answer += [header for header in written if header[0] not in said]
            if number := request_id(dict(scope["headers"])):
                answer.append((b"x-request-id", number.encode()))
            message["headers"] = answer

    return add


def machine_headers(base_url: str) -> list[tuple[bytes, bytes]]:
    """What an answer that no page shows carries: nothing in it is run, framed or taken for something else."""
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]
    if base_url.startswith("https:"):
        headers.append((b"strict-transport-security", ONE_YEAR.encode()))
    return headers


def request_id(headers: Mapping[bytes, bytes]) -> str | None:
    """The `X-Request-ID` to send back: 1 to 128 visible ASCII characters. Any other is not repeated."""
    sent = headers.get(b"x-request-id", b"")
    return sent.decode("ascii") if REQUEST_ID.fullmatch(sent) else None
