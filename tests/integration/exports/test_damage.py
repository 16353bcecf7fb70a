"""One octet of an export changed, anywhere: within its files, or in the zip around them. None is missed."""

import io
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from registry.auditlog import Sealed, Subject, append_many
from registry.db import Database
from registry.exports.full import write_export
from registry.verification.archive import Unreadable, ZipArchive
from registry.verification.container import whole_members
from registry.verification.findings import Report
from registry.verification.trusted import Trusted
from registry.verification.verify import verify_archive
from tests.auditlog_world import ORIGIN, SIGNER, happened, sign
from tests.integration.exports.conftest import DOCUMENT, TRUST, digest

TRUSTED = Trusted(SIGNER.keys)
AROUND = "the zip around the files"


@pytest.fixture(scope="module")
def small(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small export with every kind of file: entries open and sealed, an older checkpoint, a document."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copyfile(sqlite_template, folder / "small.sqlite3")
    database = Database(f"sqlite:///{folder / 'small.sqlite3'}")
    with database.write() as tx:
        named = Subject("agreement", "a1", version=1, digest=f"sha256:{digest(DOCUMENT)}")
        append_many(tx, [happened(tx, subject=named), Sealed(happened(tx, 1), public=True), happened(tx, 2)])
    sign(database, folder)
    with database.read() as reading:
        write_export(reading, folder / "small.zip", TRUST, [(digest(DOCUMENT), DOCUMENT)])
    database.dispose()
    return (folder / "small.zip").read_bytes()


def is_found(octets: bytes) -> bool:
    report = Report(ORIGIN)
    try:
        verify_archive(ZipArchive(io.BytesIO(octets)), TRUSTED, report)
    except Unreadable:
        return True
    return not report.is_sound


def places(octets: bytes) -> list[str]:
    """The file that each octet belongs to."""
    found: list[str] = []
    for member in whole_members(io.BytesIO(octets)):
        found += [AROUND] * (member.end - member.size - member.offset) + [member.name] * member.size
    return found + [AROUND] * (len(octets) - len(found))


def damage(octets: bytes, *, seed: int, times: int) -> Counter[str]:
    """Change one octet to another value, so many times; how often in each file."""
    dice = random.Random(seed)  # noqa: S311 - which octet to damage is no secret
    names, hit = places(octets), Counter[str]()
    changed = bytearray(octets)
    for _ in range(times):
        at, change = dice.randrange(len(octets)), dice.randrange(1, 256)
        changed[at] ^= change
        assert is_found(bytes(changed)), (at, change, names[at])
        changed[at] ^= change
        hit[names[at]] += 1
    assert not is_found(octets)
    return hit


def test_a_changed_octet_is_found_wherever_it_is(small: bytes) -> None:
    damage(small, seed=2, times=1500)


def test_a_changed_octet_is_found_in_every_file(small: bytes) -> None:
    names = places(small)
    for name in sorted(set(names)):
        at = names.index(name) + names.count(name) // 2 if name != AROUND else len(small) - 5
        assert is_found(small[:at] + bytes([small[at] ^ 0x20]) + small[at + 1 :]), name


def test_a_file_that_has_lost_its_name_is_found(small: bytes) -> None:
    at = small.rindex(b"checkpoint")  # in the directory at the end; a name ends at its first NUL
    assert is_found(small[:at] + b"\0" + small[at + 1 :])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_of_a_million_changed_octets_none_is_missed(small: bytes, seed: int) -> None:
    """Ten times a hundred thousand random changes of one octet: none is missed, and every file is hit."""
    assert damage(small, seed=seed, times=100_000).keys() == set(places(small))
