"""The least a server can do for an answer: read the body, send bytes that were written before."""

import json
import os
from itertools import cycle
from pathlib import Path
from typing import Any

ANSWERS = [
    ([(name.encode(), value.encode()) for name, value in each["headers"]], each["body"].encode())
    for each in json.loads(Path(os.environ["BARE_ANSWERS"]).read_text(encoding="utf-8"))
]
IN_TURN = cycle(ANSWERS)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that gives the same answers in turn, whatever is asked."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers, body = next(IN_TURN)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
