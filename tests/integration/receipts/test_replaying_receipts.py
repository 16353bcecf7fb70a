"""A partner answers a seeded sample of its receipts again, and what differs is an incident."""

import json
import shutil
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry.agreements.queries import published_documents, sharing_flows
from registry.cli import main
from registry.clock import stamp
from registry.db import Database
from registry.decisions.desk import Asked
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.decisions.past.rewinding import Rewinder
from registry.exports.full import write_export
from registry.history.past import Past
from registry.records.schemas import IncidentIn
from registry.replay.sampling import draw_receipts
from registry.verification.receipt import leaf_of
from tests.auditlog_world import SIGNER as LOG_SIGNER
from tests.auditlog_world import sign
from tests.integration.decisions.test_rewinding import ASKER, question
from tests.integration.exports.conftest import TRUST
from tests.integration.history.bodies import tell_of_bodies
from tests.integration.receipts.conftest import Bureau
from tests.samples.agreements import LANCASHIRE, NOW, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

Json = dict[str, Any]
DAY = timedelta(days=1)


@dataclass
class Partner:
    """A partner with receipts of a year, each in a file, and an export of the log."""

    rewinder: Rewinder
    follower: IndexFollower
    bureau: Bureau
    export: Path
    folder: Path

    def ask(self, name: str, now: datetime, **context: Any) -> None:
        """Ask, and file the receipt with what belongs to it. Its proof follows."""
        self.follower.catch_up()
        body = question(receipt=True, **context)
        asked = Asked(body, now, json.dumps(body).encode())
        self.take(name, body, self.rewinder.evaluate(asked, ASKER)[1])

    def ask_advice(self, name: str, now: datetime, **context: Any) -> None:
        self.follower.catch_up()
        body = question(receipt=True, **context)
        asked = Asked(body, now, json.dumps(body).encode())
        self.take(name, body, self.rewinder.advise(asked, replace(ASKER, mode="advise")))

    def take(self, name: str, body: Json, context: bytes) -> None:
        answer = json.loads(context)
        self.file(name, {"receipt": answer["receipt"], "salt": answer["receipt_salt"], "request": body})

    def file(self, name: str, held: Json) -> None:
        (self.folder / name).write_text(json.dumps(held))

    def held(self, name: str) -> Json:
        found: Json = json.loads((self.folder / name).read_text())
        return found

    def forge(self, name: str, like: str, **changes: Any) -> None:
        """A receipt that the registry signed although the log says otherwise."""
        held = self.held(like)
        claims = json.loads(urlsafe_b64decode(held["receipt"].split(".")[1] + "=="))
        jws = self.bureau.issuer.issue(json.dumps(claims | changes).encode())
        self.file(name, held | {"receipt": jws.decode()})

    def prove_all(self) -> None:
        for file in self.folder.iterdir():
            held = self.held(file.name)
            self.file(file.name, held | {"proof": self.bureau.prove(held["receipt"].encode())})

    def replay(self, *options: str, count: int = 7, seed: str = "agreed on 1 March") -> Result:
        command = ["receipts", "replay", str(self.export), str(self.folder), "--seed", seed]
        command += ["--count", str(count), "--vkey", LOG_SIGNER.key.text(), *options]
        return CliRunner().invoke(main, command)


@pytest.fixture(scope="module")
def partner(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partner]:
    folder = tmp_path_factory.mktemp("partner")
    database = Database(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'registry.sqlite3')}")
    cast = furnish(database)
    tell_of_bodies(database)
    register, bureau = Desk(database, cast), Bureau(database, folder, now=NOW)
    follower = IndexFollower(database, POLICIES, sharing_flows)
    desk_over = partial(
        DecisionDesk, policies=POLICIES, base_url="https://registry.test", issuer=bureau.issuer
    )
    rewinder = Rewinder(desk_over(follower.index), Past(database), desk_over)
    (folder / "held").mkdir()
    found = Partner(rewinder, follower, bureau, folder / "export.zip", folder / "held")
    made = register.active()
    found.ask("permitted.json", NOW + 5 * DAY)
    found.ask("other-purpose.json", NOW + 5 * DAY, purpose="research")
    found.ask_advice("advised.json", NOW + 5 * DAY, supported_obligations=[])
    replace(register, now=NOW + 10 * DAY).suspend(made.ref, cast(LANCASHIRE, "dpo"), all=True)
    found.ask("suspended.json", NOW + 15 * DAY)
    found.ask("known-then.json", NOW + 15 * DAY, known_at=stamp(NOW + 5 * DAY))
    found.ask("clock-behind.json", NOW + 5 * DAY)
    found.forge("wrong.json", like="suspended.json", outcome="PERMIT", decision=True)
    bureau.now = NOW + 20 * DAY
    bureau.root()
    sign(database, folder)
    found.prove_all()
    with database.read() as reading:
        write_export(reading, found.export, TRUST, published_documents(reading))
    yield found
    database.dispose()


def verdicts(result: Result) -> dict[str, str]:
    return {one["file"]: one["verdict"] for one in json.loads(result.output)["compared"]}


def test_what_the_log_says_is_what_was_answered_and_what_differs_is_named(partner: Partner) -> None:
    result = partner.replay("--json")
    assert result.exit_code == 1, result.output
    assert verdicts(result) == {
        "permitted.json": "same",
        "other-purpose.json": "same",
        "suspended.json": "same",
        "known-then.json": "same",
        "advised.json": "same",
        "clock-behind.json": "unclear",
        "wrong.json": "differs",
    }


def test_a_difference_comes_with_the_incident_that_reports_it(partner: Partner) -> None:
    (incident,) = json.loads(partner.replay("--json").output)["incidents"]
    reported = IncidentIn.model_validate_json(json.dumps(incident))
    assert reported.kind in POLICIES.records.codes["incident_kinds"]
    digest = leaf_of(partner.held("wrong.json")["receipt"].encode()).hex()
    assert reported.narrative == f"sha256:{digest}: PERMIT / SUSPENDED"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Report the incident"), ("cy", "Adroddwch y digwyddiad")]
)
def test_people_are_told_in_their_language(partner: Partner, language: str, said: str) -> None:
    assert said in partner.replay("--lang", language).output


def test_the_seed_alone_decides_which_are_drawn(partner: Partner) -> None:
    files = {file.name: file.read_bytes() for file in partner.folder.iterdir()}
    renamed = {f"x{name}": octets for name, octets in files.items()}
    drawn = {seed: draw_receipts(files, seed, 2) for seed in "abcdefgh"}
    assert [f"x{name}" for name in drawn["a"]] == draw_receipts(renamed, "a", 2)
    assert len({tuple(names) for names in drawn.values()}) > 1


def test_a_receipt_without_its_proof_is_unproved(partner: Partner, tmp_path: Path) -> None:
    shutil.copytree(partner.folder, tmp_path / "held")
    alone = replace(partner, folder=tmp_path / "held")
    alone.file("permitted.json", partner.held("permitted.json") | {"proof": ""})
    assert verdicts(alone.replay("--json"))["permitted.json"] == "unproved"


def test_what_cannot_be_answered_again_is_called_unclear(partner: Partner, tmp_path: Path) -> None:
    shutil.copytree(partner.folder, tmp_path / "held")
    alone = replace(partner, folder=tmp_path / "held")
    alone.file("permitted.json", partner.held("permitted.json") | {"request": None})
    result = alone.replay("--json")
    assert verdicts(result)["permitted.json"] == "unclear"


def test_more_than_there_are_cannot_be_drawn(partner: Partner) -> None:
    assert partner.replay(count=8).exit_code == 2
