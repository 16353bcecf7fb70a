"""Time stamps in what an auditor is given: told in words, and whoever changes or removes one is found out."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from registry.auditlog.queries import newest_checkpoint
from registry.auditlog.tables import TimestampToken
from registry.cli import main
from registry.db import Database
from registry.exports.full import write_export
from registry.tlog.checkpoint import Checkpoint
from registry.verification.timestamps import check_response, stamped_octets
from registry.verification.verify import verify
from tests.auditlog_world import ORIGIN, SIGNER, grow, sign
from tests.integration.exports.conftest import TRUST
from tests.integration.exports.test_case import case_of, check, everything, named, seal_again, tell
from tests.scheduling import ENGINES
from tests.timestamping import Authority, make_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("time") / "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of the same name that the auditor does not trust."""
    return make_authority(tmp_path_factory.mktemp("time") / "stranger")


def token(authority: Authority, note: bytes) -> bytes:
    query = TimestampRequestBuilder().data(stamped_octets(note)).hash_algorithm(HashAlgorithm.SHA256).build()
    return authority.answer(query.as_bytes())


def stamp(db: Database, authority: Authority) -> None:
    """Have the newest checkpoint stamped."""
    with db.read() as reading:
        newest = newest_checkpoint(reading)
    assert newest is not None
    tsr = token(authority, newest.note.encode())
    at = check_response(tsr, newest.note.encode(), [authority.root]).at
    with db.write() as tx:
        tx.insert(TimestampToken, size=newest.size, tsa="https://tsa.test", tsr=tsr, gen_time=at)
        tx.note_event()


def grown(db: Database, folder: Path, authority: Authority) -> None:
    """A log that was stamped at 5 and at 9 entries, and has 12."""
    for count in (5, 4):
        grow(db, count)
        sign(db, folder)
        stamp(db, authority)
    grow(db, 3)
    sign(db, folder)


def exported(url: str, folder: Path, authority: Authority) -> Path:
    """The full export of that log."""
    database = Database(url)
    grown(database, folder, authority)
    with database.read() as reading:
        write_export(reading, folder / "export.zip", TRUST)
    database.dispose()
    return folder / "export.zip"


