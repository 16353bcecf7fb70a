"""The whole story, over HTTP: registered, assessed, signed, permitted, suspended, exported, proved."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import requests

from tests.journeys.papers import LANCASHIRE, POLICE, dpia, ethics, item, missing_children_terms
from tests.journeys.world import Json, Officer, World, eventually
from tests.servers import REGISTRY

# Of a category that no other journey shares.
ITEMS = [
    item("i1", "vehicle-sighting", "vehicle", "The vehicle in which a missing child was last seen"),
    item("i2", "child-identity", "identity", "Name and date of birth of the child"),
]
QUESTION: Json = {
    "subject": {"type": "organisation", "id": LANCASHIRE},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": f"{POLICE}~vehicle"},
    "context": {"purpose": "missing-persons", "subject_group": "child", "volume": "one"},
}


def test_from_draft_to_proof(world: World, tmp_path: Path) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    partner = world.partner(_first_client_of(world, LANCASHIRE))
    terms = missing_children_terms(items=ITEMS)

    # An officer registers it, another reviews it: now the assessments are waited for.
    made = officer.do("/agreements", {"terms": terms})
    ref = made["ref"]
    assert officer.do(f"/agreements/{ref}/submit")["status"] == "in_review"
    accepted = colleague.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    assert accepted["status"] == "assessments_pending"
    assert partner.ask(QUESTION)["decision"] is False

    # Signing before the assessments is refused, with every rule that waits.
    signature = _signature(made, LANCASHIRE)
    signatory = world.officer(LANCASHIRE, "signatory")
    problem = signatory.refused(f"/agreements/{ref}/sign", signature, status=409, code="gates-unmet")
    assert {"DP-01", "DP-03", "ET-01"} <= {one["rule"] for one in problem["unmet"]}

    # The DPIA is advised on, decided, and adopted by the other controller; then the ethics assessment.
    _decide_dpia(world, officer, ref, terms)
    assert officer.get(f"/agreements/{ref}")["status"] == "assessments_pending"
    _decide_ethics(world, officer, ref, terms)
    assert eventually(lambda: officer.get(f"/agreements/{ref}")["status"] == "ready_to_sign")

    # Every controller signs; the last signature makes it active, and the answer changes at once.
    assert signatory.do(f"/agreements/{ref}/sign", signature)["status"] == "part_signed"
    last = world.officer(POLICE, "signatory").do(f"/agreements/{ref}/sign", _signature(made, POLICE))
    assert last["status"] == "active"
    assert {flow["state"] for flow in last["flows"]} == {"live"}
    answer = partner.ask(QUESTION)
    assert answer["decision"] is True
    context = answer["context"]
    assert context["agreement"] == {"ref": ref, "version": 1, "hash": made["hash"], "flow": "f1"}
    assert context["outcome"] == "PERMIT_WITH_OBLIGATIONS"
    assert context["log_size"] >= last["log_size"]
    assert all(reason["en"] and reason["cy"] for reason in context["reasons"])

    # A guardian of the force suspends that flow: the very next answer says so.
    guardian = world.officer(POLICE, "siro")
    stopped = guardian.do(f"/agreements/{ref}/suspend", {"scope": {"flow": "f1"}, "reason": "Wrong matches"})
    assert {flow["id"]: flow["state"] for flow in stopped["flows"]} == {"f1": "suspended", "f2": "live"}
    refused = partner.ask(QUESTION)
    assert (refused["decision"], refused["context"]["outcome"]) == (False, "SUSPENDED")

    # The signature's entry is provable, and its opening, sealed until then, is public.
    index = last["log_index"]
    proof = f"{world.url}/log/proof/{index}"
    assert eventually(lambda: requests.get(proof, timeout=5).status_code == 200)
    assert requests.get(proof, timeout=5).text.startswith("c2sp.org/tlog-proof@v1\n")
    opening = requests.get(f"{world.url}/log/opening/{index}", timeout=5).json()
    assert json.loads(opening["value"])["type"] == "agreement.signed"

    # An auditor exports the log and proves it; a tampered copy is caught and the damage is named.
    whole = _export(world, tmp_path / "log.zip")
    assert _verify(world, whole).returncode == 0
    damaged = _tampered(whole, tmp_path / "damaged.zip", index)
    caught = _verify(world, damaged)
    assert caught.returncode == 1
    assert str(index) in caught.stdout


def _first_client_of(world: World, organisation: str) -> str:
    clients = world.demo["clients"]
    return next(
        str(client["client_id"])
        for client in clients
        if client["organisation"] == organisation and client["mode"] == "enforce"
    )


def _signature(made: Json, organisation: str) -> Json:
    return {
        "organisation": organisation,
        "role": "signatory",
        "version": made["version"],
        "hash": made["hash"],
        "decision": "sign",
    }


def _decide_dpia(world: World, officer: Officer, ref: str, terms: Json) -> None:
    path = "/dpias/" + officer.do("/dpias", dpia(ref, terms))["id"]
    officer.do(f"{path}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Well considered."})
    decided = world.officer(LANCASHIRE, "siro").do(
        f"{path}/decide", {"decision": "approve", "reason": "The residual risk is low."}
    )
    assert decided["status"] == "approved"
    world.officer(POLICE, "siro").do(f"{path}/adopt", {"organisation": POLICE})


def _decide_ethics(world: World, officer: Officer, ref: str, terms: Json) -> None:
    path = "/ethics-assessments/" + officer.do("/ethics-assessments", ethics(ref, terms))["id"]
    officer.do(f"{path}/submit")
    lead = world.officer(LANCASHIRE, "ethics_lead")
    lead.do(f"{path}/panel-advice", {"advice": "support", "text": "The panel supports it."})
    decided = world.officer(LANCASHIRE, "siro").do(
        f"{path}/decide", {"decision": "approve", "reason": "The panel supports it."}
    )
    assert decided["status"] == "approved"


def _export(world: World, target: Path) -> Path:
    answer = subprocess.run(
        [REGISTRY, "export", "--out", str(target)],
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return target


def _verify(world: World, path: Path) -> subprocess.CompletedProcess[str]:
    command = [REGISTRY, "verify", str(path), "--vkey", world.demo["log"]["vkey"]]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _tampered(whole: Path, target: Path, index: int) -> Path:
    """A copy in which one entry says something else; the entry is sealed, so its commitment is changed."""
    shutil.copyfile(whole, target)
    with zipfile.ZipFile(whole) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    bundle = next(name for name in files if name.startswith(f"tile/entries/{index // 256:03}"))
    octets = bytearray(files[bundle])
    at = 0
    for _ in range(index % 256):
        at += 2 + int.from_bytes(octets[at : at + 2], "big")
    octets[at + 10] ^= 1
    files[bundle] = bytes(octets)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target
