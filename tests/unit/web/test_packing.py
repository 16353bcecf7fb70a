"""Pages are compressed for those who take them so, and nothing else is."""

import gzip
from collections.abc import Iterator

import pytest
from litestar import Litestar, MediaType, get
from litestar.response import Stream
from litestar.testing import TestClient

from registry.web.packing import MOST_PADDING, Packing, packed

PAGE = "<!DOCTYPE html>" + "<p>ŵ</p>" * 500


@get("/page", media_type=MediaType.HTML, sync_to_thread=False)
def read_page() -> str:
    return PAGE


@get("/data", sync_to_thread=False)
def read_data() -> dict[str, str]:
    return {"a": "b" * 1000}


@get("/stream", media_type=MediaType.HTML, sync_to_thread=False)
def read_stream() -> Stream:
    return Stream(iter(["<p>", "</p>"]), media_type=MediaType.HTML)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Packing]]:
    app = Packing(Litestar([read_page, read_data, read_stream], openapi_config=None))
    with TestClient(app) as client:
        yield client


def test_a_page_is_compressed_for_who_takes_it(client: TestClient[Packing]) -> None:
    with client.stream("GET", "/page", headers={"accept-encoding": "gzip"}) as answer:
        sent = b"".join(answer.iter_raw())
    assert gzip.decompress(sent).decode() == PAGE
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(sent))
    assert answer.headers["vary"] == "accept-encoding"
    assert len(sent) < len(PAGE) / 10


@pytest.mark.parametrize(
    ("path", "accepted"),
    [("/page", "identity"), ("/page", "gzip;q=0"), ("/data", "gzip"), ("/stream", "gzip")],
)
def test_all_else_is_sent_as_it_is(client: TestClient[Packing], path: str, accepted: str) -> None:
    answer = client.get(path, headers={"accept-encoding": accepted})
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers
    assert answer.text


def test_the_length_of_a_page_tells_nothing_of_its_secrets() -> None:
    lengths = {len(packed(PAGE.encode())) for _ in range(200)}
    assert 20 < len(lengths) <= MOST_PADDING
