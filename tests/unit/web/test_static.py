"""Styles and scripts over HTTP: kept for good, compressed for who takes it, told apart by content alone."""

import gzip
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.web.pages.files import STATIC, read_static, static
from registry.web.problems import HANDLERS

STYLES = static("registry.css")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar([read_static], exception_handlers=HANDLERS, openapi_config=None)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("encoding", ["gzip", "br, gzip;q=0.9", "identity", "", "br", "gzip;q=0"])
def test_a_file_is_compressed_for_those_who_take_it(client: TestClient[Litestar], encoding: str) -> None:
    with client.stream("GET", STYLES, headers={"accept-encoding": encoding}) as answer:
        sent = b"".join(answer.iter_raw())
    is_packed = ("gzip" in encoding and "q=0.9" in encoding) or encoding == "gzip"
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed
    assert (gzip.decompress(sent) if is_packed else sent) == (STATIC / "registry.css").read_bytes()
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"


def test_a_tag_stands_for_one_content_in_one_encoding(client: TestClient[Litestar]) -> None:
    tags = [
        client.get(STYLES, headers={"accept-encoding": encoding}).headers["etag"]
        for encoding in ("gzip", "identity")
    ]
    assert tags[0] != tags[1]
    assert all(STYLES.split(".")[1] in tag for tag in tags)


@pytest.mark.parametrize("sent", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_who_has_a_file_is_not_sent_it_again(client: TestClient[Litestar], sent: str) -> None:
    tag = client.get(STYLES).headers["etag"]
    answer = client.get(STYLES, headers={"if-none-match": sent.format(tag=tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert client.get(STYLES, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/static/registry.css", "/static/registry.0000000000000000.css", "/static/..%2Ffiles.py"]
)
def test_nothing_else_is_served(client: TestClient[Litestar], address: str) -> None:
    assert client.get(address).status_code == 404
