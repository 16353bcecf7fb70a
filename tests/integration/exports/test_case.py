"""The case file of one agreement: whole, no more than its reader may see, checked without the registry."""

import json
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import select

from registry.agreements import actions
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import NoSuchAgreement
from registry.agreements.schemas import SignIn
from registry.auditlog.tables import OPENING
from registry.db import Database
from registry.exports import packing
from registry.exports.actions import give_case
from registry.exports.case import Sight
from registry.exports.casefile import write_case
from registry.exports.full import write_export
from registry.exports.rules import MayNotExport
from registry.exports.trust import Trust
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import open_note, sign_note
from registry.verification.evidence import site_of
from registry.verification.findings import Report
from registry.verification.manifest import Manifest
from registry.verification.spelling import read_json, write_json
from registry.verification.verify import verify
from tests.auditlog_world import ORIGIN, SIGNER, grow, sign
from tests.integration.exports.conftest import digest
from tests.integration.exports.test_verify import change, flip
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TRUST, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, SITE, Vouching, signing, wired
from tests.scheduling import ENGINES

TRUSTED = Trust(SIGNER, site=SITE)
PUBLIC = select(OPENING.c.idx).where(OPENING.c.public)


def everything(_version: StoredVersion) -> Sight:
    return Sight(text=True, entries=True)


def nothing(_version: StoredVersion) -> Sight:
    return Sight(text=False, entries=False)


@dataclass(frozen=True)
class Story:
    """An agreement that Lancashire signed by passkey and Blackpool in a session, and a withheld one."""

    desk: Desk
    ref: str
    withheld: str


def tell(database: Database, folder: Path) -> Story:
    vouching = Vouching(database, furnish(database))
    vouching.give_keys()
    signatory = vouching.cast(LANCASHIRE, "signatory")
    vouching.enrol(signatory)
    for _ in range(2):
        vouching.put_in_force(vouching.next_roster(LANCASHIRE))
    desk = Desk(database, vouching.cast)
    made = desk.accepted()
    wanted = SignIn(
        organisation=LANCASHIRE,
        role="signatory",
        version=made.version,
        hash=made.hash,
        decision="sign",
        assertion=wired(vouching.assertion(signatory, signing(made))),
    )
    with database.write() as tx:
        actions.sign(
            tx, made.ref, wanted, caller=signatory, now=desk.now, policies=POLICIES, ceremony=CEREMONY
        )
    desk.sign(made, BLACKPOOL)
    withheld = desk.active(publication="withheld").ref
    grow(database, 300)
    sign(database, folder)
    return Story(desk, made.ref, withheld)


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story, told once, for tests that only read it."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copyfile(sqlite_template, folder / "registry.sqlite3")
    database = Database(f"sqlite:///{folder / 'registry.sqlite3'}")
    yield tell(database, folder)
    database.dispose()


def case_of(story: Story, ref: str, sight: Callable[[StoredVersion], Sight] = everything) -> bytes:
    with story.desk.db.read() as reading:
        return write_case(reading, ref, sight, TRUSTED).octets


@pytest.fixture
def case(told: Story, tmp_path: Path) -> Path:
    """The case file of the agreement, for one who may see everything."""
    path = tmp_path / "case.zip"
    path.write_bytes(case_of(told, told.ref))
    return path


@pytest.fixture
def folder(case: Path, tmp_path: Path) -> Path:
    """The case file, unpacked."""
    with zipfile.ZipFile(case) as archive:
        archive.extractall(tmp_path / "case")
    return tmp_path / "case"


def check(path: Path, **options: Any) -> Report:
    return verify(path, SIGNER.key, case=True, **options)


def named(report: Report) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in report.findings}


def no_network(*_: object) -> NoReturn:
    raise AssertionError("the network was used")


