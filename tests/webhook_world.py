"""A partner's address that is told of events, as its own program would read and check what comes."""

import hashlib
import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

PROOF = b"registry-webhook-proof/v1\n"
"""As docs/events.md says, not as the registry's code does."""

OWN_NETWORK = "127.0.0.0/8"


@dataclass(frozen=True)
class Message:
    """One request that came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Json:
        said: Json = json.loads(self.body)
        return said

    @property
    def index(self) -> int:
        return int(self.said["data"]["log_index"])


@dataclass
class Partner:
    """A partner's program. `statuses` are what it answers next, then 200 for ever."""

    url: str = ""
    secret: str = ""
    statuses: list[int] = field(default_factory=list)
    challenges: list[Message] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def indices(self) -> list[int]:
        """What it was told of, in the order in which it came, whatever it answered."""
        return [message.index for message in self.told]

    def receive(self, message: Message) -> tuple[int, bytes]:
        """The answer to a request."""
        with self.arrived:
            status = self.statuses.pop(0) if self.statuses else 200
            is_challenge = message.said["type"] == "webhook.challenge"
            (self.challenges if is_challenge else self.told).append(message)
            self.arrived.notify_all()
        return status, self._prove(message) if is_challenge else b""

    def answered(self) -> None:
        """Its answer has gone out."""

    def wait_for(self, indices: Iterable[int], seconds: float = 20) -> None:
        """Wait until it was told of all these entries."""
        wanted = set(indices)
        with self.arrived:
            assert self.arrived.wait_for(lambda: wanted <= set(self.indices), seconds), self.indices

    def _prove(self, message: Message) -> bytes:
        key = b64decode(self.secret.removeprefix("whsec_"))
        asked = message.said["data"]["challenge"].encode()
        proof = hmac.new(key, PROOF + asked, hashlib.sha256).digest()
        return json.dumps({"proof": b64encode(proof).decode()}).encode()


@contextmanager
def partner() -> Iterator[Partner]:
    """A partner's program behind a port of this machine."""
    program = Partner()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Asked, program))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    program.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield program
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Asked(BaseHTTPRequestHandler):
    def __init__(self, program: Partner, *given: Any) -> None:
        self._program = program
        super().__init__(*given)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, answer = self._program.receive(Message(headers, body))
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self._program.answered()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
