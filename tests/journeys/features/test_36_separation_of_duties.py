"""Row 36: separation of duties, enforced: who gives a role, who holds it, who signs for whom."""

from tests.journeys.colleagues import (
    administrator,
    admitted,
    figures,
    give_role,
    grant_by_two,
    ready_to_sign,
    signature,
)
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY
from tests.journeys.world import World


def test_two_people_grant_a_role_that_approves_and_its_holder_is_told(world: World) -> None:
    colleague, admin = admitted(world, LANCASHIRE, "ig_officer"), administrator(world, LANCASHIRE)
    path = f"/people/{colleague.id}/roles"
    assert give_role(admin, colleague, "signatory")["pending"] == "second-person"
    admin.refused(path, {"role": "signatory"}, status=409, code="another-person-needed")
    told = colleague.sign_in().get("/people/me/notices")["results"]
    assert told[0]["about"] == "role-proposed"
    granted = give_role(world.officer(LANCASHIRE, "siro"), colleague, "signatory")
    assert granted["counts_from"] is not None
    told = colleague.sign_in().get("/people/me/notices")["results"]
    assert ("role-granted", "signatory") in {(one["about"], one["role"]) for one in told}
    assert admin.get(f"/people/{colleague.id}")["roles"] == ["ig_officer", "signatory"]


def test_an_administrator_approves_nothing(world: World) -> None:
    colleague, admin = admitted(world, LANCASHIRE, "admin"), administrator(world, LANCASHIRE)
    path = f"/people/{colleague.id}/roles"
    admin.refused(path, {"role": "siro"}, status=409, code="administrators-do-not-approve")
    world.officer(LANCASHIRE, "siro").refused(path, {"role": "admin"}, status=403, code="not-authorised")


def test_one_person_signs_for_two_bodies_only_where_both_have_said_so(world: World) -> None:
    colleague = admitted(world, LANCASHIRE)
    for body in (LANCASHIRE, MORECAMBE_BAY):
        grant_by_two(world, body, colleague, "signatory")
    version = ready_to_sign(world, figures(world), LANCASHIRE)
    path = f"/agreements/{version['ref']}/sign"
    colleague.sign_in(LANCASHIRE).do(path, signature(version, LANCASHIRE))

    trust = colleague.sign_in(MORECAMBE_BAY)
    problem = trust.refused(path, signature(version, MORECAMBE_BAY), status=409, code="gates-unmet")
    assert [one["rule"] for one in problem["unmet"] if one["severity"] == "block"] == ["SD-04"]
    shared = f"/people/{colleague.id}/shared-authority"
    for body, other, pending in (
        (LANCASHIRE, MORECAMBE_BAY, "second-organisation"),
        (MORECAMBE_BAY, LANCASHIRE, None),
    ):
        assert administrator(world, body).do(shared, {"organisation": other})["pending"] == pending
    assert trust.do(path, signature(version, MORECAMBE_BAY))["status"] == "active"


def test_a_leaver_is_refused_at_once_and_leaves_nothing_undone(world: World) -> None:
    colleague, admin = admitted(world, LANCASHIRE, "ig_officer"), administrator(world, LANCASHIRE)
    heir = admitted(world, LANCASHIRE, "ig_officer")
    leaver = colleague.sign_in()
    ref = leaver.do("/agreements", {"terms": figures(world)})["ref"]
    leave = f"/people/{colleague.id}/leave"
    problem = admin.refused(leave, {"hand_over_to": None}, status=409, code="would-be-orphaned")
    assert ref in problem["detail"]
    left = admin.do(leave, {"hand_over_to": heir.id})
    assert (left["roles"], left["unfinished"]) == (["ig_officer"], [ref])

    answer = leaver.call("GET", f"/agreements/{ref}")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-refused")
    taking_over = heir.sign_in()
    assert taking_over.get("/people/me/notices")["results"][0]["unfinished"] == [ref]
    taking_over.do(f"/agreements/{ref}/submit")