def test_a_case_file_is_verified_without_a_network(
    case: Path, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LOG acceptance 15: the case file of one agreement is verified with the network disabled."""
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no_network)
    report = check(case)
    assert report.findings == []
    assert report.case == told.ref
    assert [(one["organisation"], one["role"], one["strength"]) for one in report.approvals] == [
        (LANCASHIRE, "signatory", "passkey")
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_two_case_files_are_the_same_octets(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    """LOG acceptance 15: a case file is deterministic, on both databases, and sound."""
    database = Database(request.getfixturevalue(f"{engine}_url"))
    story = tell(database, tmp_path)
    octets = case_of(story, story.ref)
    assert case_of(story, story.ref) == octets
    (tmp_path / "case.zip").write_bytes(octets)
    assert check(tmp_path / "case.zip").is_sound
    database.dispose()


def test_every_entry_about_the_agreement_is_in_its_case(case: Path, told: Story) -> None:
    about = [event.index for event in told.desk.events() if event.subject_id == told.ref]
    with zipfile.ZipFile(case) as archive:
        held = {int(name[8:-5]) for name in archive.namelist() if name.startswith("entries/")}
        proved = {int(name[7:-11]) for name in archive.namelist() if name.startswith("proofs/")}
    assert held == proved
    assert set(about) <= held
    assert check(case).entries == len(held)


def test_who_may_see_nothing_is_not_told_that_there_is_an_agreement(told: Story) -> None:
    with pytest.raises(NoSuchAgreement):
        case_of(told, told.withheld, nothing)
    with pytest.raises(NoSuchAgreement):
        case_of(told, "nothing", everything)


def test_a_stranger_takes_what_is_public_and_its_gaps_are_closed_entries(told: Story, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(case_of(told, told.ref, nothing))
    assert check(path).is_sound
    with zipfile.ZipFile(path) as archive:
        opened = {json.loads(line)["index"] for line in archive.read("openings.jsonl").splitlines()}
        assert not [name for name in archive.namelist() if name.startswith("documents/")]
    with told.desk.db.read() as reading:
        public = {row.idx for row in reading.all(PUBLIC)}
    assert opened <= public


def taken_by(story: Story, ref: str, organisation: str, role: str, **changes: Any) -> bytes:
    caller = replace(story.desk.cast(organisation, role), **changes)
    with story.desk.db.read() as reading:
        return give_case(
            reading, ref, trust=TRUSTED, caller=caller, now=story.desk.now, policies=POLICIES
        ).octets


def test_an_auditor_takes_the_case_of_an_agreement_of_their_body(told: Story, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(taken_by(told, told.withheld, BLACKPOOL, "auditor"))
    report = check(path)
    assert (report.is_sound, report.case) == (True, told.withheld)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("openings.jsonl")
        assert [name for name in archive.namelist() if name.startswith("documents/")]


def test_who_may_not_take_the_log_takes_no_case(told: Story) -> None:
    with pytest.raises(MayNotExport):
        taken_by(told, told.ref, LANCASHIRE, "ig_officer")
    with pytest.raises(MayNotExport):
        taken_by(told, told.ref, LANCASHIRE, "auditor", scopes=frozenset({"register:read"}))
    with pytest.raises(NoSuchAgreement):
        taken_by(told, told.withheld, TRUST, "auditor")


def seal_again(folder: Path) -> None:
    """Make a manifest that agrees with the files, as someone with the log's key can."""
    about = Manifest.parse(open_note((folder / "MANIFEST").read_bytes(), [SIGNER.key]))
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    digests = {name: digest((folder / name).read_bytes()) for name in names if name != "MANIFEST"}
    (folder / "MANIFEST").write_text(sign_note(replace(about, digests=digests).text(), SIGNER))


def one(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[-1]


def evidence_of_approval(folder: Path) -> Path:
    (found,) = (path for path in folder.glob("evidence/*") if b"approval-evidence" in path.read_bytes())
    return found


def lie_in_evidence(folder: Path) -> None:
    """Exchange the assertion, and let the entry name the new evidence, as an operator would have to."""
    path = evidence_of_approval(folder)
    members = read_json(path.read_bytes())
    members["assertion"]["signature"] = members["assertion"]["signature"][::-1]
    path.write_bytes(write_json(members))


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "entry": (lambda f: change_file(one(f, "entries/*")), {"proof-unproved", "entry-changed"}),
    "proof": (lambda f: change_line(one(f, "proofs/*"), 3), {"proof-unproved", "proof-malformed"}),
    "form of a proof": (lambda f: change_line(one(f, "proofs/*"), 0), {"proof-malformed"}),
    "missing proof": (lambda f: one(f, "proofs/*").unlink(), {"missing-file"}),
    "missing entry": (lambda f: first_of_case(f).unlink(), {"case-incomplete"}),
    "document": (lambda f: change_file(one(f, "documents/*")), {"document-changed"}),
    "foreign document": (lambda f: (f / "documents" / ("ab" * 32)).write_bytes(b"x"), {"document-unlogged"}),
    "opening": (lambda f: change_opening(f), {"proof-unproved"}),
    "evidence": (lie_in_evidence, {"evidence-unlogged"}),
    "roster": (lambda f: change_file(one(f, "roster/*/1")), {"document-unlogged"}),
    "missing roster": (lambda f: one(f, "roster/*/*").unlink(), {"missing-file"}),
    "missing evidence": (lambda f: evidence_of_approval(f).unlink(), {"missing-file"}),
    "left-out roster": (lambda f: leave_out(f, one(f, "roster/*/1")), {"case-incomplete"}),
    "left-out partner": (
        lambda f: leave_out(f, one(f, f"key/{BLACKPOOL}/*")),
        {"approval-unproved"},
    ),
    "missing key": (lambda f: shutil.rmtree(f / "key"), {"approval-unproved"}),
    "site": (lambda f: (f / "trust/site").write_text("https://elsewhere.test\n"), {"approval-unproved"}),
    "foreign file": (lambda f: (f / "more").write_text("x"), {"unexpected-file"}),
}


def leave_out(folder: Path, document: Path) -> None:
    """Take a roster or a key out of a case with all that is about it, as if it had never been."""
    named = f'"digest":"sha256:{digest(document.read_bytes())}"'
    (entry,) = (path for path in folder.glob("entries/*") if named in path.read_text())
    document.unlink()
    for name in (
        f"entries/{entry.stem}.json",
        f"proofs/{entry.stem}.tlog-proof",
        f"evidence/{entry.stem}.json",
    ):
        (folder / name).unlink()


def change_file(path: Path) -> None:
    octets = path.read_bytes()
    path.write_bytes(flip(octets, len(octets) // 2))


def change_line(path: Path, number: int) -> None:
    lines = path.read_text().split("\n")
    lines[number] = lines[number].swapcase()
    path.write_text("\n".join(lines))


def change_opening(folder: Path) -> None:
    change(folder, "openings.jsonl", lambda octets: octets.replace(b"agreement.", b"agreemant.", 1))


def first_of_case(folder: Path) -> Path:
    """The oldest entry about the agreement itself."""
    ref = Manifest.parse(open_note((folder / "MANIFEST").read_bytes(), [SIGNER.key])).case
    opened = [json.loads(line) for line in (folder / "openings.jsonl").read_text().splitlines()]
    index = min(one["index"] for one in opened if f'"id":"{ref}"' in one["value"])
    return folder / f"entries/{index}.json"


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_named_even_under_a_new_manifest(folder: Path, what: str) -> None:
    how, codes = CHANGES[what]
    how(folder)
    if what == "missing entry":
        (folder / f"proofs/{first_missing(folder)}.tlog-proof").unlink()
    seal_again(folder)
    found = {finding.code for finding in check(folder).findings}
    assert found & codes, found


def first_missing(folder: Path) -> str:
    held = {path.stem for path in folder.glob("entries/*")}
    return next(path.stem for path in sorted(folder.glob("proofs/*")) if path.stem not in held)


def test_a_full_export_is_no_case_file(sound: Path) -> None:
    assert named(check(sound)) == {("not-a-case", "MANIFEST")}


def test_an_older_checkpoint_needs_the_full_export(case: Path, told: Story, tmp_path: Path) -> None:
    size = check(case).size
    with zipfile.ZipFile(case) as archive:
        newest = archive.read("checkpoint")
    assert check(case, kept=[newest]).is_sound
    older = newest.replace(f"\n{size}\n".encode(), b"\n1\n")
    assert named(check(case, kept=[older])) == {("checkpoint-unproved", "the older checkpoint")}
    signed = Checkpoint(ORIGIN, size - 1, bytes(32)).signed(SIGNER).encode()
    assert named(check(case, kept=[signed])) == {("history-unproved", "the older checkpoint")}
    other = Checkpoint(ORIGIN, size, bytes(32)).signed(SIGNER).encode()
    assert named(check(case, kept=[other])) == {("history-rewritten", "the older checkpoint")}


def test_the_report_says_whose_approvals_are_proved(case: Path, told: Story) -> None:
    report = check(case)
    assert f"sign by {LANCASHIRE} as signatory" in report.text()
    assert "profwyd drwy passkey" in report.text("cy")
    assert report.document()["case"] == told.ref


def whole(story: Story, path: Path) -> Path:
    with story.desk.db.read() as reading:
        write_export(reading, path, TRUSTED)
    return path


@pytest.mark.parametrize("engine", ENGINES)
def test_the_full_export_holds_the_evidence_of_what_can_be_read(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    database = Database(request.getfixturevalue(f"{engine}_url"))
    story = tell(database, tmp_path)
    export = whole(story, tmp_path / "export.zip")
    assert verify(export, SIGNER.key).findings == []
    with zipfile.ZipFile(export) as archive:
        names = archive.namelist()
        held = b"".join(archive.read(name) for name in names if name.startswith("evidence/"))
    assert names[:-1] == sorted(names[:-1])
    assert b"approval-evidence/1" in held
    assert b"roster-evidence/1" in held
    assert f"roster/{LANCASHIRE}/1" in names
    assert [name for name in names if name.startswith(f"key/{LANCASHIRE}/")]
    database.dispose()


@pytest.mark.parametrize("pattern", ["evidence/*", "roster/*/*", "key/*/*"])
def test_evidence_that_no_entry_names_is_found_under_a_new_manifest(
    told: Story, tmp_path: Path, pattern: str
) -> None:
    with zipfile.ZipFile(whole(told, tmp_path / "export.zip")) as archive:
        archive.extractall(tmp_path / "export")
    changed = one(tmp_path / "export", pattern)
    change_file(changed)
    seal_again(tmp_path / "export")
    code = "evidence-unlogged" if pattern.startswith("evidence") else "document-unlogged"
    place = changed.relative_to(tmp_path / "export").as_posix()
    found = named(verify(tmp_path / "export", SIGNER.key))
    assert {one for one in found if one[0] != "approval-unproved"} == {(code, place)}


@pytest.mark.parametrize("pattern", ["evidence/*", "roster/*/*", "key/*/*"])
def test_what_approvals_rest_on_is_missed_in_a_full_export(told: Story, tmp_path: Path, pattern: str) -> None:
    """LOG B7, operator forges an approval: an entry that says it is proved comes with its proof."""
    folder = unpacked(whole(told, tmp_path / "export.zip"))
    for path in folder.glob(pattern):
        path.unlink()
    seal_again(folder)
    report = verify(folder, SIGNER.key)
    assert "missing-file" in report.counts
    assert report.counts.keys() <= {"missing-file", "approval-unproved"}


def test_every_approval_in_a_full_export_is_checked(told: Story, tmp_path: Path) -> None:
    """LOG B7, operator forges an approval: found over the whole log, not in its case alone."""
    export = whole(told, tmp_path / "export.zip")
    assert verify(export, SIGNER.key, site=site_of(SITE)).is_sound
    elsewhere = verify(export, SIGNER.key, site=site_of("https://elsewhere.test"))
    assert set(elsewhere.counts) == {"approval-unproved"}


def unpacked(path: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.with_suffix(""))
    return path.with_suffix("")


@pytest.mark.parametrize("readme", ["readme.txt", "readme_case.txt"])
def test_the_check_printed_in_the_readme_agrees(folder: Path, tmp_path: Path, readme: str) -> None:
    """The forty lines that an auditor runs without anything of ours."""
    printed = (Path(packing.__file__).with_name(readme)).read_text().partition("\n    import json")[2]
    program = tmp_path / "approval.py"
    program.write_text("import json" + printed.replace("\n    ", "\n"))
    evidence, roster = evidence_of_approval(folder), folder / "roster" / LANCASHIRE / "2"

    def run(origin: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, str(program), str(evidence), str(roster), origin]
        return subprocess.run(command, capture_output=True, check=False)

    assert digest(evidence.read_bytes()).encode() in run(SITE).stdout
    assert run("https://elsewhere.test").returncode == 1
    lie_in_evidence(folder)
    assert b"InvalidSignature" in run(SITE).stderr
