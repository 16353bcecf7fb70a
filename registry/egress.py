"""The one way out: every call the registry makes to another machine goes through here.

An address that somebody configured, or that a partner gave, must not lead into the operator's own network. So
a host is resolved once and the call is pinned to the address that was judged; redirects are not followed;
private, loopback and otherwise special addresses, and http without TLS, are for networks the operator lists.
A call has one deadline for everything and an answer one largest size.
"""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

TIMEOUT_SECONDS = 5.0
MAX_ANSWER_BYTES = 1 << 20

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SCHEMES = frozenset({"http", "https"})
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("2002::/16"))
"""IPv6 addresses that lead to any IPv4 address (RFC 6052, RFC 3056)."""


class Unreachable(Exception):
    """The other side did not answer as a call can be answered: not found, too slow, too long, broken."""


class NotAllowed(Unreachable):
    """The operator has not allowed calls to this address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered, of whatever status."""

    status: int
    media_type: str
    body: bytes


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks as the operator lists them: `10.1.0.0/16, ::1/128`.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


def is_address(url: str) -> bool:
    """Whether this is spelt as an address that can be called. Where it leads is judged at each call."""
    try:
        _parse(url)
    except NotAllowed:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Egress:
    """The client. `networks` are those whose private addresses, and whose plain http, may be called."""

    networks: tuple[Network, ...] = ()
    timeout_seconds: float = TIMEOUT_SECONDS
    max_answer_bytes: int = MAX_ANSWER_BYTES
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def get(self, url: str) -> Answer:
        """Ask for what is at an address.

        Raises:
            NotAllowed: it is not one that may be called.
            Unreachable: no whole answer came in time.
        """
        return self._call("GET", url, b"", {})

    def post(self, url: str, body: bytes, *, media_type: str, headers: Mapping[str, str] = {}) -> Answer:
        """Send a body to an address.

        Raises:
            NotAllowed, Unreachable: see `get`.
        """
        return self._call("POST", url, body, {**headers, "content-type": media_type})

    def _call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        wanted = _parse(url)
        deadline = time.monotonic() + self.timeout_seconds
        try:
            address = self._judge(wanted)
            # The address stands in the place of the host; the certificate is still held against the host.
            pinned = httpx.Request(
                method,
                wanted.copy_with(host=str(address)),
                content=body,
                headers={**headers, "host": wanted.netloc.decode("ascii"), "accept-encoding": "identity"},
                extensions={"sni_hostname": wanted.raw_host.decode("ascii")},
            )
            return asyncio.run(self._send(pinned, deadline - time.monotonic()))
        except TimeoutError as fault:
            raise Unreachable(
                f"{wanted.host} did not answer within {self.timeout_seconds:g} seconds"
            ) from fault
        except Unreachable:
            raise
        except Exception as fault:  # whatever an address makes a library stumble over is that address's fault
            raise Unreachable(f"{wanted.host}: {fault or type(fault).__name__}") from fault

    async def _send(self, request: httpx.Request, seconds: float) -> Answer:
        """The answer, whole and in time. The deadline holds for connecting, every header and every octet."""
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(verify=self.tls, trust_env=False, timeout=None) as client,  # noqa: S113 - above
        ):
            response = await client.send(request, stream=True, follow_redirects=False)
            body = b""
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > self.max_answer_bytes:
                    raise Unreachable(f"an answer of more than {self.max_answer_bytes} octets")
            await response.aclose()
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(response.status_code, media_type, body)

    def _judge(self, url: httpx.URL) -> Address:
        """The address to call. All that a host has must be allowed, so that no order of answers matters."""
        addresses = _resolve(url, self.timeout_seconds)
        for address in addresses:
            is_listed = any(address in network for network in self.networks)
            if not is_listed and not _is_public(address):
                raise NotAllowed(f"{url.host} is at {address}, in a network that is not listed")
            if not is_listed and url.scheme != "https":
                raise NotAllowed(f"{url.host} is not listed, so only https leads there")
        return addresses[0]


def _parse(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as fault:
        raise NotAllowed(f"not an address: {fault}") from fault
    if parsed.scheme not in _SCHEMES or not parsed.host or parsed.userinfo:
        raise NotAllowed("only http and https addresses, without a password, are called")
    if parsed.port is not None and not 0 < parsed.port < 1 << 16:
        raise NotAllowed(f"there is no port {parsed.port}")
    return parsed


def _resolve(url: httpx.URL, seconds: float) -> list[Address]:
    """The addresses of a host. A look-up cannot be ended, so one that takes too long is left to itself.

    Raises:
        TimeoutError: it took too long.
        Unreachable: the host has none, or is not spelt as one.
    """
    found: Future[list[Address]] = Future()
    threading.Thread(target=_look_up, args=(url, found), name="look-up", daemon=True).start()
    try:
        return found.result(seconds)
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as fault:  # a label that is empty or too long is a UnicodeError
        raise Unreachable(f"{url.host} was not found") from fault


def _look_up(url: httpx.URL, found: Future[list[Address]]) -> None:
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        entries = socket.getaddrinfo(url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
        found.set_result([_plain(ip_address(str(entry[4][0]).partition("%")[0])) for entry in entries])
    except Exception as fault:  # whoever waits gets it
        found.set_exception(fault)


def _plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) as what it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_public(address: Address) -> bool:
    is_translated = any(address in network for network in _TRANSLATED)
    return address.is_global and not (address.is_multicast or address.is_reserved or is_translated)
