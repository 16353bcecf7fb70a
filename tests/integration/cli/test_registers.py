"""`registry import` of a spreadsheet, and of agreements that were signed outside."""

import json
from pathlib import Path

import yaml

from tests.integration.cli.conftest import House
from tests.integration.exchange.registers import PDF, as_csv, as_xlsx, row
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, terms

GOOD = row(**{"Shared with": "gss:E08000035"})


def test_a_dry_run_tells_each_fault_and_loads_nothing(ready: House, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(as_csv(GOOD, GOOD | {"Date started": "soon"}))
    result = ready.run("import", str(path), "--organisation", LANCASHIRE, "--dry-run")
    assert result.exit_code == 1
    assert "row     3   I  starts_on" in result.output
    assert "2 rows, 1 faults, 0 agreements loaded" in result.output


def test_a_good_register_is_loaded_as_drafts(ready: House, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(as_xlsx(GOOD, GOOD))
    assert ready.json("import", str(path), "--organisation", LANCASHIRE, "--dry-run")["loaded"] == []
    loaded = ready.json("import", str(path), "--organisation", LANCASHIRE)
    assert len(loaded["loaded"]) == 2
    assert loaded["errors"] == []


def test_a_register_is_of_an_organisation(ready: House, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(as_csv(GOOD))
    assert ready.refusal("import", str(path)) == "unknown-organisation"


def test_an_import_file_says_what_was_signed_outside(ready: House, tmp_path: Path) -> None:
    signed = [{"organisation": body, "signed_on": "2026-01-31"} for body in (LANCASHIRE, BLACKPOOL)]
    entry = {"terms": terms(), "attested": {"pdf": f"sha256:{PDF}", "signatures": signed}}
    path = tmp_path / "signed.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps({"agreements": [entry]}))), encoding="utf-8")
    size = ready.json("log", "verify")["size"]
    assert ready.json("import", str(path))["agreements"] == 1
    assert ready.json("log", "verify")["size"] == size + 2
