"""A question answered again from an export alone is answered as the registry answered it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry.agreements.queries import published_documents, sharing_flows
from registry.cli.commands import main
from registry.clock import stamp
from registry.db import Database
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.decisions.index import Index
from registry.decisions.past.rewinding import Rewinder
from registry.decisions.words.wording import wording
from registry.exports.case import Sight
from registry.exports.casefile import write_case
from registry.exports.full import write_export
from registry.history.past import Past
from registry.replay.exported import Case, Exported
from registry.replay.replaying import Replay
from registry.verification.archive import open_archive
from tests.auditlog_world import SIGNER, sign
from tests.integration.decisions.test_rewinding import ASKER, DAY, Machine, question
from tests.integration.exports.conftest import TRUST
from tests.integration.history.bodies import tell_of_bodies
from tests.samples.agreements import LANCASHIRE, NOW, POLICE, basis, flow, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@dataclass
class Archives:
    """A register that has lived for a while, its export, and case files of what it withholds, one older."""

    machine: Machine
    folder: Path
    withheld: str
    sizes: dict[Path, int]

    @property
    def export(self) -> Path:
        return self.folder / "export.zip"

    @property
    def case(self) -> Path:
        return self.folder / "case.zip"

    @property
    def older(self) -> Path:
        return self.folder / "older.zip"

    def keep_case(self, path: Path) -> None:
        with self.machine.desk.db.read() as reading:
            made = write_case(reading, self.withheld, lambda _: Sight(text=True, entries=True), TRUST)
        path.write_bytes(made.octets)
        self.sizes[path] = made.size

    def replay(self, asked: dict[str, Any], *options: str, export: Path | None = None) -> Result:
        file = self.folder / "question.json"
        file.write_text(json.dumps(asked))
        given = [str(export or self.export), "--question", str(file), "--vkey", SIGNER.key.text(), *options]
        return CliRunner().invoke(main, ["replay", *given])

    def replayed(self, asked: dict[str, Any], *cases: Path, log_size: int | None = None) -> dict[str, Any]:
        """What the command answers, without starting anew each time."""
        with ExitStack() as files:
            export, *opened = (files.enter_context(open_archive(path)) for path in (self.export, *cases))
            told = [
                Case(case, self.withheld, self.sizes[path]) for path, case in zip(cases, opened, strict=True)
            ]
            exported = Exported(export, self.machine.desk.size(), told)
            return (
                Replay(exported, POLICIES, now=self.machine.now).answer(asked, log_size=log_size).document()
            )


@pytest.fixture(scope="module")
def archives(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archives]:
    folder = tmp_path_factory.mktemp("replay")
    database = Database(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'registry.sqlite3')}")
    follower = IndexFollower(database, POLICIES, sharing_flows)

    def desk_over(index: Index) -> DecisionDesk:
        return DecisionDesk(index, POLICIES, base_url="https://registry.test")

    cast = furnish(database)
    tell_of_bodies(database)
    rewinder = Rewinder(desk_over(follower.index), Past(database), desk_over)
    machine = Machine(Desk(database, cast), follower, rewinder)
    made = Archives(machine, folder, live(machine), {})
    sign(database, folder)
    made.keep_case(made.older)
    machine.later(35).terminate(made.withheld, machine.desk.cast(POLICE, "signatory"))
    sign(database, folder)
    made.keep_case(made.case)
    with database.read() as reading:
        write_export(reading, made.export, TRUST, published_documents(reading))
    yield made
    database.dispose()


def live(machine: Machine) -> str:
    """Let a year pass; the reference of an agreement that nobody else may know of."""
    made = machine.desk.active()
    ends = {"from": LANCASHIRE, "to": POLICE, "bases": [basis(LANCASHIRE), basis(POLICE)]}
    parties = [{"organisation": body, "roles": ["controller"]} for body in (LANCASHIRE, POLICE)]
    withheld = machine.desk.create(publication="withheld", parties=parties, flows=[flow(**ends)])
    machine.desk.submit(withheld.ref)
    machine.desk.signed_by_all(machine.desk.review(withheld.ref, by=machine.desk.cast(POLICE, "ig_officer")))
    machine.later(10).suspend(made.ref, machine.desk.cast(LANCASHIRE, "dpo"), all=True)
    machine.later(20).resume(made.ref, machine.desk.cast(LANCASHIRE, "dpo"))
    machine.later(21).resume(made.ref, machine.desk.cast(LANCASHIRE, "dpo", second=True))
    machine.later(30).terminate(made.ref, machine.desk.cast(LANCASHIRE, "signatory"))
    return withheld.ref


def codes(answer: dict[str, Any]) -> tuple[Any, ...]:
    """What of an answer must not depend on who gives it."""
    return (
        answer["outcome"],
        answer["agreement"],
        [reason["code"] for reason in answer["reasons"]],
        [duty["code"] for duty in answer["obligations"]],
    )


@pytest.mark.parametrize("days", [-900, 0, 5, 10, 15, 20, 21, 25, 30, 40])
def test_each_day_is_answered_as_the_registry_answers_it(archives: Archives, days: int) -> None:
    instant = stamp(NOW + days * DAY)
    replayed = archives.replayed(question(known_at=instant))
    assert codes(replayed) == codes(archives.machine.ask(known_at=instant))


def test_the_command_verifies_the_export_and_says_on_what_the_answer_rests(archives: Archives) -> None:
    instant = stamp(NOW + 5 * DAY)
    result = archives.replay(question(), "--known-at", instant, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert codes(answer) == codes(archives.machine.ask(known_at=instant))
    assert answer["log"]["size"] == archives.machine.desk.size() > answer["log_size"]
    assert answer["policy_digest"] == POLICIES.digest


def test_a_size_of_the_log_is_as_good_as_an_instant(archives: Archives) -> None:
    at = stamp(NOW + 5 * DAY)
    known = archives.replayed(question(known_at=at))
    sized = archives.replayed(question(at=at), log_size=known["log_size"])
    assert codes(sized) == codes(known)
    assert archives.replayed(question(at=at), log_size=0)["outcome"] == "NOT_COVERED"


def test_what_was_known_is_asked_about_another_day(archives: Archives) -> None:
    asked = {"at": stamp(NOW + 720 * DAY), "known_at": stamp(NOW + 5 * DAY)}
    assert codes(archives.replayed(question(**asked))) == codes(archives.machine.ask(ASKER, **asked))


def test_what_is_withheld_is_seen_with_its_case_file_alone(archives: Archives) -> None:
    asked = question(known_at=stamp(NOW + 5 * DAY))
    asked["subject"]["id"] = POLICE
    assert archives.replayed(asked)["outcome"] == "NOT_COVERED"
    opened = archives.replayed(asked, archives.case)
    assert opened["outcome"] == "PERMIT_WITH_OBLIGATIONS"
    assert opened["sealed"] < archives.replayed(asked)["sealed"]


def test_what_an_older_case_file_does_not_tell_the_end_of_is_no_permit(archives: Archives) -> None:
    asked = question(known_at=stamp(NOW + 40 * DAY))
    asked["subject"]["id"] = POLICE
    older = archives.replayed(asked, archives.older)
    assert (older["outcome"], codes(older)[2]) == ("INDETERMINATE", ["history-unclear"])
    assert archives.replayed(asked, archives.case)["outcome"] == "NOT_COVERED"


def test_an_older_case_file_still_tells_what_was_before_it(archives: Archives) -> None:
    asked = question(known_at=stamp(NOW + 5 * DAY))
    asked["subject"]["id"] = POLICE
    assert archives.replayed(asked, archives.older)["outcome"] == "PERMIT_WITH_OBLIGATIONS"


def test_a_case_file_that_does_not_verify_is_not_read(archives: Archives, tmp_path: Path) -> None:
    octets = bytearray(archives.case.read_bytes())
    octets[octets.index(b"agreement.terminated")] ^= 1
    (tmp_path / "damaged.zip").write_bytes(octets)
    for given in (tmp_path / "damaged.zip", archives.export):
        result = archives.replay(question(), "--case", str(given), "--json")
        assert (result.exit_code, json.loads(result.output)["sound"]) == (1, False)


def test_it_is_told_in_either_language_what_the_export_does_not_show(archives: Archives) -> None:
    asked = question(known_at=stamp(NOW + 5 * DAY))
    case = ("--case", str(archives.case))
    assert "stay sealed in this export" in archives.replay(asked, *case).output
    assert "yn aros dan sêl" in archives.replay(asked, "--lang", "cy").output


def test_a_permit_has_its_caveat_and_everything_else_the_emergency_sentence(archives: Archives) -> None:
    permit, refusal = (
        archives.replayed(question(known_at=stamp(NOW + days * DAY)))["advice"] for days in (5, 15)
    )
    for language in ("en", "cy"):
        said = {name: wording().advise(name)._asdict()[language] for name in ("caveat", "emergency")}
        assert permit[language] == said["caveat"]
        assert said["emergency"] in refusal[language]


def test_of_an_export_that_is_not_sound_nothing_is_answered(archives: Archives, tmp_path: Path) -> None:
    octets = bytearray(archives.export.read_bytes())
    octets[octets.index(b"agreement.suspended")] ^= 1
    (tmp_path / "damaged.zip").write_bytes(octets)
    result = archives.replay(question(), "--json", export=tmp_path / "damaged.zip")
    assert result.exit_code == 1
    assert not json.loads(result.output)["sound"]


@pytest.mark.parametrize(
    "options",
    [
        ("--known-at", "2026-11-22T10:00:00Z", "--log-size", "3"),
        ("--log-size", "100000"),
        ("--known-at", "yesterday"),
    ],
)
def test_what_cannot_be_meant_is_refused(archives: Archives, options: tuple[str, ...]) -> None:
    assert archives.replay(question(), *options).exit_code == 2
