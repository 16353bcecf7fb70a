"""Pages are compressed for browsers that take it, and nothing else is touched."""

import gzip
from collections.abc import Iterator
from typing import Any, cast

import pytest
from litestar import Litestar, MediaType, Response, get
from litestar.response import Stream
from litestar.testing import TestClient

from registry.web.packing import Packing, packed

PAGE = "<p>Who shares what with whom, and why.</p>" * 100


@get("/page", media_type=MediaType.HTML, sync_to_thread=False)
def read_page() -> str:
    return PAGE


@get("/json", sync_to_thread=False)
def read_json() -> Response[str]:
    return Response(PAGE, media_type="application/json")


@get("/stream", sync_to_thread=False)
def read_stream() -> Stream:
    return Stream(iter([PAGE, PAGE]), media_type=MediaType.HTML)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar([read_page, read_json, read_stream], openapi_config=None)
    with TestClient(cast(Any, Packing(app))) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "encoding", "is_packed"),
    [
        ("/page", "gzip", True),
        ("/page", "identity", False),
        ("/page", "gzip;q=0", False),
        ("/json", "gzip", False),
        ("/stream", "gzip", False),
        ("/nowhere", "gzip", False),
    ],
)
def test_pages_alone_are_packed_for_those_who_take_it(
    client: TestClient[Litestar], path: str, encoding: str, is_packed: bool
) -> None:
    with client.stream("GET", path, headers={"accept-encoding": encoding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed
    assert int(answer.headers.get("content-length", len(sent))) == len(sent)
    if is_packed:
        assert gzip.decompress(sent).decode() == PAGE


def test_the_length_of_a_page_has_some_chance_in_it() -> None:
    made = [packed(PAGE.encode()) for _ in range(50)]
    assert len({len(one) for one in made}) > 10
    assert {gzip.decompress(one) for one in made} == {PAGE.encode()}
