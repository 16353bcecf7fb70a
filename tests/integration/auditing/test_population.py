"""What an auditor counts and samples: what is public of the log, and what their own body did."""

import csv
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from registry.auditing.asking import Asked, check_auditor, find, list_population, read_query
from registry.auditing.evidence import evidence_of, shown_of
from registry.auditing.population import KINDS, Item, as_csv
from registry.auditlog.rules import NothingPublished
from registry.clock import london_day
from registry.db import Database
from registry.exports.rules import MayNotExport
from tests.auditlog_world import sign
from tests.integration.public.test_register import WITHHELD
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def counted(desk: Desk, auditing: str = POLICE, **asked: str) -> list[Item]:
    auditor = desk.cast(auditing, "auditor")
    with desk.db.read() as reading:
        found = list(list_population(reading, Asked.model_validate(asked), auditor=auditor))
        places = find(reading, Asked.model_validate(asked), auditor=auditor).places
    assert [item.index for item in found] == list(places)
    return found


def types(items: list[Item]) -> list[str]:
    return [item.members["type"].removeprefix("agreement.") for item in items]


def test_approvals_of_what_is_in_force_are_counted_by_any_auditor(desk: Desk, tmp_path: Path) -> None:
    made = desk.active()
    sign(desk.db, tmp_path)
    found = counted(desk)
    assert types(found) == ["reviewed", "signed", "signed"]
    assert {item.body for item in found} == {LANCASHIRE, BLACKPOOL}
    assert {item.subject["id"] for item in found} == {made.ref}
    assert [item.index for item in found] == sorted(item.index for item in found)


def test_what_is_sealed_is_counted_by_the_body_that_did_it_alone(desk: Desk, tmp_path: Path) -> None:
    desk.active(**WITHHELD)
    sign(desk.db, tmp_path)
    assert counted(desk, POLICE) == []
    own = counted(desk, LANCASHIRE)
    assert types(own) == ["signed"]
    assert not own[0].is_public


def test_each_kind_is_a_population_of_its_own(desk: Desk, tmp_path: Path) -> None:
    desk.active()
    sign(desk.db, tmp_path)
    assert types(counted(desk, kind="agreements")) == ["activated"]
    assert counted(desk, kind="decisions") == []
    with desk.db.read() as reading:
        found = find(reading, Asked(), auditor=desk.cast(POLICE, "auditor"))
    told = {count.body: dict(zip(KINDS, count.numbers, strict=True)) for count in found.counts}
    assert sum(numbers["agreements"] for numbers in told.values()) == 1
    assert sum(numbers["approvals"] for numbers in told.values()) == 3


def test_a_period_and_a_body_narrow_it_down(desk: Desk, tmp_path: Path) -> None:
    desk.active()
    sign(desk.db, tmp_path)
    today, tomorrow = london_day(NOW), london_day(NOW) + timedelta(days=1)
    assert len(counted(desk, since=today.isoformat(), until=today.isoformat())) == 3
    assert counted(desk, since=tomorrow.isoformat()) == []
    assert types(counted(desk, body=LANCASHIRE)) == ["signed"]


def test_nothing_is_counted_before_there_is_a_checkpoint(desk: Desk) -> None:
    desk.active()
    with pytest.raises(NothingPublished):
        counted(desk)


def test_a_sample_is_drawn_again_by_hand_from_the_list(desk: Desk, tmp_path: Path) -> None:
    for _ in range(4):
        desk.active()
    sign(desk.db, tmp_path)
    asked = Asked(seed="it's drawn: 7, 12", number=5)
    with desk.db.read() as reading:
        found = find(reading, asked, auditor=desk.cast(POLICE, "auditor"))
        listed = as_csv(list_population(reading, asked, auditor=desk.cast(POLICE, "auditor")))
    lines = list(csv.DictReader(listed.decode().splitlines()))
    by_hand: list[int] = []
    for step in range(100):
        place = drawn_by_shell(asked.seed, len(lines), step)
        index = int(lines[place]["index"])
        by_hand += [index] if index not in by_hand else []
        if len(by_hand) == asked.number:
            break
    assert [item.index for item in found.drawn] == by_hand


def drawn_by_shell(seed: str, size: int, step: int) -> int:
    """The command that the page shows, run by a shell."""
    command = (
        "d=$(printf 'registry-sample/v1\\n%s\\n%d\\n%d\\n' \"$SEED\" $SIZE $N | sha256sum | cut -c1-15)\n"
        "echo $((0x$d % SIZE))"
    )
    words = {"SEED": seed, "SIZE": str(size), "N": str(step), "PATH": "/usr/bin:/bin"}
    return int(subprocess.run(["sh", "-c", command], env=words, capture_output=True, check=True).stdout)


def test_a_sample_larger_than_the_population_is_all_of_it(desk: Desk, tmp_path: Path) -> None:
    desk.active()
    sign(desk.db, tmp_path)
    with desk.db.read() as reading:
        found = find(reading, Asked(seed="x", number=100), auditor=desk.cast(POLICE, "auditor"))
    assert sorted(item.index for item in found.drawn) == list(found.places)


def test_an_entry_is_shown_with_its_agreement_and_what_it_says(desk: Desk, tmp_path: Path) -> None:
    made = desk.active()
    sign(desk.db, tmp_path)
    with desk.db.read() as reading:
        shown = [shown_of(reading, item) for item in counted(desk)]
        assert evidence_of(reading, shown[0].item.index, own=POLICE) is None
    assert {one.ref for one in shown} == {made.ref}
    assert shown[-1].strength == "session"
    assert '"type": "agreement.signed"' in shown[-1].text


@pytest.mark.parametrize("role", ["siro", "operator", "ig_officer"])
def test_only_auditors_audit(desk: Desk, role: str) -> None:
    with desk.db.read() as reading:
        check_auditor(reading, caller=desk.cast(LANCASHIRE, "auditor"), now=NOW, policies=POLICIES)
        with pytest.raises(MayNotExport):
            check_auditor(reading, caller=desk.cast(LANCASHIRE, role), now=NOW, policies=POLICIES)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (b"since=yesterday", "since"),
        (b"until=2026-02-30", "until"),
        (b"number=0", "number"),
        (b"number=101", "number"),
        (b"seed=a%0Ab", "seed"),
        (b"kind=everything", "kind"),
        (b"body=" + b"x" * 101, "body"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(query: bytes, field: str) -> None:
    form = read_query(query)
    assert [fault.field for fault in form.faults] == [field]
    assert form.model is None


def test_the_query_asks_the_same_again() -> None:
    form = read_query(b"kind=agreements&since=2026-04-01&until=&body=&seed=a+b&number=7")
    assert form.model is not None
    assert read_query(form.model.query().encode()).model == form.model
