"""The sample registry, loaded by the ordinary actions: what stands in it, what its log and handout say."""

import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Row, select

from registry import clock
from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.queries import published_documents
from registry.agreements.schemas import ReviewIn, SignIn, TermsIn
from registry.agreements.tables import AgreementFlow, AgreementVersion
from registry.auditlog import log_size, queries, read_events
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import publish
from registry.bundles.actions import Maker
from registry.callers import Caller
from registry.db import Database, table
from registry.decisions.rules import Outcome
from registry.demo.handout import write_handout
from registry.demo.setup import NotADemo, prepare
from registry.exports.full import write_export
from registry.exports.trust import Trust
from registry.housekeeping import LEDGERS
from registry.imports.reading import read_body
from registry.imports.story import caller_of
from registry.oauth.passwords import is_password
from registry.organisations.queries import find_person
from registry.organisations.tables import Organisation, Person
from registry.policy import BadPolicyFile, Policies
from registry.settings import Settings
from registry.signers.files import load_signer
from registry.tlog.tile import tiles_of_tree
from tests import postgres
from tests.integration.demo.bundles import rounds_of_demo
from tests.integration.demo.past import told
from tests.unit.bundles.asking import by_javascript, by_python, differences

ADDRESS = "http://127.0.0.1:8999"


