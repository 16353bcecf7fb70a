"""The published log over HTTP: everything up to the checkpoint, nothing beyond it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from registry.auditlog import queries
from registry.auditlog.api import LogApi
from registry.db import Database
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.proof import Proof
from registry.tlog.tile import ENTRIES, Tile, split_bundle, split_hashes, tiles_of_tree
from registry.tlog.tree import leaf_hash
from registry.web.problems import HANDLERS
from tests.auditlog_world import SIGNER, grow, sign

NO_TILES = [
    "tile/0/003",
    "tile/0/002.p/189",
    "tile/0/002",
    "tile/1/000.p/3",
    "tile/2/000.p/1",
    "tile/entries/003",
    "tile/entries/002",
    "tile/entries/000.p/256",
    "tile/0/000.p/0",
    "tile/0/0",
    "tile/9/000",
    "tile/-1/000",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "tile/x/y",
    "tile/0",
]


def serving(db: Database) -> TestClient[Litestar]:
    provided = {"db": Provide(lambda: db, sync_to_thread=False)}
    return TestClient(Litestar([LogApi], dependencies=provided, exception_handlers=HANDLERS))


@pytest.fixture
def client(published: Database) -> Iterator[TestClient[Litestar]]:
    with serving(published) as client:
        yield client


def problem(client: TestClient[Litestar], path: str) -> tuple[int, str]:
    answer = client.get(path)
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, body["code"]


@pytest.mark.spec("c2sp.org/tlog-tiles", "Parameters")
def test_the_checkpoint_is_the_newest_and_fresh(client: TestClient[Litestar]) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert open_checkpoint(answer.content, SIGNER.key).size == 700


@pytest.mark.spec("c2sp.org/tlog-tiles", "Merkle Tree")
def test_every_tile_of_every_published_size_is_served_for_ever(client: TestClient[Litestar]) -> None:
    for size in (300, 700):
        for tile in tiles_of_tree(size):
            answer = client.get(f"/log/{tile.path()}")
            assert answer.status_code == 200, tile
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "immutable" in answer.headers["cache-control"]
            parts = split_bundle(answer.content) if tile.level == ENTRIES else split_hashes(answer.content)
            assert len(parts) == tile.width


@pytest.mark.spec("c2sp.org/tlog-tiles", "Log Entries")
def test_bundles_hold_the_entries_of_their_tiles(client: TestClient[Litestar]) -> None:
    bundle = client.get(f"/log/{Tile(ENTRIES, 1).path()}").content
    tile = client.get(f"/log/{Tile(0, 1).path()}").content
    assert [leaf_hash(entry) for entry in split_bundle(bundle)] == split_hashes(tile)


def test_what_is_no_published_tile_is_not_found(client: TestClient[Litestar]) -> None:
    for path in NO_TILES:
        assert problem(client, f"/log/{path}") == (404, "log-no-such-tile"), path


def test_nothing_beyond_the_checkpoint_is_shown(client: TestClient[Litestar], published: Database) -> None:
    grow(published, 100, start=700)
    assert open_checkpoint(client.get("/log/checkpoint").content, SIGNER.key).size == 700
    assert problem(client, "/log/tile/0/002.p/189")[0] == 404
    assert problem(client, "/log/proof/700") == (404, "log-not-yet-provable")


@pytest.mark.spec("c2sp.org/tlog-proof", "Format")
def test_every_entry_is_provable(client: TestClient[Litestar], published: Database) -> None:
    with published.read() as reading:
        entries = queries.bodies(reading, 0, 700)
    for index in (0, 1, 255, 256, 511, 512, 699):
        answer = client.get(f"/log/proof/{index}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert Proof.parse(answer.content).check(entries[index], SIGNER.key).size == 700


def test_what_cannot_be_an_index(client: TestClient[Litestar]) -> None:
    for index in (-1, 2**63, 10**40):
        assert problem(client, f"/log/proof/{index}") == (404, "log-not-yet-provable")


def test_a_log_that_was_never_signed_shows_nothing(database: Database) -> None:
    grow(database, 300)
    with serving(database) as client:
        for path in ("checkpoint", "tile/0/000", "proof/0"):
            assert problem(client, f"/log/{path}") == (404, "log-nothing-published")


def test_the_empty_log_has_a_checkpoint_and_no_tile(database: Database, tmp_path: Path) -> None:
    sign(database, tmp_path)
    with serving(database) as client:
        assert open_checkpoint(client.get("/log/checkpoint").content, SIGNER.key).size == 0
        assert problem(client, "/log/tile/0/000") == (404, "log-no-such-tile")
