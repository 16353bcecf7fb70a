"""The least a server can do for an answer: read the body, send bytes that were written before."""

import json
import os
from pathlib import Path
from typing import Any

ANSWER = json.loads(Path(os.environ["BARE_ANSWER"]).read_text(encoding="utf-8"))
HEADERS = [(name.encode(), value.encode()) for name, value in ANSWER["headers"]]
BODY = ANSWER["body"].encode()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that gives everyone the same answer."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
