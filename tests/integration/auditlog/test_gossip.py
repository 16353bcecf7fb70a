"""Two views of one log are found by whoever compares what two partners hold (LOG table B7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from litestar import Litestar, get
from litestar.di import Provide
from litestar.testing import TestClient

from registry.auditlog.api import LogApi
from registry.auditlog.gossip import gossip, header_value, read_header
from registry.auditlog.publisher import Publisher
from registry.db import Database
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Unproved
from registry.tlog.signing import KeySigner, Signers
from registry.tlog.tree import EMPTY_ROOT, check_consistency
from registry.web.problems import HANDLERS
from registry.witness.request import Growth, split_request
from tests.auditlog_world import ORIGIN, SIGNER, grow, high_water, sign

BOTH = Signers((SIGNER, KeySigner(ORIGIN, MLDSA44PrivateKey.from_seed_bytes(bytes(32)))))


@contextmanager
def serving(db: Database) -> Iterator[TestClient[Litestar]]:
    provided = {"db": Provide(lambda: db, sync_to_thread=False)}
    with TestClient(Litestar([LogApi], dependencies=provided, exception_handlers=HANDLERS)) as client:
        yield client


def check_continues(client: TestClient[Litestar], kept: Checkpoint) -> Checkpoint:
    """What a partner does with a checkpoint it has kept: the newest one, if it continues that."""
    answer = client.get(f"/log/consistency/{kept.size}")
    assert answer.headers["content-type"].startswith("text/plain")
    head, note = split_request(answer.content)
    growth, newest = Growth.parse(head), open_checkpoint(note, *SIGNER.keys)
    assert growth.old_size == kept.size
    check_consistency(
        old_size=kept.size,
        old_root=kept.root,
        new_size=newest.size,
        new_root=newest.root,
        path=growth.path,
    )
    return newest


def test_the_newest_checkpoint_is_shown_to_continue_every_earlier_one(
    database: Database, tmp_path: Path
) -> None:
    kept = [Checkpoint(ORIGIN, 0, EMPTY_ROOT)]
    for count in (1, 6, 250, 300):
        grow(database, count)
        signed = sign(database, tmp_path)
        assert signed is not None
        kept.append(signed)
    with serving(database) as client:
        assert [check_continues(client, one) for one in kept] == [kept[-1]] * len(kept)


def test_a_size_that_was_not_reached_yet_has_no_proof(database: Database, tmp_path: Path) -> None:
    grow(database, 3)
    sign(database, tmp_path)
    grow(database, 3)
    with serving(database) as client:
        for size in (4, 6, 2**70, -1):
            answer = client.get(f"/log/consistency/{size}")
            assert (answer.status_code, answer.json()["code"]) == (404, "log-no-such-size")


def test_who_was_shown_another_view_finds_out(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    """LOG table B7: one key, two databases, two views; partners compare what they were shown."""
    shown = []
    views = [Database(sqlite_url), Database(postgresql_url)]
    for number, view in enumerate(views):
        (tmp_path / str(number)).mkdir()
        grow(view, 20, start=100 * number)
        shown.append(sign(view, tmp_path / str(number)))
        grow(view, 5, start=1000)
        sign(view, tmp_path / str(number))
    ours, theirs = shown
    assert ours is not None
    assert theirs is not None
    for view, kept, foreign in ((views[0], ours, theirs), (views[1], theirs, ours)):
        with serving(view) as client:
            assert check_continues(client, kept).size == 25
            with pytest.raises(Unproved):
                check_continues(client, foreign)
        view.dispose()


def test_the_header_carries_a_checkpoint_that_proves_itself() -> None:
    checkpoint = Checkpoint(ORIGIN, 7, bytes(32))
    value = header_value(checkpoint.signed(BOTH), BOTH.keys)
    assert value.isascii()
    assert len(value) < 400
    assert open_checkpoint(read_header(value), *SIGNER.keys) == checkpoint


@pytest.mark.parametrize(("path", "has_it"), [("/api/v1/a", True), ("/log/b", True), ("/c", False)])
def test_answers_of_the_api_and_of_the_log_carry_it(path: str, has_it: bool) -> None:
    @get(["/api/v1/a", "/log/b", "/c"], sync_to_thread=False)
    def answer() -> str:
        return "answer"

    with TestClient(Litestar([answer], before_send=[gossip(lambda: ":bm90ZQ==:")])) as client:
        assert client.get(path).headers.get("checkpoint") == (":bm90ZQ==:" if has_it else None)
    with TestClient(Litestar([answer], before_send=[gossip(lambda: None)])) as client:
        assert "checkpoint" not in client.get(path).headers


def test_a_worker_passes_on_what_is_served(database: Database, tmp_path: Path) -> None:
    grow(database, 5)
    publisher = Publisher(database, SIGNER, high_water(tmp_path), interval_seconds=0.01)
    publisher.start()
    publisher.stop()
    assert publisher.header is not None
    assert open_checkpoint(read_header(publisher.header), *SIGNER.keys).size == 5
