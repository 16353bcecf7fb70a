"""Logs and witnesses to test with: a log in memory that can tell two histories, and what it would send."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import Cosigner
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signer
from registry.tlog.policy import Policy
from registry.tlog.tree import EMPTY_ROOT, consistency_path, leaf_hash, node_hash, range_root
from registry.witness.request import TREE_SIZE, Growth, write_request
from registry.witness.rules import NotCosigned, OtherSize, TrustedLogs
from registry.witness.server import Witness
from registry.witness.store import Store
from tests.auditlog_world import ORIGIN, SIGNER

Reply = tuple[int, str, str]
"""Status, media type and body."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOGS = {ORIGIN: SIGNER.keys}


def cosigner(number: int) -> Cosigner:
    """The witness of this number."""
    return Cosigner(f"witness.example/w{number}", Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))


class History:
    """One history of a log. Two of different words have nothing in common."""

    def __init__(self, word: str = "entry", signer: Signer = SIGNER) -> None:
        self._word, self._signer = word, signer

    def checkpoint(self, size: int) -> Checkpoint:
        """The tree of this size."""
        root = range_root(0, size, self._read) if size else EMPTY_ROOT
        return Checkpoint(self._signer.name, size, root)

    def note(self, size: int) -> str:
        """The signed checkpoint of this size."""
        return self.checkpoint(size).signed(self._signer)

    def path(self, old: int, new: int) -> Sequence[bytes]:
        """The proof that one size continues another."""
        return consistency_path(old, new, self._read)

    def request(self, old: int, new: int) -> bytes:
        """What is sent to a witness that has seen the old size."""
        return write_request(Growth(old, tuple(self.path(old, new)) if old < new else ()), self.note(new))

    def _read(self, height: int, index: int) -> bytes:
        if not height:
            return leaf_hash(f"{self._word} {index}".encode())
        return node_hash(self._read(height - 1, 2 * index), self._read(height - 1, 2 * index + 1))


class FakeWitness:
    """A witness on a port of this machine: the real one, until it is told to misbehave."""

    def __init__(self, number: int, folder: Path, logs: TrustedLogs = LOGS) -> None:
        self._cosigner = cosigner(number)
        self.role = Witness(self._cosigner, logs, Store.create(folder / f"witness-{number}.sqlite3"))
        self.asked: list[str] = []
        self.misbehave: Callable[[str, bytes], Reply | None] = lambda _path, _body: None
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def line(self) -> str:
        """The line of a policy that names it."""
        return f"witness {self.name} {self._cosigner.key.text()} http://127.0.0.1:{self._port}/w"

    @property
    def name(self) -> str:
        """What the policy calls it."""
        return f"w{self._cosigner.name[-1]}"

    def start(self) -> None:
        """Answer, on the same port as before."""
        self._server = _Server(("127.0.0.1", self._port), partial(_Asked, self))
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def stop(self) -> None:
        """Answer no more. What it has seen stays in its file."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reply(self, path: str, body: bytes) -> Reply:
        """What it answers, as the real witness would unless it misbehaves."""
        self.asked.append(path)
        if (told := self.misbehave(path, body)) is not None:
            return told
        if path == "/w/add-checkpoint":
            try:
                return 200, "text/plain", self.role.add_checkpoint(body)
            except NotCosigned as refusal:
                media_type = TREE_SIZE if isinstance(refusal, OtherSize) else "text/plain"
                return refusal.status, media_type, f"{refusal}\n"
        note = self.role.newest_note(path.split("/")[2])
        return (404, "text/plain", "") if note is None else (200, "text/plain", note)


class _Server(ThreadingHTTPServer):
    """Says nothing of a caller who goes away, and lets the port be taken again at once."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class _Asked(BaseHTTPRequestHandler):
    """One connection to a fake witness."""

    def __init__(self, witness: FakeWitness, *arguments: Any) -> None:
        self._witness = witness
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["content-length"])))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        status, media_type, text = self._witness.reply(self.path, body)
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def policy_of(
    witnesses: Sequence[FakeWitness], *, quorum: str, keys: Sequence[VerifierKey] = SIGNER.keys
) -> Policy:
    """The policy in which so many of these witnesses (`all`, `any`, a number) cosign the log of the keys."""
    lines = [*(f"log {key.text()}" for key in keys), *(witness.line for witness in witnesses)]
    members = " ".join(witness.name for witness in witnesses)
    lines += [f"group asked {quorum} {members}", "quorum asked"]
    return Policy.parse("".join(f"{line}\n" for line in lines).encode())
