"""Outgoing calls: where the operator allows, to the address that was judged, bounded in time and size."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registry.egress import Answer, Egress, NotAllowed, Unreachable, parse_networks

LOOPBACK = parse_networks("127.0.0.0/8, ::1/128")
OURS = Egress(LOOPBACK, max_answer_bytes=1000)
HASTY = Egress(LOOPBACK, timeout_seconds=0.3)


class Echo(BaseHTTPRequestHandler):
    """Answers with what was asked; some paths answer badly."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            self._drip()
        elif self.path == "/moved":
            self._answer(302, b"", location="/")
        elif self.path == "/long":
            self._answer(200, b"x" * 1001)
        else:
            self._answer(200, self.headers["host"].encode())

    def do_POST(self) -> None:
        self._answer(409, self.rfile.read(int(self.headers["content-length"])))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": "Text/X.tlog.size; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A header, an octet at a time: each of them comes soon, the whole of it never."""
        try:
            for octet in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100:
                self.wfile.write(bytes([octet]))
                time.sleep(0.02)
        except OSError:
            return


class Quiet(ThreadingHTTPServer):
    """Says nothing of a caller who goes away."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(*, certificate: Path | None = None) -> Iterator[str]:
    server = Quiet(("127.0.0.1", 0), Echo)
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serving() as url:
        yield url


def test_an_answer_of_any_status_comes_back_whole(base: str) -> None:
    assert OURS.get(base) == Answer(200, "text/x.tlog.size", base.removeprefix("http://").encode())
    sent = OURS.post(base, b"old 0\n", media_type="text/plain")
    assert sent == Answer(409, "text/x.tlog.size", b"old 0\n")


def test_a_redirect_is_an_answer_and_not_followed(base: str) -> None:
    assert OURS.get(f"{base}/moved").status == 302


def test_an_answer_ends_in_time_however_often_a_part_of_it_comes(base: str) -> None:
    with pytest.raises(Unreachable, match=r"did not answer within 0\.3 seconds"):
        HASTY.get(f"{base}/slow")


def test_an_answer_ends_at_a_size(base: str) -> None:
    with pytest.raises(Unreachable, match="more than 1000"):
        OURS.get(f"{base}/long")


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(Unreachable):
        OURS.get(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 64}.example", "partner.invalid"])
def test_a_host_that_cannot_be_looked_up_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable, match="was not found"):
        OURS.get(f"https://{host}/")


def test_looking_a_host_up_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(20) and [])
    try:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 seconds"):
            HASTY.get("https://partner.example/")
    finally:
        is_over.set()


SPECIAL = """127.0.0.1
10.0.0.1
169.254.169.254
100.64.0.1
224.0.0.1
0.0.0.0
[::1]
[::ffff:127.0.0.1]
[64:ff9b::7f00:1]
[2002:7f00:1::]
[fd00::1]
127.1
2130706433
localhost"""


@pytest.mark.parametrize("host", SPECIAL.split())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_special_addresses_are_not_called_unless_listed(host: str, scheme: str) -> None:
    with pytest.raises(NotAllowed, match="not listed"):
        Egress().get(f"{scheme}://{host}/")


def resolving(*answers: str) -> Callable[..., list[tuple[object, ...]]]:
    return lambda *_, **__: [(0, 0, 0, "", (answer, 443)) for answer in answers]


def test_a_host_with_one_special_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.216.34", "10.0.0.1"))
    with pytest.raises(NotAllowed, match=r"partner\.example is at 10\.0\.0\.1"):
        Egress().get("https://partner.example/")


def test_whatever_an_address_makes_a_library_stumble_over_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("not an address"))
    with pytest.raises(Unreachable, match=r"partner\.example: 'not an address'"):
        Egress().get("https://partner.example/")


def test_plain_http_is_for_listed_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.216.34"))
    with pytest.raises(NotAllowed, match="only https"):
        Egress().get("http://partner.example/")


def test_the_call_goes_to_the_address_that_was_judged(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = base.rpartition(":")[2]
    looked_up = []

    def once(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        return [(0, 0, 0, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    assert OURS.get(f"http://partner.example:{port}/").body == f"partner.example:{port}".encode()
    assert looked_up == ["partner.example"]


def certificate(host: str) -> tuple[bytes, bytes]:
    """A certificate of a host that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), pem


def test_the_certificate_is_held_against_the_host_and_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified, key = certificate("partner.example")
    (tmp_path / "cert.pem").write_bytes(certified)
    (tmp_path / "key.pem").write_bytes(key)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
    with serving(certificate=tmp_path) as url:
        port = url.rpartition(":")[2]
        assert Egress(LOOPBACK, tls=trusting).get(f"https://partner.example:{port}/").status == 200
        for host, tls in (("other.example", trusting), ("partner.example", Egress().tls)):
            with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
                Egress(LOOPBACK, tls=tls).get(f"https://{host}:{port}/")


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a:b@127.0.0.1/", "http://:80/"]
)
def test_what_is_no_web_address_is_not_called(url: str) -> None:
    with pytest.raises(NotAllowed):
        OURS.get(url)


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="10"):
        parse_networks("10.0.0.0/40")
