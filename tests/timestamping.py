"""A time-stamp authority to test with: OpenSSL's, with certificates of its own, and a server before it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LONG = timedelta(days=3650)
CONFIGURATION = """\
[tsa]
default_tsa = this
[this]
serial = {folder}/serial
signer_cert = {folder}/authority.pem
signer_key = {folder}/authority.key
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4.1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """An authority in a folder, and the root its certificate leads to."""

    folder: Path
    root: x509.Certificate
    ends_at: datetime

    @property
    def root_file(self) -> Path:
        """The root, as a PEM file."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The response to a request, both DER."""
        (self.folder / "query.tsq").write_bytes(query)
        arguments = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr"]
        subprocess.run(
            ["openssl", "ts", "-reply", *arguments], cwd=self.folder, check=True, capture_output=True
        )
        return (self.folder / "answer.tsr").read_bytes()

    def openssl_verifies(self, response: bytes, octets: bytes, *, at: datetime | None = None) -> bool:
        """What `openssl ts -verify` says of a response about these octets, today or at a moment."""
        (self.folder / "asked.tsr").write_bytes(response)
        (self.folder / "asked.data").write_bytes(octets)
        arguments = ["-data", "asked.data", "-in", "asked.tsr", "-CAfile", "root.pem"]
        if at:
            arguments += ["-attime", str(int(at.timestamp()))]
        done = subprocess.run(
            ["openssl", "ts", "-verify", *arguments], cwd=self.folder, check=False, capture_output=True
        )
        return done.returncode == 0


def make_authority(folder: Path, *, begins: timedelta = -LONG, ends: timedelta = LONG) -> Authority:
    """An authority whose certificate is valid from and to these times, counted from now."""
    folder.mkdir()
    now = datetime.now(UTC).replace(microsecond=0)
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root = _certificate("Test root", root_key, "Test root", root_key, now - LONG, now + LONG, is_root=True)
    own = _certificate("Test authority", key, "Test root", root_key, now + begins, now + ends)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "authority.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "authority.key").write_bytes(pem)
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    return Authority(folder, root, now + ends)


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """The address at which an authority answers (RFC 3161 section 3.4)."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            answer = authority.answer(query)
            is_query = self.headers["content-type"] == "application/timestamp-query"
            self.send_response(200 if is_query else 415)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_said: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
    *,
    is_root: bool = False,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(issuer_key, SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
