"""Row 37: delegated authority to sign, dated, limited and provable."""

import hashlib
from datetime import timedelta

import requests

from tests.journeys.colleagues import admitted, figures, ready_to_sign, signature
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, today
from tests.journeys.world import Json, World, eventually


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
