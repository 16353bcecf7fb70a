"""A body's own domain: what it publishes, served by a web server of its own on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NETWORK = "127.0.0.0/8"


@dataclass
class Domain:
    """Its name with its port, and what stands at each path."""

    name: str
    pages: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def own_domain() -> Iterator[Domain]:
    """A domain that serves what a test puts on it."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = domain.pages.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        domain = Domain(f"127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield domain
        finally:
            server.shutdown()
            thread.join()
