"""`registry import` on both databases: all of a file or nothing of it, and every fault with its line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.agreements.tables import Agreement, AgreementVersion
from registry.auditlog import log_size, read_events
from registry.db import Database, table
from registry.demo.samples import terms_example
from registry.imports.load import import_files
from registry.imports.plan import BadImport, Plan, StepFailed
from registry.organisations.tables import Organisation, Person
from registry.policy import Policies
from registry.settings import ROOT

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLICIES = Policies.load(ROOT / "policies")

COUNCIL = {
    "id": "gss:E10000017",
    "aliases": ["orgid:GB-LAE-LAN"],
    "name_en": "Lancashire County Council",
    "name_cy": "Cyngor Sir Swydd Gaerhirfryn",
    "kind": "council",
    "nations": "E",
    "public_authority": True,
    "competent_authority": False,
    "health_or_care": True,
    "dpo_designated": True,
}
TRUST = COUNCIL | {"id": "ods:RTX", "aliases": [], "kind": "nhs-trust", "name_en": "Morecambe Bay"}
AMINA = {
    "username": "amina.shah",
    "name": "Amina Shah",
    "email": "amina@lancashire.test",
    "organisation": "orgid:GB-LAE-LAN",
    "roles": ["ig_officer"],
}
TERMS = terms_example(NOW.date())
GOOD: dict[str, Any] = {"organisations": [COUNCIL, TRUST], "agreements": [{"terms": TERMS}]}


def load(db: Database, tmp_path: Path, content: dict[str, Any] | str, *, demo: bool = False) -> Plan:
    path = tmp_path / "register.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return import_files(db, [path], policies=POLICIES, now=NOW, demo=demo, password_hash="!")


def count(db: Database, model: type[Any]) -> int:
    with db.read() as reading:
        return int(reading.scalar(select(func.count()).select_from(table(model))))


def is_empty(db: Database) -> bool:
    with db.read() as reading:
        size = log_size(reading)
    return size == count(db, Organisation) == count(db, Person) == count(db, Agreement) == 0


def places(refused: pytest.ExceptionInfo[BadImport]) -> list[tuple[int, str, str]]:
    return [(one.line, one.error.pointer, one.error.code) for one in refused.value.problems]


def test_organisations_and_agreements_are_loaded_as_drafts(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, GOOD)
    with database.read() as reading:
        types = [event.type for event in read_events(reading, 0, 10)]
        version = reading.one_or_none(select(table(AgreementVersion)))
    assert types == ["organisation.registered", "organisation.registered", "agreement.drafted"]
    assert version is not None
    assert (version.status, version.author_organisation, version.authors) == ("draft", "gss:E10000017", [])


def test_an_agreement_may_be_given_as_its_terms_alone(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, GOOD | {"agreements": [TERMS]})
    assert count(database, Agreement) == 1


def test_an_import_adds_to_what_is_there(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {"organisations": [COUNCIL, TRUST]})
    load(database, tmp_path, {"agreements": [TERMS]})
    assert count(database, Agreement) == 1


BAD = """\
organisations:
  - {id: "gss:E10000017", name_en: Lancashire, name_cy: "", kind: council, nations: E, public_authority: true,
     competent_authority: no, health_or_care: true, dpo_designated: true, colour: red}
  - id: "ods:rtx"
    name_en: Morecambe Bay
    name_cy: Bae Morecambe
    kind: castle
    nations: E
    public_authority: true
    competent_authority: false
    health_or_care: true
    dpo_designated: true
  - id: "police:lancashire"
    aliases: ["police:lancashire"]
    name_en: Lancashire Constabulary
    name_cy: Heddlu Swydd Gaerhirfryn
    kind: police
    nations: E
    public_authority: true
    competent_authority: true
    health_or_care: false
    dpo_designated: true
people:
  - {username: amina.shah, name: Amina, email: nowhere, organisation: "gss:E10000017", roles: [ig_officer]}
  - {username: owen, name: Owen, email: o@x.test, organisation: "gss:E99999999", roles: [king]}
agreements:
  - terms: {schema: terms/1}
weather: fine
story:
  - {at: tomorrow, as: amina.shah, do: sign}
  - {at: -1d, as: nobody, do: dance}
  - {at: -1d, as: owen, do: submit, with: {ref: $mash.ref, speed: high}}
  - {at: -1d, as: owen, do: sign, with: {ref: ISA-1, role: king}}
