"""Policy files read the same everywhere, and are refused when they do not hold together."""

from pathlib import Path

import pytest
from cedarpy import format_policies

from registry.policy import BadPolicyFile, Policies
from tests.unit.policy.files import ROOT, replace

CEDAR = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.cedar"))
SCHEMAS = sorted(path.relative_to(ROOT) for path in ROOT.rglob("schema.cedarschema"))
OF_THE_REGISTER = [path for path in SCHEMAS if path.parts[0] != "conformance"]
"""Those of policies that are always in force: the certification fixture is read where it is switched on."""


@pytest.mark.parametrize("path", CEDAR, ids=str)
def test_a_policy_is_written_as_cedar_formats_it(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text == format_policies(text, line_width=100).strip() + "\n"


@pytest.mark.parametrize("path", SCHEMAS, ids=str)
def test_no_fact_is_optional(path: Path) -> None:
    assert "?" not in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", OF_THE_REGISTER, ids=str)
def test_a_spoilt_schema_is_refused(copied: Path, path: Path) -> None:
    replace(copied / path, "entity", "entitty")
    with pytest.raises(BadPolicyFile, match=r"schema\.cedarschema"):
        Policies.load(copied)
