"""The log page's facts: the newest checkpoint, who cosigned it, and by which keys it is checked."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry.auditing.notices import files_of_trust, published
from registry.auditlog import served
from registry.db import Database
from registry.exports.trust import Trust
from registry.tlog.note import Note
from registry.tlog.policy import Group, Log, Policy, Witness
from tests.auditlog_world import NOW, ORIGIN, SIGNER, grow, sign
from tests.witness_world import cosigner

FIRST, SECOND = cosigner(1), cosigner(2)
POLICY = Policy(
    (Log(SIGNER.key),),
    (Witness("first", FIRST.key), Witness("second", SECOND.key)),
    (Group("both", 2, ("first", "second")),),
    "both",
)


def serve(database: Database, note: str, size: int, *, has_quorum: bool = False) -> None:
    with database.write() as tx:
        served.serve(tx, size, note, has_quorum=has_quorum, now=NOW)
        served.remember_cosigned(tx, "first", size, NOW)
        served.remember_failure(tx, "second", "unreachable")


def test_before_the_first_checkpoint_there_is_nothing_to_show(database: Database) -> None:
    with database.read() as reading:
        assert published(reading, Trust(SIGNER), NOW) is None


def test_the_newest_checkpoint_is_told_with_its_age_and_keys(database: Database, tmp_path: Path) -> None:
    grow(database, 5)
    sign(database, tmp_path)
    with database.read() as reading:
        log = published(reading, Trust(SIGNER), NOW + timedelta(hours=3))
    assert log is not None
    assert (log.origin, log.size, log.age, log.cosigners) == (ORIGIN, 5, timedelta(hours=3), [])
    assert [key.text for key in log.keys] == [log.openssl_key] == [SIGNER.key.text()]
    assert [line for line in log.note.splitlines() if line.startswith(log.line)] == log.note.splitlines()[-1:]


def test_each_witness_is_told_with_what_it_has_signed(database: Database, tmp_path: Path) -> None:
    grow(database, 5)
    sign(database, tmp_path)
    trust = Trust(SIGNER, POLICY.text())
    with database.read() as reading:
        newest = served.newest_served(reading)
    assert newest is not None
    note = Note.parse(newest.note.encode())
    line = FIRST.cosign(note.body, NOW)
    serve(database, Note(note.body, (*note.signatures, line)).text(), 5)
    with database.read() as reading:
        log = published(reading, trust, NOW)
    assert log is not None
    first, second = log.cosigners
    assert (first.name, first.key, first.size, first.fault) == ("first", FIRST.key.text(), 5, "")
    assert first.cosigned_at == NOW
    assert (second.cosigned_at, second.size, second.fault) == (None, 0, "unreachable")
    assert (log.quorum, log.has_quorum) == ("both", False)


def test_a_line_that_is_not_of_this_checkpoint_counts_for_nothing(database: Database, tmp_path: Path) -> None:
    grow(database, 5)
    sign(database, tmp_path)
    with database.read() as reading:
        newest = served.newest_served(reading)
    assert newest is not None
    note = Note.parse(newest.note.encode())
    line = FIRST.cosign(f"{ORIGIN}\n4\n{'A' * 43}=\n", NOW)
    serve(database, Note(note.body, (*note.signatures, line)).text(), 5)
    with database.read() as reading:
        log = published(reading, Trust(SIGNER, POLICY.text()), NOW)
    assert log is not None
    assert [witness.cosigned_at for witness in log.cosigners] == [None, None]


@pytest.mark.parametrize("policy", ["", POLICY.text()])
def test_the_files_say_what_an_export_says(policy: str) -> None:
    trust = Trust(SIGNER, policy)
    assert files_of_trust(trust) == {
        name.removeprefix("trust/"): octets for name, octets in dict(trust.files()).items()
    }
    assert files_of_trust(trust)["log.vkey"] == f"{SIGNER.key.text()}\n".encode()
    assert Policy.parse(files_of_trust(trust)["policy"]).logs == (Log(SIGNER.key),)
