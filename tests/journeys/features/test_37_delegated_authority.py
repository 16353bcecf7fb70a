"""Row 37: delegated authority to sign, dated, limited and provable."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import requests
from joserfc.jwk import OKPKey

from tests.journeys.colleagues import ADMINISTERS, admitted, figures, ready_to_sign, signature
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, today
from tests.journeys.world import Json, Officer, Partner, World, eventually

OLD_TRUST, NEW_TRUST = "local:old-trust", "local:new-trust"


def lending(**changes: object) -> Json:
    return {
        "role": "signatory",
        "kinds": ["isp"],
        "max_risk": "medium",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=14)).isoformat(),
    } | changes


def test_a_deputy_signs_within_the_limits_and_the_log_proves_by_what_authority(world: World) -> None:
    deputy = admitted(world, LANCASHIRE, "ig_officer")
    signatory = world.officer(LANCASHIRE, "signatory")
    lent = signatory.do(f"/people/{deputy.id}/delegations", lending())
    assert lent["pending"] is None
    signer = deputy.sign_in()

    inside = ready_to_sign(world, figures(world), LANCASHIRE)
    signed = signer.do(f"/agreements/{inside['ref']}/sign", signature(inside, LANCASHIRE))
    assert signed["status"] == "part_signed"
    outside = ready_to_sign(world, figures(world, kind="dda"), LANCASHIRE)
    problem = signer.refused(
        f"/agreements/{outside['ref']}/sign", signature(outside, LANCASHIRE), status=409, code="gates-unmet"
    )
    assert [one["rule"] for one in problem["unmet"] if one["severity"] == "block"] == ["SD-03"]
    signatory.do(f"/agreements/{outside['ref']}/sign", signature(outside, LANCASHIRE))

    listed = {one["id"]: one for one in signatory.get("/delegations")["results"]}
    recorded = listed[lent["id"]]
    assert recorded["status"] == "given"
    assert recorded["digest"] == "sha256:" + hashlib.sha256(recorded["document"].encode()).hexdigest()
    proof = f"{world.url}/log/proof/{lent['log_index']}"
    assert eventually(lambda: requests.get(proof, timeout=10).status_code == 200)


def test_a_delegation_that_has_ended_lends_nothing(world: World) -> None:
    deputy = admitted(world, LANCASHIRE, "ig_officer")
    signatory = world.officer(LANCASHIRE, "signatory")
    lent = signatory.do(f"/people/{deputy.id}/delegations", lending())
    signer = deputy.sign_in()
    version = ready_to_sign(world, figures(world), LANCASHIRE)
    signatory.do(f"/delegations/{lent['id']}/end")
    signer.refused(
        f"/agreements/{version['ref']}/sign", signature(version, LANCASHIRE), status=403, code="may-not"
    )


def test_without_the_holder_two_people_lend_a_role(world: World) -> None:
    deputy = admitted(world, LANCASHIRE, "ig_officer")
    siro, dpo = world.officer(LANCASHIRE, "siro"), world.officer(LANCASHIRE, "dpo")
    asked = siro.do(f"/people/{deputy.id}/delegations", lending())
    assert asked["pending"] == "second-person"
    agree = f"/delegations/{asked['id']}/agree"
    siro.refused(agree, status=409, code="another-person-needed")
    world.officer(MORECAMBE_BAY, "siro").refused(agree, status=403, code="not-authorised")
    version = ready_to_sign(world, figures(world), LANCASHIRE)
    deputy.sign_in().refused(
        f"/agreements/{version['ref']}/sign", signature(version, LANCASHIRE), status=403, code="may-not"
    )
    dpo.do(agree)
    signed = deputy.sign_in().do(f"/agreements/{version['ref']}/sign", signature(version, LANCASHIRE))
    assert signed["status"] == "part_signed"
    told = deputy.sign_in().get("/people/me/notices")["results"]
    assert {(one["about"], one["role"]) for one in told} >= {("delegation", "signatory")}


def test_a_successor_stands_where_a_merged_body_signed_and_nobody_signs_again(
    world: World, tmp_path: Path
) -> None:
    people = merging(world, tmp_path)
    version = ready_to_sign(world, figures(world, trust=OLD_TRUST), LANCASHIRE)
    path = f"/agreements/{version['ref']}"
    world.officer(LANCASHIRE, "signatory").do(f"{path}/sign", signature(version, LANCASHIRE))
    signed = people["signatory"].do(f"{path}/sign", signature(version, OLD_TRUST))
    assert signed["status"] == "active"
    casework = world.partner("lancashire-casework")
    wards = system_of(world, OLD_TRUST, tmp_path)
    before = casework.ask(figures_of(OLD_TRUST))["context"]
    assert wards.ask(figures_of(OLD_TRUST))["decision"] is True
    assert casework.ask(figures_of(NEW_TRUST))["decision"] is False

    order = {
        "kind": "merge",
        "predecessors": [OLD_TRUST],
        "heir": NEW_TRUST,
        "citation": "SI 2026/1000, article 3",
        "effective_on": today().isoformat(),
    }
    made = people["admin"].do("/successions", order)
    assert made["pending"] == "second-person"
    people["admin"].refused(f"/successions/{made['id']}/confirm", status=409, code="another-person-needed")
    assert people["siro"].do(f"/successions/{made['id']}/confirm")["pending"] is None

    answer = casework.ask(figures_of(NEW_TRUST))
    assert answer["decision"] is True
    assert answer["context"]["agreement"] == before["agreement"]
    # The merged trust's system asks on: with the token it had, with a new one, and by either name.
    for asking in (wards, Partner.authorised(world, wards.client)):
        for holder in (OLD_TRUST, NEW_TRUST):
            answer = asking.ask(figures_of(holder))
            assert (answer["decision"], answer["context"]["agreement"]) == (True, before["agreement"])
    read = world.officer(LANCASHIRE, "ig_officer").get(path)
    assert (read["status"], read["hash"], len(read["signatures"])) == ("active", version["hash"], 2)
    orders = world.officer(LANCASHIRE, "auditor").get("/successions")["results"]
    (recorded,) = [one for one in orders if one["id"] == made["id"]]
    assert (recorded["status"], recorded["citation"]) == ("carried-out", order["citation"])


def merging(world: World, folder: Path) -> dict[str, Officer]:
    """A trust that will merge into another, both put on the register for this journey; its people by role."""
    described = {
        "kind": "nhs-trust",
        "nations": "E",
        "public_authority": True,
        "competent_authority": False,
        "health_or_care": True,
        "dpo_designated": True,
        "ico_number": "ZA000099",
        "ig_contact": "ig@trust.test",
        "duty_contact": "duty@trust.test",
        "illustrative": True,
    }
    names = {
        OLD_TRUST: ("Old Trust", "Hen Ymddiriedolaeth"),
        NEW_TRUST: ("New Trust", "Ymddiriedolaeth Newydd"),
    }
    bodies = [described | {"id": body, "name_en": en, "name_cy": cy} for body, (en, cy) in names.items()]
    (folder / "bodies.json").write_text(json.dumps({"organisations": bodies}), encoding="utf-8")
    world.command("import", str(folder / "bodies.json"))
    return {role: employed(world, role) for role in ("signatory", "admin", "siro")}


def employed(world: World, role: str) -> Officer:
    """Someone of the trust that will merge, with an account that the operator made."""
    facts = ("--name", "Employed", "--email", f"{role}@trust.test", "--organisation", OLD_TRUST)
    made = json.loads(world.command("people", "add", f"old-trust-{role}", *facts, "--role", role, "--json"))
    return Officer.sign_in(world, made, scope=ADMINISTERS if role == "admin" else None)


def system_of(world: World, organisation: str, folder: Path) -> Partner:
    """A partner system that the operator registered for a body, with a token of its own."""
    key, name = OKPKey.generate_key("Ed25519", {"kid": "wards-1"}), f"wards-{uuid4().hex}"
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    facts = ("--organisation", organisation, "--name", "Wards", "--mode", "enforce", "--alg", "Ed25519")
    keys = ("--scope", "decisions:ask", "--jwks", str(folder / "jwks.json"))
    world.command("clients", "add", name, *facts, *keys)
    client = {
        "client_id": name,
        "scope": "decisions:ask",
        "alg": "Ed25519",
        "private_jwk": key.as_dict(private=True),
        "assertion_audience": world.demo["clients"][0]["assertion_audience"],
    }
    return Partner.authorised(world, client)


def figures_of(holder: str) -> Json:
    """The council's question whether it may have a trust's counts of falls."""
    return {
        "subject": {"type": "organisation", "id": LANCASHIRE},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{holder}~statistics"},
        "context": {"purpose": "public-health", "subject_group": "service-user", "volume": "bulk"},
    }