def unwatched(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Demo:
    settings: Settings
    db: Database
    policies: Policies

    def versions(self) -> dict[str, Row[Any]]:
        with self.db.read() as reading:
            return {row.title_en: row for row in reading.all(select(table(AgreementVersion)))}

    def flows(self, title: str) -> dict[str, Row[Any]]:
        version = self.versions()[title]
        flow = table(AgreementFlow)
        with self.db.read() as reading:
            return {row.flow: row for row in reading.all(select(flow).where(flow.c.version_id == version.id))}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as it is when it has just been loaded."""
    patch = pytest.MonkeyPatch()
    if request.param == "postgresql":
        with postgres.database(request.getfixturevalue("postgres_server")) as url:
            patch.setenv("REGISTRY_DATABASE_URL", url)
            yield from made(tmp_path_factory.mktemp("demo") / "data")
    else:
        yield from made(tmp_path_factory.mktemp("demo") / "data")
    patch.undo()


def made(data_dir: Path) -> Iterator[Demo]:
    settings = prepare(data_dir, base_url=ADDRESS, agreements=0, progress=unwatched)
    db = Database(settings.database)
    yield Demo(settings, db, Policies.load(settings.policies_dir))
    db.dispose()


def test_there_is_an_agreement_in_every_standing(demo: Demo) -> None:
    assert {title: row.status for title, row in demo.versions().items()} == {
        "Adults at risk in north Lancashire": "under_review",
        "Antisocial behaviour in Glasgow": "part_signed",
        "Channel panel in Birmingham": "in_review",
        "Council tax debt pilot in Leeds": "in_review",
        "Assault attendances for the serious violence duty": "draft",
        "Discharge from hospital to care at home, south Cumbria": "active",
        "Early warning of adults at risk": "draft",
        "Edinburgh discharge hub": "active",
        "Fuel poverty leaflets": "withdrawn",
        "Lancashire multi-agency safeguarding hub": "active",
        "Live facial recognition at Cardiff Central, watchlist": "assessments_pending",
        "Missing young people, Cardiff": "expired",
        "Repeat-caller triage in Manchester": "active",
        "Retrospective facial search after serious violence, pilot": "active",
        "Risk conference on domestic abuse, Monmouthshire": "changes_requested",
        "Serious violence duty in Camden": "active",
        "Supporting families in Somerset": "expired",
        "Winter pressure figures": "executed",
        "Youth justice in Leeds": "in_review",
    }


def test_the_hub_has_flows_live_suspended_and_waiting(demo: Demo) -> None:
    states = {flow: row.state for flow, row in demo.flows("Lancashire multi-agency safeguarding hub").items()}
    assert states == {
        "council-to-police": "live",
        "police-to-council": "live",
        "community-health-to-council": "live",
        "hospital-to-council": "suspended",
        "council-to-hospital": "live",
        "hospital-attendances": "live",
        "probation-to-council": "waiting",
    }


def test_the_system_acted_on_the_day_and_not_when_the_next_person_did(demo: Demo) -> None:
    version = demo.versions()["Missing young people, Cardiff"]
    with demo.db.read() as reading:
        events = {
            event.type: event.at and clock.london_day(event.at)
            for event in read_events(reading, 0, log_size(reading))
            if event.subject_id == version.ref
        }
    assert events["flow.live"] == version.starts_on
    assert events["flow.ended"] == version.expires_on + timedelta(days=1)
    assert events["agreement.expired"] == version.ended_on == version.expires_on + timedelta(days=8)


def test_flows_whose_ethics_approval_ran_out_are_blocked(demo: Demo) -> None:
    for title in (
        "Repeat-caller triage in Manchester",
        "Retrospective facial search after serious violence, pilot",
    ):
        assert [row.blocked_by for row in demo.flows(title).values()] == [["ET-01"]]


def test_every_entry_says_that_it_is_the_demos_and_none_is_later_than_the_next(demo: Demo) -> None:
    with demo.db.read() as reading:
        events = read_events(reading, 0, log_size(reading))
    assert all(event.members.get("demo") is True for event in events)
    instants = [event.members["at"] for event in events]
    assert instants == sorted(instants)


def test_the_log_is_whole(demo: Demo) -> None:
    keys = load_signer(demo.settings.log_key, demo.settings.origin).keys
    with demo.db.read() as reading:
        assert find_tampering(reading, keys, ledgers=LEDGERS).findings == []


def test_no_name_and_no_address_is_in_the_log_or_its_export(demo: Demo, tmp_path: Path) -> None:
    """LOG acceptance 13: every name, user name and address of the fixtures, in every octet that leaves."""
    signer = load_signer(demo.settings.log_key, demo.settings.origin)
    publish(demo.db, signer, HighWater(tmp_path / "mark", signer), clock.now())
    with demo.db.read() as reading:
        people = reading.all(select(table(Person)))
        bodies = reading.all(select(table(Organisation)))
        size = log_size(reading)
        log = b"".join(queries.bodies(reading, 0, size))
        log += b"".join(queries.tile_octets(reading, tile) for tile in tiles_of_tree(size))
        trust, documents = Trust.of(demo.settings, signer), published_documents(reading)
        write_export(reading, tmp_path / "export.zip", trust, documents)
    personal = {text for row in people for text in (row.name, row.username, row.email)}
    mailboxes = {text for row in bodies for text in (row.ig_contact, row.duty_contact) if text}
    assert len(personal) > 100
    assert mailboxes
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert [text for text in sorted(personal) if text.encode() in log + everything] == []
    assert [text for text in sorted(mailboxes) if text.encode() in log] == []


def test_the_handout_is_private_and_its_people_can_sign_in(demo: Demo) -> None:
    content = write_handout(demo.settings, clock.now())
    path = demo.settings.data_dir / "demo.json"
    assert json.loads(path.read_text(encoding="utf-8")) == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(
        stat.S_IMODE(file.stat().st_mode) == 0o600 for file in (demo.settings.data_dir / "keys").iterdir()
    )
    person = content["people"][0]
    with demo.db.read() as reading:
        row = find_person(reading, person["username"])
        assert row is not None
        assert is_password(person["password"], row.password_hash)


def test_bundles_answer_the_examples_and_what_is_like_them_as_the_registry_does(demo: Demo) -> None:
    chance = Random(7)  # noqa: S311 - repeatable, not secret
    asked = list(rounds_of_demo(demo.settings, demo.db, demo.policies, chance))
    keys = {"keys": [Maker.of(demo.settings, demo.settings.origin).key.public]}
    outcomes = {answer["outcome"] for one in asked for answer in one.online}
    assert outcomes == set(Outcome)
    assert differences(asked, [by_python(one, keys) for one in asked]) == []
    assert differences(asked, by_javascript(asked, keys)) == []


def test_the_log_and_an_export_tell_what_the_index_does(demo: Demo, tmp_path: Path) -> None:
    signer = load_signer(demo.settings.log_key, demo.settings.origin)
    publish(demo.db, signer, HighWater(tmp_path / "mark", signer), clock.now())
    with demo.db.read() as reading:
        trust, documents = Trust.of(demo.settings, signer), published_documents(reading)
        write_export(reading, tmp_path / "export.zip", trust, documents)
    answers = list(told(demo.db, demo.policies, tmp_path / "export.zip", clock.now()))
    assert {one.online[0] for one in answers} >= {"PERMIT", "SUSPENDED", "EXPIRED", "BLOCKED_BY_RULE"}
    assert [one for one in answers if one.known != one.online] == []
    # What never went live is sealed in an export, so that it does not say whose signature is awaited.
    unsigned = [one for one in answers if one.replayed != one.online]
    assert {(*one.online[2], *one.replayed[2]) for one in unsigned} <= {("awaiting-signature", "not-covered")}


def test_the_example_terms_go_live_with_two_signatures(demo: Demo) -> None:
    """As CONTRACT says: POSTed by the first controller's officer, approved by the people listed."""
    content = write_handout(demo.settings, clock.now())
    first, second = list(dict.fromkeys(person["organisation"] for person in content["people"]))[:2]

    def someone(organisation: str, role: str, *, place: int = 0) -> Caller:
        people = [
            person["username"]
            for person in content["people"]
            if person["organisation"] == organisation and role in person["roles"]
        ]
        with demo.db.read() as reading:
            return caller_of(reading, people[place], clock.now())

    def do(action: Any, caller: Caller, *given: Any) -> Changed:
        with demo.db.write() as tx:
            changed: Changed = action(tx, *given, caller=caller, now=clock.now(), policies=demo.policies)
        return changed

    terms = read_body({"terms": content["terms_example"]}, TermsIn)
    author = someone(first, "ig_officer")
    draft = do(actions.create, author, terms)
    do(actions.submit, author, draft.ref)
    reviewed = do(
        actions.review, someone(first, "ig_officer", place=1), draft.ref, ReviewIn(outcome="accept")
    )
    assert reviewed.status == "ready_to_sign"

    for organisation in (first, second):
        wanted = SignIn(
            organisation=organisation,
            role="signatory",
            version=draft.version,
            hash=draft.hash,
            decision="sign",
        )
        signed = do(actions.sign, someone(organisation, "signatory"), draft.ref, wanted)
    assert signed.status == "active"
    assert {flow.state for flow in signed.flows} == {"live"}


def test_a_folder_is_used_again_with_its_data_and_keys(demo: Demo) -> None:
    before = write_handout(demo.settings, clock.now())
    again = prepare(
        demo.settings.data_dir, base_url="http://127.0.0.1:8998", agreements=0, progress=unwatched
    )
    after = write_handout(again, clock.now())
    assert after["base_url"] == "http://127.0.0.1:8998"
    assert {name: after[name] for name in ("log", "people")} == {
        name: before[name] for name in ("log", "people")
    }
    assert [one["private_jwk"] for one in after["clients"]] == [
        one["private_jwk"] for one in before["clients"]
    ]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir", encoding="utf-8")
    with pytest.raises(NotADemo):
        prepare(tmp_path, base_url=ADDRESS, agreements=0, progress=unwatched)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_load_that_fails_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policies" / "law").mkdir(parents=True)
    monkeypatch.setenv("REGISTRY_POLICIES_DIR", str(tmp_path / "policies"))
    with pytest.raises(BadPolicyFile):
        prepare(tmp_path / "data", base_url=ADDRESS, agreements=0, progress=unwatched)
    assert [path.name for path in tmp_path.iterdir()] == ["policies"]
