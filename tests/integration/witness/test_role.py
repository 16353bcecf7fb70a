"""The witness role: what it answers over HTTP, what it remembers, and that it never forgets."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from registry.cli import main
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.cosignature import check_cosignatures, read_answer
from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Note
from registry.witness.folder import WitnessFolder
from registry.witness.request import TREE_SIZE, log_id
from registry.witness.rules import Seen
from registry.witness.server import create_witness
from registry.witness.store import Store
from tests.auditlog_world import ORIGIN, SIGNER
from tests.witness_world import LOGS, History, cosigner

OURS, FORKED = History(), History("another")
US = cosigner(1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "seen.sqlite3")


@pytest.fixture
def client(store: Store) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_witness(US, LOGS, store)) as client:
        yield client


def add(client: TestClient[Litestar], body: bytes) -> tuple[int, str, str]:
    answer = client.post("/add-checkpoint", content=body)
    return answer.status_code, answer.headers["content-type"].partition(";")[0], answer.text


@pytest.mark.spec("c2sp.org/tlog-witness", "add-checkpoint")
def test_a_log_is_cosigned_as_it_grows(client: TestClient[Litestar]) -> None:
    for old, new in [(0, 0), (0, 3), (3, 3), (3, 20)]:
        status, media_type, text = add(client, OURS.request(old, new))
        assert (status, media_type) == (200, "text/plain")
        line = read_answer(OURS.checkpoint(new).text(), text.encode(), US.key)
        assert f"{line.line()}\n" == text


@pytest.mark.spec("c2sp.org/tlog-witness", "monitoring")
def test_the_newest_note_is_shown_to_anyone(client: TestClient[Litestar]) -> None:
    where = f"/{log_id(ORIGIN)}/checkpoint"
    assert client.get(where).status_code == 404
    add(client, OURS.request(0, 3))
    add(client, OURS.request(3, 20))
    shown = client.get(where)
    assert shown.headers["content-type"].startswith("text/plain")
    assert open_checkpoint(shown.content, *SIGNER.keys) == OURS.checkpoint(20)
    assert [one.key for one in check_cosignatures(Note.parse(shown.content), [US.key])] == [US.key]
    assert client.get(f"/{log_id('unknown.example/log')}/checkpoint").status_code == 404


@pytest.mark.spec("c2sp.org/tlog-witness", "add-checkpoint")
def test_what_it_refuses_leaves_what_it_has_seen(client: TestClient[Litestar], store: Store) -> None:
    add(client, OURS.request(0, 5))
    before = store.seen(ORIGIN)
    refusals = {
        404: OURS.request(5, 7).replace(b"registry.example", b"stranger.example"),
        403: OURS.request(5, 7).replace(
            "— registry.example/log ".encode(), b"\xe2\x80\x94 registry.example/x "
        ),
        400: b"old 8\n\n" + OURS.note(7).encode(),
        422: FORKED.request(5, 7),
    }
    assert {add(client, body)[0] for body in refusals.values()} == set(refusals)
    for status, body in refusals.items():
        assert add(client, body)[:2] == (status, "text/plain")
    assert store.seen(ORIGIN) == before


@pytest.mark.spec("c2sp.org/tlog-witness", "add-checkpoint")
def test_another_old_size_is_answered_with_the_one_seen(client: TestClient[Litestar]) -> None:
    add(client, OURS.request(0, 5))
    assert add(client, OURS.request(0, 7)) == (409, TREE_SIZE, "5\n")
    assert add(client, OURS.request(5, 7))[0] == 200


def test_a_request_that_is_too_long_is_not_read(client: TestClient[Litestar]) -> None:
    assert client.post("/add-checkpoint", content=b"x" * ((1 << 18) + 1)).status_code == 413


def test_of_several_that_grow_it_at_once_one_history_results(store: Store) -> None:
    histories = [History(word) for word in ("one", "two", "three", "four")]
    for size in (1, 2, 3):
        before = store.seen(ORIGIN)

        def advance(history: History, before: Seen = before, size: int = size) -> bool:
            return store.advance(before, history.checkpoint(size), history.note(size))

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(advance, histories)) == 1
        assert store.seen(ORIGIN).size == size


def test_what_was_seen_outlives_the_process(tmp_path: Path, store: Store) -> None:
    assert store.seen(ORIGIN) == Seen()
    assert store.advance(Seen(), OURS.checkpoint(5), OURS.note(5))
    seen = Store(tmp_path / "seen.sqlite3").seen(ORIGIN)
    assert seen == Seen(5, OURS.checkpoint(5).root, OURS.note(5))
    assert not store.advance(Seen(), FORKED.checkpoint(6), FORKED.note(6))
    assert not store.advance(Seen(4, seen.root, "note"), FORKED.checkpoint(6), FORKED.note(6))
    assert store.advance(seen, OURS.checkpoint(6), OURS.note(6))


@pytest.mark.parametrize(("option", "kind"), [([], Kind.COSIGNATURE), (["--ml-dsa"], Kind.ML_DSA_44)])
def test_a_witness_is_made_once(tmp_path: Path, option: list[str], kind: Kind) -> None:
    command = ["witness", "init", "partner.example/witness", "--data-dir", str(tmp_path / "w"), *option]
    made = CliRunner().invoke(main, command)
    key = VerifierKey.parse(made.output.splitlines()[0])
    folder = WitnessFolder(tmp_path / "w")
    assert (key.name, key.kind, folder.cosigner().key) == ("partner.example/witness", kind, key)
    assert folder.logs() == {}
    assert stat.S_IMODE(os.stat(tmp_path / "w" / "witness.pem").st_mode) == 0o600
    assert CliRunner().invoke(main, command).exit_code == 1
    assert folder.cosigner().key == key


def test_a_witness_trusts_the_logs_of_its_folder(tmp_path: Path) -> None:
    folder = WitnessFolder(tmp_path)
    folder.create("partner.example/witness", Kind.ED25519)
    (tmp_path / "logs").write_text(f"log {SIGNER.key.text()}\nquorum none\n")
    assert folder.logs() == LOGS
    (tmp_path / "logs").write_text("logs\n")
    with pytest.raises(Malformed):
        folder.logs()


def test_a_folder_whose_key_was_exchanged_does_not_serve(tmp_path: Path) -> None:
    folder = WitnessFolder(tmp_path)
    folder.create("partner.example/witness", Kind.ED25519)
    (tmp_path / "witness.vkey").write_text(US.key.text() + "\n")
    served = CliRunner().invoke(main, ["witness", "serve", "--data-dir", str(tmp_path)])
    assert served.exit_code == 1
    assert "is not the public half" in served.output


@pytest.mark.parametrize("left", [None, b""], ids=["no file", "an empty file"])
def test_a_witness_that_lost_what_it_has_seen_does_not_serve(tmp_path: Path, left: bytes | None) -> None:
    """It would cosign another history under the key that cosigned the first."""
    WitnessFolder(tmp_path).create("partner.example/witness", Kind.ED25519)
    assert WitnessFolder(tmp_path).store().seen(ORIGIN) == Seen()
    seen = tmp_path / "seen.sqlite3"
    for path in tmp_path.glob("seen.sqlite3*"):
        path.unlink()
    if left is not None:
        seen.write_bytes(left)
    served = CliRunner().invoke(main, ["witness", "serve", "--data-dir", str(tmp_path)])
    assert served.exit_code == 1
    assert "what this witness has seen" in served.output
    assert seen.exists() == (left is not None)


def test_a_witness_whose_memory_goes_while_it_serves_cosigns_nothing(tmp_path: Path, store: Store) -> None:
    for path in tmp_path.glob("seen.sqlite3*"):
        path.unlink()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        store.seen(ORIGIN)
    assert not list(tmp_path.iterdir())
