"""Verifying: every kind of octet that is changed is found and named."""

import random
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from registry.auditlog import queries
from registry.db import Database
from registry.signers.files import create_key, load_signer
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed
from registry.tlog.note import open_note, sign_note
from registry.tlog.proof import Proof
from registry.tlog.tile import split_bundle, write_bundle
from registry.tlog.tree import inclusion_path
from registry.verification import share
from registry.verification.findings import Report
from registry.verification.manifest import Manifest
from registry.verification.sentences import SENTENCES
from registry.verification.trusted import read_keys
from registry.verification.verify import verify, verify_proof
from tests.auditlog_world import ORIGIN, SIGNER


def named(report: Report) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in report.findings}


def flip(octets: bytes, at: int) -> bytes:
    return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]


def change(folder: Path, name: str, how: Callable[[bytes], bytes]) -> None:
    path = folder / name
    path.write_bytes(how(path.read_bytes()))


def add(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")


def change_entry(folder: Path, bundle: str, place: int) -> None:
    entries = split_bundle((folder / bundle).read_bytes())
    entries[place] = flip(entries[place], 10)
    (folder / bundle).write_bytes(write_bundle(entries))


def sign_again(folder: Path) -> None:
    """Make a manifest that agrees with the files, as someone with the log's key can."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    digests = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names if name != "MANIFEST"}
    (folder / "MANIFEST").write_text(sign_note(Manifest(ORIGIN, 700, digests).text(), SIGNER))


CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, str]]] = {
    "entry": (lambda f: change_entry(f, "tile/entries/001", 45), ("entry-changed", "entry 301")),
    "entry at the edge": (
        lambda f: change_entry(f, "tile/entries/002.p/188", 187),
        ("entry-changed", "entry 699"),
    ),
    "length of an entry": (
        lambda f: change(f, "tile/entries/001", lambda octets: flip(octets, 1)),
        ("bundle-malformed", "tile/entries/001"),
    ),
    "tile": (
        lambda f: change(f, "tile/0/001", lambda octets: flip(octets, 32 * 45)),
        ("tile-changed", "tile/0/001"),
    ),
    "tile at the edge": (
        lambda f: change(f, "tile/0/002.p/188", lambda octets: flip(octets, 0)),
        ("tile-changed", "tile/0/002.p/188"),
    ),
    "tile of level 1": (
        lambda f: change(f, "tile/1/000.p/2", lambda octets: flip(octets, 63)),
        ("tile-changed", "tile/1/000.p/2"),
    ),
    "shortened tile": (
        lambda f: change(f, "tile/0/001", lambda octets: octets[:-1]),
        ("tile-changed", "tile/0/001"),
    ),
    "checkpoint's size": (
        lambda f: change(f, "checkpoint", lambda octets: octets.replace(b"\n700\n", b"\n699\n")),
        ("checkpoint-unproved", "checkpoint"),
    ),
    "checkpoint's form": (
        lambda f: change(f, "checkpoint", lambda octets: octets.replace(b"\n700\n", b"\n0700\n")),
        ("checkpoint-malformed", "checkpoint"),
    ),
    "checkpoint's signature line": (
        lambda f: change(f, "checkpoint", lambda octets: octets[:-1]),
        ("checkpoint-malformed", "checkpoint"),
    ),
    "key": (
        lambda f: change(f, "trust/log.vkey", lambda octets: flip(octets, 30)),
        ("key-differs", "trust/log.vkey"),
    ),
    "opening": (
        lambda f: change(f, "openings.jsonl", lambda octets: octets.replace(b"thing-6", b"thing-7", 1)),
        ("opening-wrong", "openings.jsonl line 2"),
    ),
    "form of an opening": (
        lambda f: change(f, "openings.jsonl", lambda octets: b" " + octets),
        ("opening-malformed", "openings.jsonl line 1"),
    ),
    "order of openings": (
        lambda f: change(f, "openings.jsonl", lambda octets: octets + octets.splitlines(keepends=True)[0]),
        ("opening-malformed", "openings.jsonl line 118"),
    ),
    "list for people": (
        lambda f: change(f, "index.csv", lambda octets: flip(octets, 500)),
        ("file-changed", "index.csv"),
    ),
    "instructions": (
        lambda f: change(f, "README.txt", lambda octets: octets + b"\n"),
        ("file-changed", "README.txt"),
    ),
    "manifest": (
        lambda f: change(f, "MANIFEST", lambda octets: flip(octets, 60)),
        ("manifest-unproved", "MANIFEST"),
    ),
    "form of the manifest": (
        lambda f: (f / "MANIFEST").write_text(sign_note("registry-export/v2\n", SIGNER)),
        ("manifest-malformed", "MANIFEST"),
    ),
    "missing tile": (lambda f: (f / "tile/0/001").unlink(), ("missing-file", "tile/0/001")),
    "missing bundle": (lambda f: (f / "tile/entries/001").unlink(), ("missing-file", "tile/entries/001")),
    "missing checkpoint": (lambda f: (f / "checkpoint").unlink(), ("missing-file", "checkpoint")),
    "missing openings": (lambda f: (f / "openings.jsonl").unlink(), ("missing-file", "openings.jsonl")),
    "missing list": (lambda f: (f / "index.csv").unlink(), ("missing-file", "index.csv")),
    "missing manifest": (lambda f: (f / "MANIFEST").unlink(), ("missing-file", "MANIFEST")),
    "foreign file": (lambda f: add(f, "more"), ("unexpected-file", "more")),
    "outdated tile": (
        lambda f: add(f, "tile/0/001.p/7"),
        ("unexpected-file", "tile/0/001.p/7"),
    ),
    "foreign document": (
        lambda f: add(f, f"documents/{'ab' * 32}"),
        ("document-changed", f"documents/{'ab' * 32}"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_found_and_named(folder: Path, what: str) -> None:
    how, finding = CHANGES[what]
    how(folder)
    report = verify(folder, SIGNER.key)
    assert not report.is_sound
    assert finding in named(report)


@pytest.mark.parametrize(
    "what", ["entry", "entry at the edge", "tile", "tile at the edge", "tile of level 1"]
)
def test_a_change_is_all_that_is_named_even_under_a_new_manifest(folder: Path, what: str) -> None:
    how, finding = CHANGES[what]
    how(folder)
    sign_again(folder)
    assert named(verify(folder, SIGNER.key)) == {finding}


def test_an_entry_and_its_hash_changed_together_are_found(folder: Path) -> None:
    change_entry(folder, "tile/entries/001", 45)
    entry = split_bundle((folder / "tile/entries/001").read_bytes())[45]
    leaf = sha256(b"\0" + entry).digest()
    change(folder, "tile/0/001", lambda octets: octets[: 45 * 32] + leaf + octets[46 * 32 :])
    sign_again(folder)
    assert named(verify(folder, SIGNER.key)) == {
        ("tile-changed", "tile/1/000.p/2"),
        ("root-differs", "checkpoint"),
    }


def test_another_tree_under_the_same_key_does_not_fit_its_entries(folder: Path) -> None:
    (folder / "checkpoint").write_text(Checkpoint(ORIGIN, 700, bytes(32)).signed(SIGNER))
    sign_again(folder)
    assert named(verify(folder, SIGNER.key)) == {
        ("root-differs", "checkpoint"),
        ("history-rewritten", "checkpoints/700.checkpoint"),
    }


def test_a_manifest_of_another_checkpoint_is_named(folder: Path) -> None:
    digests = Manifest.parse(open_note((folder / "MANIFEST").read_bytes(), [SIGNER.key])).digests
    (folder / "MANIFEST").write_text(sign_note(Manifest(ORIGIN, 699, digests).text(), SIGNER))
    assert named(verify(folder, SIGNER.key)) == {("manifest-unproved", "MANIFEST")}


def test_another_key_proves_nothing(export: Path, tmp_path: Path) -> None:
    create_key(tmp_path / "other.pem")
    other = load_signer(tmp_path / "other.pem", ORIGIN)
    assert named(verify(export, other.key)) == {
        ("manifest-unproved", "MANIFEST"),
        ("key-differs", "trust/log.vkey"),
        ("checkpoint-unproved", "checkpoint"),
    }


def test_two_processes_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for what in ("entry", "entry at the edge", "tile at the edge", "opening", "foreign document"):
        CHANGES[what][0](folder)
    (folder / "tile/0/000").unlink()
    alone = verify(folder, SIGNER.key)
    monkeypatch.setattr(share, "WORTH_SHARING", 1)
    together = verify(folder, SIGNER.key)
    assert len(named(alone)) > 5
    assert named(together) == named(alone)


def damage_and_verify(folder: Path, *, seed: int, times: int) -> None:
    """Change one octet of some file to another value, verify, and put it back."""
    dice = random.Random(seed)  # noqa: S311 - which octet to damage is no secret
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(times):
        path = dice.choices(files, [path.stat().st_size for path in files])[0]
        octets = path.read_bytes()
        at = dice.randrange(len(octets))
        path.write_bytes(octets[:at] + bytes([octets[at] ^ dice.randrange(1, 256)]) + octets[at + 1 :])
        assert not verify(folder, SIGNER.key).is_sound, (path, at)
        path.write_bytes(octets)
    assert verify(folder, SIGNER.key).is_sound


def test_one_changed_octet_anywhere_is_never_missed(folder: Path) -> None:
    damage_and_verify(folder, seed=1, times=60)


def test_a_changed_octet_within_the_zip_is_named_where_it_is(export: Path) -> None:
    with zipfile.ZipFile(export) as archive:
        entry = split_bundle(archive.read("tile/entries/001"))[45]
    octets = export.read_bytes()
    export.write_bytes(flip(octets, octets.index(entry) + 5))
    assert ("entry-changed", "entry 301") in named(verify(export, SIGNER.key))


@pytest.mark.parametrize(
    "octets", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "no files"]
)
def test_what_is_no_export(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(octets)
    assert verify(path, SIGNER.key).counts.keys() <= {"archive-unreadable", "missing-file"}
    assert not verify(path, SIGNER.key).is_sound
    assert not verify(tmp_path / "nothing.zip", SIGNER.key).is_sound


def test_a_file_that_claims_to_be_huge_is_not_read(folder: Path) -> None:
    with (folder / "checkpoint").open("wb") as file:
        file.truncate(1 << 33)
    assert ("unreadable-file", "checkpoint") in named(verify(folder, SIGNER.key))


def test_a_name_that_occurs_twice_is_named(export: Path) -> None:
    with zipfile.ZipFile(export, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("checkpoint", "another")
    assert ("duplicate-file", "checkpoint") in named(verify(export, SIGNER.key))


def old_checkpoint(db: Database) -> bytes:
    with db.read() as reading:
        note: str = queries.all_checkpoints(reading)[0].note
    return note.encode()


def test_an_older_checkpoint_is_continued(signed_log: Database, sound: Path) -> None:
    assert verify(sound, SIGNER.key, kept=[old_checkpoint(signed_log)]).is_sound


def test_an_older_checkpoint_of_another_history_is_named(export: Path) -> None:
    for size in (0, 1, 256, 300, 512, 700, 701):
        other = Checkpoint(ORIGIN, size, bytes(32)).signed(SIGNER).encode()
        report = verify(export, SIGNER.key, kept=[other])
        assert named(report) == {("history-rewritten", "the older checkpoint")}


def test_an_older_checkpoint_that_is_none_is_named(signed_log: Database, export: Path) -> None:
    damaged = old_checkpoint(signed_log).replace(b"\n300\n", b"\n301\n")
    report = verify(export, SIGNER.key, kept=[damaged])
    assert named(report) == {("checkpoint-unproved", "the older checkpoint")}
    report = verify(export, SIGNER.key, kept=[b""])
    assert named(report) == {("checkpoint-malformed", "the older checkpoint")}


def test_a_proof_is_checked_with_its_entry(signed_log: Database) -> None:
    with signed_log.read() as reading:
        entry = queries.bodies(reading, 300, 1)[0]
        path = inclusion_path(300, 700, queries.subtrees(reading))
        row = queries.newest_checkpoint(reading)
    assert row is not None
    proof = Proof(300, tuple(path), row.note).text().encode()
    report = verify_proof(proof, entry, SIGNER.key)
    assert (report.is_sound, report.size) == (True, 700)
    assert verify_proof(proof, flip(entry, 3), SIGNER.key).counts == {"proof-unproved": 1}
    for at in range(len(proof)):
        codes = verify_proof(flip(proof, at), entry, SIGNER.key).counts.keys()
        assert codes in ({"proof-malformed"}, {"proof-unproved"})


def test_a_key_is_read_from_a_text_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "log.vkey"
    path.write_text(f"{SIGNER.key.text()}\n")
    assert read_keys(str(path)) == read_keys(SIGNER.key.text()) == [SIGNER.key]
    for wrong in ("", "nothing", "a+b+c", str(tmp_path)):
        with pytest.raises(Malformed):
            read_keys(wrong)


def test_a_report_tells_people_and_programs_the_same(folder: Path) -> None:
    change_entry(folder, "tile/entries/001", 45)
    sign_again(folder)
    report = verify(folder, SIGNER.key)
    assert report.text() == "entry-changed: entry 301 is not what was logged"
    assert report.document()["findings"] == [
        {
            "code": "entry-changed",
            "place": "entry 301",
            "detail": "",
            "en": "entry 301 is not what was logged",
            "cy": "nid yw cofnod 301 yr hyn a logiwyd",
        }
    ]
    assert report.document()["sound"] is False


def test_of_very_many_findings_all_are_counted() -> None:
    report = Report(ORIGIN)
    for index in range(1500):
        report.add("entry-changed", f"entry {index}")
    assert len(report.findings) == 1000
    assert report.counts == {"entry-changed": 1500}
    assert report.text().endswith("and 500 more")


def test_every_sentence_names_its_place() -> None:
    assert all("{place}" in en and "{place}" in cy for en, cy in SENTENCES.values())
    assert all(("{detail}" in en) == ("{detail}" in cy) for en, cy in SENTENCES.values())
