"""A sample drawn from the log and from its export is the same, with what is public of each entry."""

import json
from pathlib import Path

import pytest

from registry.auditlog.entries import decode
from registry.auditlog.queries import bodies
from registry.auditlog.rules import NothingPublished
from registry.db import Database
from registry.exports.full import write_export
from registry.exports.sampling import draw_from_log
from registry.verification.sample import draw_from_export
from tests.integration.exports.conftest import TRUST


def test_log_and_export_give_the_same_sample(published: Database, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with published.read() as reading:
        write_export(reading, path, TRUST)
        assert draw_from_log(reading, "a seed", 60) == draw_from_export(path, "a seed", 60)


def test_a_sealed_entry_comes_with_a_public_opening(signed_log: Database, sound: Path) -> None:
    size, drawn = draw_from_export(sound, "a seed", 100)
    assert size == 700
    assert {one.index % 6 == 0 for one in drawn} == {one.opened is not None for one in drawn} == {True, False}
    for one in drawn:
        assert (one.opened is not None) == (one.index % 6 == 0)
        assert not one.opened or decode(one.opened)["subject"]["id"] == f"thing-{one.index}"
        assert json.dumps(one.document())
    with signed_log.read() as reading:
        assert [bodies(reading, one.index, 1)[0].decode() for one in drawn] == [one.entry for one in drawn]


def test_a_log_that_was_never_signed_has_no_sample(database: Database) -> None:
    with database.read() as reading, pytest.raises(NothingPublished):
        draw_from_log(reading, "a seed", 1)
