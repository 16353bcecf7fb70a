"""Styles and scripts: each at an address that holds the digest of its content, compressed beforehand.

What lies in `static/` is read once. An address never stands for other content, so browsers keep it for good,
and every replica gives the same address and the same `ETag`.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    name: str
    digest: str
    media_type: str
    plain: bytes
    packed: bytes

    @property
    def address(self) -> str:
        """Where it is: `/static/registry.0123456789abcdef.css`."""
        stem, _, ending = self.name.rpartition(".")
        return f"/static/{stem}.{self.digest}.{ending}"


@cache
def _by_address() -> dict[str, File]:
    """Every file by its address."""
    files = (_read(path) for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA_TYPES)
    return {file.address: file for file in files}


@cache
def static(name: str) -> str:
    """The address of a file of `static/`, by its plain name.

    Raises:
        KeyError: there is none.
    """
    return {file.name: file.address for file in _by_address().values()}[name]


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=False)
def read_static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A style or a script."""
    file = _by_address().get(f"/static/{name}")
    if file is None:
        raise NotFoundException
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "vary": "accept-encoding",
    }
    if not takes_gzip(request.headers.get("accept-encoding", "")):
        return _answer(request, file.plain, f'"{file.digest}"', file.media_type, headers)
    headers["content-encoding"] = "gzip"
    return _answer(request, file.packed, f'"{file.digest}-gzip"', file.media_type, headers)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client names gzip, and not to refuse it (RFC 9110 section 12.5.3)."""
    offers = [offer.replace(" ", "").lower().partition(";") for offer in accept_encoding.split(",")]
    return any(coding == "gzip" and not re.fullmatch(r"q=0(\.0*)?", weight) for coding, _, weight in offers)


def _answer(
    request: Request[Any, Any, Any], content: bytes, etag: str, media_type: str, headers: dict[str, str]
) -> Response[bytes]:
    """The content, or 304 for who has it. Each encoding has its own tag (RFC 9110 section 8.8.3.3)."""
    headers["etag"] = etag
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known or known == ["*"]:
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(content, headers=headers, media_type=media_type)


def _read(path: Path) -> File:
    plain = path.read_bytes()
    return File(
        name=path.name,
        digest=sha256(plain).hexdigest()[:16],
        media_type=MEDIA_TYPES[path.suffix],
        plain=plain,
        packed=gzip.compress(plain, mtime=0),
    )
