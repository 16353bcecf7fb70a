"""Durable approvals through the API: signatures in the database and in the log before they are answered."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.bench import load
from tests.bench.timing import Timing
from tests.journeys.papers import LANCASHIRE, POLICE, dpia, flow, missing_children_terms
from tests.journeys.world import Json, Officer, World, eventually

CONNECTIONS = 8
COVERED_BY_ONE_DPIA = 50


def measure(world: World, *, agreements: int) -> Timing:
    """Bring agreements to the point where two bodies can sign, then let both sign all of them."""
    drafts = _ready_to_sign(world, agreements)
    signatures = [
        request for organisation in (LANCASHIRE, POLICE) for request in _sign(world, organisation, drafts)
    ]
    port = urlsplit(world.url).port or 80
    answers = load.send(port, iter(signatures), connections=CONNECTIONS, seconds=600)
    if answers.statuses != {200: len(signatures)}:
        raise RuntimeError(f"not every signature was accepted: {answers.statuses}")
    return answers.timing


def _ready_to_sign(world: World, agreements: int) -> list[Json]:
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    terms = missing_children_terms(flows=[flow("f1", POLICE, LANCASHIRE), flow("f2", LANCASHIRE, POLICE)])
    drafts = [officer.do("/agreements", {"terms": terms}) for _ in range(agreements)]
    for draft in drafts:
        officer.do(f"/agreements/{draft['ref']}/submit")
        colleague.do(f"/agreements/{draft['ref']}/qa-review", {"outcome": "accept", "comments": []})
    for start in range(0, agreements, COVERED_BY_ONE_DPIA):
        refs = [draft["ref"] for draft in drafts[start : start + COVERED_BY_ONE_DPIA]]
        _approve_dpia(world, officer, {**dpia(refs[0], terms), "covers": refs})
    last = f"/agreements/{drafts[-1]['ref']}"
    if not eventually(lambda: officer.get(last)["status"] == "ready_to_sign", within_seconds=60):
        raise RuntimeError(f"{last} did not become ready to sign")
    return drafts


def _approve_dpia(world: World, officer: Officer, document: Json) -> None:
    path = "/dpias/" + officer.do("/dpias", document)["id"]
    officer.do(f"{path}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Well considered."})
    approval = {"decision": "approve", "reason": "The residual risk is low."}
    world.officer(LANCASHIRE, "siro").do(f"{path}/decide", approval)
    world.officer(POLICE, "siro").do(f"{path}/adopt", {"organisation": POLICE})


def _sign(world: World, organisation: str, drafts: list[Json]) -> Iterator[bytes]:
    """One signature of an organisation under each agreement."""
    token = world.officer(organisation, "signatory").session.token["access_token"]
    for draft in drafts:
        body = {
            "organisation": organisation,
            "role": "signatory",
            "version": draft["version"],
            "hash": draft["hash"],
            "decision": "sign",
        }
        path = f"/api/v1/agreements/{draft['ref']}/sign"
        yield load.request("POST", path, token=token, body=json.dumps(body).encode())