"""


def test_every_fault_is_named_with_its_line_and_nothing_is_loaded(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, BAD, demo=True)
    found = places(refused)
    assert {line for line, _, _ in found} == {2, 3, 4, 7, 14, 24, 25, 27, 28, 30, 31, 32, 33}
    assert (3, "/organisations/0/competent_authority", "wrong-type") in found
    assert (3, "/organisations/0/colour", "unknown") in found
    assert (4, "/organisations/1/id", "import-identifier") in found
    assert (7, "/organisations/1/kind", "unknown-code") in found
    assert (14, "/organisations/2/aliases/0", "import-taken") in found
    assert (25, "/people/1/organisation", "unknown-organisation") in found
    assert (25, "/people/1/roles/0", "unknown-code") in found
    assert (27, "/agreements/0/terms/parties", "missing") in found
    assert (28, "/weather", "unknown") in found
    assert (30, "/story/0/at", "bad-form") in found
    assert (31, "/story/1/do", "not-a-choice") in found
    assert (31, "/story/1/as", "import-unknown-person") in found
    assert (32, "/story/2/with/ref", "import-unknown-label") in found
    assert (32, "/story/2/with/speed", "unknown") in found
    assert (33, "/story/3/with/role", "not-a-choice") in found
    assert found == sorted(found, key=lambda one: one[0])
    assert is_empty(database)


def test_what_refers_to_an_entry_at_fault_is_not_at_fault_itself(database: Database, tmp_path: Path) -> None:
    faulty = COUNCIL | {"nations": "X"}
    with pytest.raises(BadImport) as refused:
        load(
            database,
            tmp_path,
            {"organisations": [faulty, TRUST], "people": [AMINA], "agreements": [TERMS]},
            demo=True,
        )
    assert [pointer for _, pointer, _ in places(refused)] == ["/organisations/0/nations"]


@pytest.mark.parametrize("section", ["people", "story"])
def test_outside_the_demo_there_are_no_accounts_and_no_deeds(
    section: str, database: Database, tmp_path: Path
) -> None:
    entries = {
        "people": [AMINA],
        "story": [{"at": "-1d", "as": "amina.shah", "do": "draft", "with": {"terms": TERMS}}],
    }
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, GOOD | {section: entries[section]})
    assert "import-demo-only" in {code for _, _, code in places(refused)}
    assert is_empty(database)


def test_outside_the_demo_nobody_is_named_as_the_author(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, GOOD | {"agreements": [{"as": "amina.shah", "terms": TERMS}]})
    assert [(pointer, code) for _, pointer, code in places(refused)] == [
        ("/agreements/0/as", "import-demo-only")
    ]


@pytest.mark.parametrize(
    "content", ["", "[]", "null", "{}", "hello", "{", "a: b: c", "\x00", "organisations: 3"]
)
def test_a_file_without_anything_to_load_is_refused(content: str, database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadImport):
        load(database, tmp_path, content)
    assert is_empty(database)


def test_terms_given_alone_are_named_by_their_own_place(database: Database, tmp_path: Path) -> None:
    terms = TERMS | {"kind": "treaty"}
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, {"organisations": [COUNCIL, TRUST], "agreements": [terms]})
    assert [pointer for _, pointer, _ in places(refused)] == ["/agreements/0/kind"]


def test_an_unknown_code_deep_in_the_terms_is_named(database: Database, tmp_path: Path) -> None:
    terms = json.loads(json.dumps(TERMS))
    terms["flows"][1]["purposes"] = ["curiosity"]
    terms["flows"][0]["onward_recipients"] = ["ods:ZZZ"]
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, {"organisations": [COUNCIL, TRUST], "agreements": [terms]})
    assert is_empty(database)
    assert {(pointer, code) for _, pointer, code in places(refused)} == {
        ("/agreements/0/flows/1/purposes/0", "unknown-code"),
        ("/agreements/0/flows/0/onward_recipients/0", "unknown-organisation"),
    }


def test_what_an_action_refuses_names_its_line_and_leaves_the_register_as_it_was(
    database: Database, tmp_path: Path
) -> None:
    others = [COUNCIL | {"id": "gss:E06000009", "aliases": []}, COUNCIL, TRUST]
    outsider = AMINA | {"organisation": "gss:E06000009"}
    with pytest.raises(StepFailed) as refused:
        load(
            database,
            tmp_path,
            {
                "organisations": others,
                "people": [outsider],
                "agreements": [{"as": "amina.shah", "terms": TERMS}],
            },
            demo=True,
        )
    assert refused.value.facts["place"].startswith("register.json:")
    assert is_empty(database)


def test_a_failing_step_names_its_line(database: Database, tmp_path: Path) -> None:
    submit = {"at": "-1d", "as": "amina.shah", "do": "submit", "with": {"ref": "$falls.ref"}}
    story = [submit, submit]
    with pytest.raises(StepFailed) as refused:
        load(
            database,
            tmp_path,
            {
                "organisations": [COUNCIL, TRUST],
                "people": [AMINA],
                "agreements": [{"name": "falls", "as": "amina.shah", "terms": TERMS}],
                "story": story,
            },
            demo=True,
        )
    lines = (tmp_path / "register.json").read_text(encoding="utf-8").splitlines()
    place = int(refused.value.facts["place"].rpartition(":")[2])
    assert lines[place - 1 :][:2] == ["  {", '   "at": "-1d",']


def test_a_step_refers_only_to_what_a_label_has(database: Database, tmp_path: Path) -> None:
    story = [{"at": "-1d", "as": "amina.shah", "do": "submit", "with": {"ref": "$falls.id"}}]
    agreements = [{"name": "falls", "as": "amina.shah", "terms": TERMS}]
    content = {"organisations": [COUNCIL, TRUST], "people": [AMINA], "agreements": agreements, "story": story}
    with pytest.raises(BadImport) as refused:
        load(database, tmp_path, content, demo=True)
    assert [(pointer, code) for _, pointer, code in places(refused)] == [
        ("/story/0/with/ref", "import-unknown-label")
    ]
