"""A decision point behind a real socket, and a client that sends it anything, right or wrong."""

import http.client
import json
import select
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from registry.decisions.wire.endpoint import EVALUATION
from tests.unit.decisions.calling import JSON, Answer


@dataclass(frozen=True)
class Wire:
    """One kept connection to a server on this machine."""

    connection: http.client.HTTPConnection
    address: tuple[str, int]

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.address)

    def send(
        self,
        body: bytes | Mapping[str, Any] = b"",
        *headers: tuple[str, str],
        path: str = EVALUATION,
        method: str = "POST",
        caller: str | None = "trust",
    ) -> Answer:
        """Send one request, with JSON's content type unless headers are given."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._connect_again_after_a_pause()
        self.connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers or (JSON,):
            self.connection.putheader(name, value)
        if caller is not None:
            self.connection.putheader("authorization", f"Bearer {caller}")
        self.connection.putheader("content-length", str(len(content)))
        self.connection.endheaders(content)
        answered = self.connection.getresponse()
        fields = {name.lower(): value for name, value in answered.getheaders()}
        return Answer(answered.status, fields, answered.read())

    def _connect_again_after_a_pause(self) -> None:
        """A server closes a connection over which nothing came for some seconds."""
        sock = self.connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self.connection.close()


@contextmanager
def serving(app: Any) -> Iterator[Wire]:
    """An application behind a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = listening.getsockname()
        connection = http.client.HTTPConnection(*address)
        try:
            yield Wire(connection, address)
        finally:
            connection.close()
            server.should_exit = True
            thread.join()
