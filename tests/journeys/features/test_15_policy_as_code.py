"""Row 15: Policy as code, testable, versioned."""

import hashlib
from pathlib import Path

import yaml

from registry.settings import ROOT
from tests.journeys.gates import figures
from tests.journeys.papers import LANCASHIRE
from tests.journeys.world import Json, World

POLICIES = ROOT / "policies"
LEFT_OUT = {"cases", "conformance"}
QUESTION: Json = {
    "subject": {"type": "organisation", "id": LANCASHIRE},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": "ods:RTX~statistics"},
    "context": {"purpose": "research", "subject_group": "patient", "volume": "bulk"},
}


def digest_of(folder: Path) -> str:
    """The digest as the contract words it, worked out without the registry."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and LEFT_OUT.isdisjoint(path.relative_to(folder).parts)
    }
    lines = (
        f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        for name, path in sorted(files.items(), key=lambda one: one[0].encode())
    )
    return f"sha256:{hashlib.sha256(b''.join(lines)).hexdigest()}"


def test_every_answer_names_the_policies_it_was_judged_under(world: World) -> None:
    partner = world.partner(str(world.demo["clients"][0]["client_id"]))
    assert partner.ask(QUESTION)["context"]["policy_digest"] == digest_of(POLICIES)


def test_a_refusal_leads_to_the_rule_its_law_and_its_cases(world: World) -> None:
    everything = figures(world)
    everything["items"][0]["name"] = "All records of the patient"
    everything["flows"][0]["retention"] = {}
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": everything})["ref"]
    unmet = officer.refused(f"/agreements/{ref}/submit", status=409, code="gates-unmet")["unmet"]
    assert {(one["rule"], one["pointer"]) for one in unmet if one["severity"] == "block"} == {
        ("MN-01", "/items/0"),
        ("RT-01", "/flows/0"),
    }
    for one in unmet:
        text = (POLICIES / "gates" / f"{one['rule']}.cedar").read_text(encoding="utf-8")
        assert f'@cite("{one["cite"]}")' in text
        assert one["en"] != one["cy"]
        assert one["fix_en"] != one["fix_cy"]
        cases = yaml.safe_load((POLICIES / "gates" / "cases" / f"{one['rule']}.yaml").read_text("utf-8"))
        assert {case["met"] for case in cases} == {True, False}