@pytest.fixture(scope="module")
def export(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Path:
    """The full export, for tests of what has left the registry."""
    folder = tmp_path_factory.mktemp("stamped")
    shutil.copyfile(sqlite_template, folder / "registry.sqlite3")
    return exported(f"sqlite:///{folder / 'registry.sqlite3'}", folder, authority)


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def run(*arguments: Path | str) -> Result:
    """The command that an auditor runs, under the log's key."""
    given = ["verify", "--vkey", SIGNER.key.text(), *map(str, arguments)]
    return CliRunner().invoke(main, given, catch_exceptions=False)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_tells_when_a_time_stamp_authority_has_seen_the_log(
    request: pytest.FixtureRequest, tmp_path: Path, authority: Authority, stranger: Authority, engine: str
) -> None:
    export = exported(request.getfixturevalue(f"{engine}_url"), tmp_path, authority)
    told = run(export, "--tsa", authority.root_file)
    assert told.exit_code == 0
    assert "the first 9 entries were there at " in told.output
    welsh = run(export, "--tsa", authority.root_file, "--lang", "cy")
    assert "roedd y 9 cofnod cyntaf yno am " in welsh.output
    assert "were there" not in run(export).output
    both = run(export, "--tsa", stranger.root_file, "--tsa", authority.root_file)
    assert both.exit_code == 0

    other = run(export, "--tsa", stranger.root_file)
    assert other.exit_code == 1
    assert other.output.count("token-unproved") == 2
    (tmp_path / "none.pem").write_text("no certificate")
    assert run(export, "--tsa", tmp_path / "none.pem").exit_code == 2
    assert run(export, "--tsa", tmp_path / "nowhere.pem").exit_code == 2


def rewritten(folder: Path) -> None:
    """Put another checkpoint, signed with the log's own key, where the stamped one was."""
    (folder / "checkpoints/9.checkpoint").write_text(Checkpoint(ORIGIN, 9, bytes(32)).signed(SIGNER))


def exchange(folder: Path) -> None:
    first, second = folder / "tsr/5.tsr", folder / "tsr/9.tsr"
    octets = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(octets)


def flipped(folder: Path) -> None:
    octets = bytearray((folder / "tsr/9.tsr").read_bytes())
    octets[-20] ^= 1  # within the authority's signature
    (folder / "tsr/9.tsr").write_bytes(octets)


CHANGES: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "a changed token": (flipped, {("token-unproved", "tsr/9.tsr")}),
    "no token at all": (
        lambda f: (f / "tsr/9.tsr").write_bytes(b"x"),
        {("token-unproved", "tsr/9.tsr")},
    ),
    "two tokens exchanged": (exchange, {("token-unproved", "tsr/5.tsr"), ("token-unproved", "tsr/9.tsr")}),
    "another checkpoint under a token": (
        rewritten,
        {("token-unproved", "tsr/9.tsr"), ("history-rewritten", "checkpoints/9.checkpoint")},
    ),
    "a token of nothing": (
        lambda f: shutil.copy(f / "tsr/9.tsr", f / "tsr/7.tsr"),
        {("missing-file", "checkpoints/7.checkpoint")},
    ),
    "every token removed": (lambda f: shutil.rmtree(f / "tsr"), {("token-missing", "tsr/")}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_token_that_somebody_changed_is_named_even_under_a_new_manifest(
    export: Path, tmp_path: Path, authority: Authority, what: str
) -> None:
    how, findings = CHANGES[what]
    folder = unpacked(export, tmp_path)
    how(folder)
    seal_again(folder)
    assert named(verify(folder, SIGNER.key, authorities=[authority.root])) == findings


def test_a_token_that_is_gone_is_missed_whoever_trusts_its_authority(export: Path, tmp_path: Path) -> None:
    folder = unpacked(export, tmp_path)
    (folder / "tsr/9.tsr").unlink()
    assert named(verify(folder, SIGNER.key)) == {("missing-file", "tsr/9.tsr")}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_case_file_shows_when_all_of_it_was_there(
    request: pytest.FixtureRequest, tmp_path: Path, authority: Authority, stranger: Authority, engine: str
) -> None:
    database = Database(request.getfixturevalue(f"{engine}_url"))
    story = tell(database, tmp_path)
    path = tmp_path / "case.zip"
    path.write_bytes(case_of(story, story.ref, everything))
    assert check(path).is_sound
    assert named(check(path, authorities=[authority.root])) == {("token-missing", "tsr/")}

    stamp(database, authority)
    path.write_bytes(case_of(story, story.ref, everything))
    size = check(path).size
    for later in range(2):
        report = check(path, authorities=[authority.root])
        assert (report.findings, list(report.stamped)) == ([], [size])
        assert report.size == size + later * 20
        grow(database, 20, start=900 + 20 * later)
        sign(database, tmp_path)
        stamp(database, authority)
        path.write_bytes(case_of(story, story.ref, everything))
    database.dispose()
    assert {code for code, _ in named(check(path, authorities=[stranger.root]))} == {"token-unproved"}

    folder = unpacked(path, tmp_path)
    for name, code in ((f"consistency/{size}", "history-rewritten"), (f"tsr/{size}.tsr", "token-unproved")):
        octets = (folder / name).read_bytes()
        (folder / name).write_bytes(octets[:-3] + b"x" + octets[-2:])
        seal_again(folder)
        found = named(check(folder, authorities=[authority.root]))
        assert {one for one, _ in found} == {code}
        (folder / name).write_bytes(octets)
    (folder / f"checkpoints/{size}.checkpoint").write_text(Checkpoint(ORIGIN, size, bytes(32)).signed(SIGNER))
    seal_again(folder)
    assert {code for code, _ in named(check(folder))} == {"history-rewritten"}
