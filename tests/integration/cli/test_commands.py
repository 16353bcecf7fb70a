"""An operator's commands, one after the other, on both databases."""

import json
import stat
from pathlib import Path

import pytest
import yaml
from alembic import command
from sqlalchemy import text, update

from registry import clock
from registry.auditlog.tables import LogSubject
from registry.db import Database, table
from registry.db.migrate import changing_schema, configuration
from registry.demo.clients import register_clients
from registry.demo.secrets import DemoSecrets
from tests.integration.auditlog.damage import without_guards
from tests.integration.cli.conftest import ORGANISATIONS, House


def test_init_makes_private_keys_once(house: House) -> None:
    first = house.json("init")
    keys = sorted((house.data_dir / "keys").glob("*.pem"))
    before = [key.read_bytes() for key in keys]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600] * 5
    assert house.json("init") == first
    assert [key.read_bytes() for key in keys] == before


def test_migrate_names_the_schema_it_reached(house: House) -> None:
    assert house.json("migrate")["revisions"] != []


def test_the_doctor_finds_a_new_registry_well(ready: House) -> None:
    document = ready.json("doctor")
    assert document["well"], document


def test_the_doctor_names_a_key_that_others_can_read(ready: House) -> None:
    (ready.data_dir / "keys" / "log.pem").chmod(0o644)
    result = ready.run("doctor")
    assert result.exit_code == 1
    assert "FAULT log key" in result.output


def test_the_doctor_says_what_is_missing(house: House) -> None:
    result = house.run("doctor")
    assert result.exit_code == 1
    assert "registry init" in result.output


def test_a_bad_file_is_refused_with_lines_and_exit_code_1(ready: House, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text('organisations:\n  - {id: "ods:rtx"}\n', encoding="utf-8")
    result = ready.run("import", str(path))
    assert result.exit_code == 1
    assert "bad.yaml:2: /organisations/0/name_en: Enter this field." in result.output
    assert "nothing has been loaded" in result.output


def test_a_bad_file_is_refused_as_a_problem_document_too(ready: House, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("weather: fine", encoding="utf-8")
    result = ready.run("import", str(path), "--json")
    problem = json.loads(result.stdout)
    assert (result.exit_code, problem["code"], problem["places"]) == (1, "bad-import", ["bad.yaml:1"])


def test_the_log_is_exported_and_verified(ready: House, tmp_path: Path) -> None:
    out = tmp_path / "export.zip"
    exported = ready.json("export", "--out", str(out))
    vkey = ready.json("keys", "list")["keys"][0]["key"]
    report = ready.json("verify", str(out), "--vkey", vkey)
    assert (report["sound"], report["size"]) == (True, exported["size"])
    bodies = yaml.safe_load(ORGANISATIONS.read_text(encoding="utf-8"))["organisations"]
    assert exported["size"] == ready.json("log", "verify")["size"] == len(bodies)


def test_another_key_does_not_verify_it(ready: House, tmp_path: Path) -> None:
    out = tmp_path / "export.zip"
    ready.run("export", "--out", str(out))
    vkey = ready.json("keys", "list")["keys"][0]["key"]
    stranger = "log.test+7b8ff8dd+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert vkey != stranger
    assert ready.run("verify", str(out), "--vkey", stranger).exit_code in (1, 2)


def test_a_changed_row_is_found(ready: House) -> None:
    db = Database(ready.database_url)
    subject = table(LogSubject)
    with without_guards(db) as tx:
        tx.execute(update(subject).where(subject.c.id == "ods:RTX").values(idx=1))
    db.dispose()
    result = ready.run("log", "verify")
    assert result.exit_code == 1
    assert "ods:RTX" in result.output


def test_a_row_that_was_repaired_in_the_database_is_answered_for(ready: House) -> None:
    db = Database(ready.database_url)
    with db.write() as tx:
        tx.execute(text("UPDATE organisation SET duty_contact = 'duty@other.test' WHERE id = 'ods:RTX'"))
    db.dispose()
    result = ready.run("log", "verify")
    assert result.exit_code == 1
    assert "organisation ods:RTX" in result.output
    assert ready.json("log", "restate", "--reason", "repaired")["rows"] == 1
    assert ready.run("log", "verify").exit_code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])  # noqa: S104 - refused, which is the point
def test_demo_keys_are_not_served_to_other_machines(ready: House, host: str) -> None:
    db = Database(ready.database_url)
    with db.write() as tx:
        register_clients(tx, DemoSecrets.make().client_keys, clock.now())
    db.dispose()
    result = ready.run("serve", "--host", host)
    assert result.exit_code == 1
    assert "loopback" in result.output


@pytest.mark.parametrize("key", ["bundles.pem", "receipts.pem", "log.pem"])
def test_what_an_update_needs_is_named_before_anything_is_served(ready: House, key: str) -> None:
    (ready.data_dir / "keys" / key).unlink()
    result = ready.run("serve")
    assert result.exit_code == 1
    assert key in result.output
    assert "run `registry init`" in result.output


def test_a_database_of_another_release_is_not_served(house: House) -> None:
    house.run("init")
    with changing_schema(house.database_url) as connection:
        command.downgrade(configuration(connection), "-1")
    result = house.run("serve")
    assert result.exit_code == 1
    assert "another schema; run `registry init`" in result.output


def test_the_conformance_tenant_is_not_served_to_other_machines(
    ready: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_CONFORMANCE_TENANT", "true")
    result = ready.run("serve", "--host", "192.0.2.1")
    assert result.exit_code == 1
    assert "conformance tenant" in result.output
