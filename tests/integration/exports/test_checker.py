"""A second opinion: a checker made of golang.org/x/mod agrees with ours, on sound logs and damaged ones."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.auditlog.api import LogApi
from registry.db import Database
from registry.exports.full import write_export
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.tile import tiles_of_tree
from registry.verification.verify import verify
from tests.auditlog_world import ORIGIN, SIGNER, high_water, sign
from tests.checker.building import build
from tests.integration.auditlog.test_api import serving
from tests.integration.exports.conftest import TRUST
from tests.integration.exports.test_verify import change, change_entry, flip

Check = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def check(pytestconfig: pytest.Config) -> Check:
    """The checker, run on a folder and some proof files with a key."""
    program = build(pytestconfig.cache.mkdir("checker"))

    def run(log: Path, *proofs: Path, vkey: str = SIGNER.key.text()) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, vkey, log, *proofs], capture_output=True, text=True, check=False)

    return run


def fetch(db: Database, folder: Path) -> Path:
    """What anyone can fetch from a registry: the static log, and the proof of entry 300."""
    (folder / "tile").mkdir(parents=True)
    names = ["checkpoint", "proof/300", *(tile.path() for tile in tiles_of_tree(700))]
    with serving(db) as client:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(client.get(f"{LogApi.path}/{name}").raise_for_status().content)
    return folder


def test_the_checker_agrees_on_an_export(check: Check, folder: Path) -> None:
    answer = check(folder)
    assert (answer.returncode, answer.stdout) == (0, "OK 700 entries\n")


def test_the_checker_agrees_on_the_log_as_served_and_on_a_proof(
    check: Check, published: Database, tmp_path: Path
) -> None:
    log = fetch(published, tmp_path / "served")
    proof = log / "proof" / "300"
    assert check(log, proof).stdout == "OK 700 entries\n"
    proof.write_text(proof.read_text().replace("index 300", "index 301"))
    assert check(log, proof).returncode == 1


def test_the_checker_agrees_on_the_empty_log(check: Check, database: Database, tmp_path: Path) -> None:
    sign(database, tmp_path)
    with database.read() as reading:
        write_export(reading, tmp_path / "export.zip", TRUST)
    assert verify(tmp_path / "export.zip", SIGNER.key).is_sound
    (tmp_path / "log").mkdir()
    high_water(tmp_path).path.rename(tmp_path / "log" / "checkpoint")
    assert check(tmp_path / "log").stdout == "OK 0 entries\n"


DAMAGE: dict[str, Callable[[Path], object]] = {
    "entry": lambda f: change_entry(f, "tile/entries/001", 45),
    "entry at the edge": lambda f: change_entry(f, "tile/entries/002.p/188", 187),
    "tile": lambda f: change(f, "tile/0/001", lambda octets: flip(octets, 32 * 45)),
    "tile at the edge": lambda f: change(f, "tile/0/002.p/188", lambda octets: flip(octets, 0)),
    "tile of level 1": lambda f: change(f, "tile/1/000.p/2", lambda octets: flip(octets, 63)),
    "missing tile": lambda f: (f / "tile/0/001").unlink(),
    "missing bundle": lambda f: (f / "tile/entries/001").unlink(),
    "checkpoint": lambda f: change(f, "checkpoint", lambda octets: octets.replace(b"\n700\n", b"\n699\n")),
    "signature": lambda f: change(f, "checkpoint", lambda octets: flip(octets, len(octets) - 20)),
    "another root": lambda f: (f / "checkpoint").write_text(
        Checkpoint(ORIGIN, 700, bytes(32)).signed(SIGNER)
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_the_checker_finds_the_damage_that_we_find(check: Check, folder: Path, what: str) -> None:
    DAMAGE[what](folder)
    answer = check(folder)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert not verify(folder, SIGNER.key).is_sound


def test_the_checker_refuses_another_key(check: Check, folder: Path) -> None:
    other = VerifierKey(ORIGIN, Kind.ED25519, bytes(range(32)))
    assert check(folder, vkey=other.text()).returncode == 1
