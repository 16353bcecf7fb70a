"""A second opinion: a checker made of golang.org/x/mod agrees with ours, on sound logs and damaged ones."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.auditlog import queries
from registry.db import Database
from registry.exports.full import write_export
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import Cosigner
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Note
from registry.tlog.policy import Group, Log, Policy, Witness
from registry.tlog.proof import Proof
from registry.tlog.tree import inclusion_path
from registry.verification.verify import verify, verify_proof
from tests.auditlog_world import NOW, ORIGIN, SIGNER, high_water, sign
from tests.checker.running import Checker
from tests.integration.exports.conftest import TRUST
from tests.integration.exports.test_verify import change, change_entry, flip, old_checkpoint
from tests.witness_world import cosigner

WITNESSES = (
    cosigner(1),
    Cosigner("witness.example/w2", MLDSA44PrivateKey.from_seed_bytes(bytes(32))),
    cosigner(3),
)


def policy(threshold: int) -> Policy:
    """So many of the three witnesses are asked for."""
    witnesses = tuple(Witness(f"w{number}", one.key) for number, one in enumerate(WITNESSES, 1))
    group = Group("enough", threshold, tuple(one.name for one in witnesses))
    return Policy((Log(SIGNER.key),), witnesses, (group,), "enough")


def cosign(path: Path, witnesses: Sequence[Cosigner]) -> None:
    """Let witnesses cosign the checkpoint in a file, or the one that a proof ends in."""
    head, mark, rest = path.read_text().partition(f"{ORIGIN}\n")
    note = Note.parse((mark + rest).encode())
    lines = tuple(one.cosign(note.body, NOW) for one in witnesses)
    path.write_text(head + Note(note.body, (*note.signatures, *lines)).text())


def test_the_checker_agrees_on_an_export_in_the_zip_and_unpacked(
    checker: Checker, sound: Path, folder: Path
) -> None:
    """LOG acceptance 6: the Go checker passes on the zip."""
    assert checker(sound).text == checker(folder).text == "OK 700 entries"


def test_the_checker_agrees_on_the_empty_log(checker: Checker, database: Database, tmp_path: Path) -> None:
    sign(database, tmp_path)
    with database.read() as reading:
        write_export(reading, tmp_path / "export.zip", TRUST)
    assert verify(tmp_path / "export.zip", SIGNER.key).is_sound
    (tmp_path / "log").mkdir()
    high_water(tmp_path).path.rename(tmp_path / "log" / "checkpoint")
    assert checker(tmp_path / "log").text == "OK 0 entries"


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
def test_the_checker_finds_the_damage_that_we_find(checker: Checker, folder: Path, what: str) -> None:
    DAMAGE[what](folder)
    assert not checker(folder).agrees
    assert not verify(folder, SIGNER.key).is_sound


def test_the_checker_refuses_another_key(checker: Checker, folder: Path) -> None:
    other = VerifierKey(ORIGIN, Kind.ED25519, bytes(range(32)))
    assert not checker(folder, vkey=other.text()).agrees


@pytest.mark.parametrize(
    ("cosigned", "asked", "agrees"),
    [((0, 1), 2, True), ((1, 2), 2, True), ((2, 1, 0), 3, True), ((0, 2), 3, False), ((), 1, False)],
)
def test_the_checker_counts_witnesses_as_we_do(
    checker: Checker, folder: Path, tmp_path: Path, cosigned: Sequence[int], asked: int, agrees: bool
) -> None:
    cosign(folder / "checkpoint", [WITNESSES[one] for one in cosigned])
    rules = policy(asked)
    (tmp_path / "policy").write_text(rules.text())
    assert checker(folder, policy=tmp_path / "policy").agrees == agrees
    report = verify(folder, SIGNER.key, policy=rules)
    assert ("checkpoint-unwitnessed" not in report.counts) == agrees
    assert report.counts.keys() <= {"checkpoint-unwitnessed", "file-changed"}


@pytest.mark.parametrize("line", [1, 2])
def test_the_checker_refuses_a_bad_cosignature_as_we_do(
    checker: Checker, folder: Path, tmp_path: Path, line: int
) -> None:
    cosign(folder / "checkpoint", WITNESSES)
    lines = (folder / "checkpoint").read_text().split("\n")
    at = lines.index("") + 1 + line
    lines[at] = lines[at][:-30] + ("A" if lines[at][-30] != "A" else "B") + lines[at][-29:]
    (folder / "checkpoint").write_text("\n".join(lines))
    (tmp_path / "policy").write_text(policy(1).text())
    assert "witness w" in checker(folder, policy=tmp_path / "policy").fault
    assert "checkpoint-unwitnessed" in verify(folder, SIGNER.key, policy=policy(1)).counts


def test_the_checker_sees_whether_an_older_checkpoint_is_continued(
    checker: Checker, signed_log: Database, sound: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.write_bytes(old_checkpoint(signed_log))
    assert checker(sound, old=[old]).agrees
    for size in (1, 256, 300, 512, 700, 701):
        old.write_text(Checkpoint(ORIGIN, size, bytes(32)).signed(SIGNER))
        assert not checker(sound, old=[old]).agrees, size
        report = verify(sound, SIGNER.key, kept=[old.read_bytes()])
        assert report.counts == {"history-rewritten": 1}


PROOFS: dict[str, Callable[[Proof], Proof]] = {
    "another entry": lambda sound: replace(sound, index=301),
    "another path": lambda sound: replace(sound, path=(bytes(32), *sound.path[1:])),
    "a path cut short": lambda sound: replace(sound, path=sound.path[:-1]),
    "another tree": lambda sound: replace(
        sound, checkpoint=Checkpoint(ORIGIN, 700, bytes(32)).signed(SIGNER)
    ),
    "another key": lambda sound: replace(sound, checkpoint=sound.checkpoint.replace("\n700\n", "\n699\n")),
}


@pytest.mark.parametrize("what", PROOFS)
def test_the_checker_checks_a_proof_that_somebody_kept_as_we_do(
    checker: Checker, signed_log: Database, sound: Path, tmp_path: Path, what: str
) -> None:
    with signed_log.read() as reading:
        entry = queries.bodies(reading, 300, 1)[0]
        path = inclusion_path(300, 700, queries.subtrees(reading))
        row = queries.newest_checkpoint(reading)
    assert row is not None
    proof = Proof(300, tuple(path), row.note)
    for text, agrees in ((proof.text(), True), (PROOFS[what](proof).text(), False)):
        (tmp_path / "kept.tlog-proof").write_text(text)
        assert checker(sound, tmp_path / "kept.tlog-proof").agrees == agrees
        assert verify_proof(text.encode(), entry, SIGNER.key).is_sound == agrees
