"""What can never happen under these policies, proved for every caller, agreement and flow there could be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import z3

from registry.agreements.rules import BEFORE_FORCE
from registry.policy.cedar import Policy
from tests.unit.policy.files import ROOT
from tests.unit.policy.symbolic import NOBODY, Scene, attribute_sorts, read

ACCESS, GATES, SHARING = (read(ROOT / folder) for folder in ("access", "gates", "sharing"))
SORTS = {folder: attribute_sorts(ROOT / folder) for folder in ("access", "gates", "sharing")}
ACTIONS = sorted(
    {
        one["id"]
        for policy in ACCESS
        for one in policy.body["action"].get("entities", [policy.body["action"].get("entity")])
    }
)
READING = {action for action in ACTIONS if action.endswith(".read")} | {"decisions.ask", "decisions.advise"}
WRITING = [action for action in ACTIONS if action not in READING | {"log.export"}]
DECIDING = ["agreement.sign", "dpia.decide", "dpia.adopt", "ethics.decide", "ethics.adopt"]


def access() -> Scene:
    return Scene(SORTS["access"]["Caller"], SORTS["access"]["Record"])


def gate(kind: str) -> Scene:
    return Scene({}, SORTS["gates"][kind])


def sharing() -> Scene:
    return Scene(SORTS["sharing"]["Question"], SORTS["sharing"]["Flow"])


def may(scene: Scene, *actions: str, policies: list[Policy] = ACCESS) -> Any:
    return z3.Or([scene.allows(policies, action) for action in actions])


def passes(scene: Scene, stage: str, kind: str, policies: list[Policy] = GATES) -> Any:
    """Every blocking rule of the stage is met."""
    return z3.And(
        [
            scene.holds(policy, stage)
            for policy in policies
            if policy.annotations["unit"] == kind
            and stage in policy.annotations["stage"].split()
            and policy.annotations["severity"] == "block"
        ]
    )


def no_outsider_sees_a_draft(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    status = scene.fact("resource", "status")
    return scene.counterexample(
        may(scene, "agreement.read", policies=policies),
        z3.Or([status == scene.text(one.value) for one in sorted(BEFORE_FORCE)]),
        z3.Not(z3.IsMember(scene.fact("principal", "organisation"), scene.fact("resource", "parties"))),
        scene.fact("principal", "organisation") != scene.fact("resource", "author_organisation"),
    )


def nobody_outside_sees_what_is_withheld(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, "agreement.read", policies=policies),
        scene.fact("resource", "publication") == scene.text("withheld"),
        z3.Not(z3.IsMember(scene.fact("principal", "organisation"), scene.fact("resource", "parties"))),
        scene.fact("principal", "organisation") != scene.fact("resource", "author_organisation"),
    )


def no_partner_system_changes_an_agreement(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    changing = [one for one in WRITING if one.startswith(("agreement.", "dpia.", "ethics."))]
    return scene.counterexample(
        may(scene, *changing, policies=policies),
        scene.fact("principal", "kind") == scene.text("client"),
    )


def nobody_without_the_scope_decides(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, *DECIDING, policies=policies),
        z3.Not(z3.IsMember(scene.text("approve"), scene.fact("principal", "scopes"))),
    )


def nobody_signs_for_a_stranger(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, "agreement.sign", "agreement.suspend", "agreement.confirm", policies=policies),
        z3.Not(z3.IsMember(scene.fact("principal", "organisation"), scene.fact("resource", "parties"))),
    )


def only_the_author_s_body_edits(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, "agreement.edit", "agreement.submit", "agreement.amend", policies=policies),
        scene.fact("principal", "organisation") != scene.fact("resource", "author_organisation"),
    )


def no_data_protection_officer_decides_a_dpia(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, "dpia.decide", policies=policies),
        z3.IsMember(scene.text("dpo"), scene.fact("principal", "roles")),
    )


def nobody_adopts_their_own(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    return scene.counterexample(
        may(scene, "dpia.adopt", "ethics.adopt", policies=policies),
        scene.fact("principal", "organisation") == scene.fact("resource", "owner_organisation"),
    )


def nobody_without_a_role_changes_an_agreement(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    changing = [one for one in WRITING if one.startswith(("agreement.", "dpia.", "ethics."))]
    return scene.counterexample(
        may(scene, *changing, policies=policies),
        scene.fact("principal", "kind") == scene.text("person"),
        scene.fact("principal", "roles") == NOBODY,
    )


def no_auditor_decides(policies: list[Policy] = ACCESS) -> str | None:
    scene = access()
    only_auditor = z3.SetAdd(NOBODY, scene.text("auditor"))
    return scene.counterexample(
        may(scene, *DECIDING, "agreement.edit", "agreement.suspend", policies=policies),
        scene.fact("principal", "roles") == only_auditor,
    )


def no_drafter_approves(policies: list[Policy] = GATES) -> str | None:
    scene = gate("act")
    return scene.counterexample(
        passes(scene, "sign", "act", policies), scene.fact("resource", "actor_is_author")
    )


def no_changed_text_is_signed(policies: list[Policy] = GATES) -> str | None:
    scene = gate("act")
    return scene.counterexample(
        passes(scene, "sign", "act", policies), z3.Not(scene.fact("resource", "hash_matches"))
    )


def nothing_activates_without_a_required_dpia(policies: list[Policy] = GATES) -> str | None:
    scene = gate("version_controller")
    return scene.counterexample(
        passes(scene, "activate", "version_controller", policies),
        scene.fact("resource", "dpia_required"),
        z3.Not(scene.fact("resource", "dpia_approved")),
        # Where the law already obliges to share, a missing paper warns and does not stop the duty.
        z3.Not(scene.fact("resource", "rests_on_duty")),
    )


def ai_never_flows_without_ethics_approval(policies: list[Policy] = GATES) -> str | None:
    scene = gate("flow")
    none = scene.text("none")
    return scene.counterexample(
        z3.Or(passes(scene, "activate", "flow", policies), passes(scene, "disclose", "flow", policies)),
        z3.Or(
            scene.fact("resource", "automation") != none,
            scene.fact("resource", "biometrics") != none,
        ),
        z3.Not(scene.fact("resource", "ethics_approved")),
    )


def section_16_never_carries_patient_information(policies: list[Policy] = GATES) -> str | None:
    scene = gate("flow")
    return scene.counterexample(
        z3.Or(passes(scene, "submit", "flow", policies), passes(scene, "disclose", "flow", policies)),
        z3.IsMember(scene.text("PCSC22-16"), scene.fact("resource", "gateways")),
        scene.fact("resource", "patient_information"),
    )


def no_flow_goes_live_unsigned(policies: list[Policy] = GATES) -> str | None:
    scene = gate("flow")
    return scene.counterexample(
        passes(scene, "activate", "flow", policies),
        z3.Or(
            scene.fact("resource", "unsigned_controllers") != NOBODY,
            scene.fact("resource", "signed_by_day") > scene.fact("context", "day"),
            scene.fact("resource", "starts_on_day") > scene.fact("context", "day"),
        ),
    )


def suspended_never_permits(policies: list[Policy] = SHARING) -> str | None:
    scene = sharing()
    return scene.counterexample(
        scene.allows(policies, "share"), scene.fact("resource", "state") != scene.text("live")
    )


def blocked_never_permits(policies: list[Policy] = SHARING) -> str | None:
    scene = sharing()
    return scene.counterexample(
        scene.allows(policies, "share"), scene.fact("resource", "blocked_by") != NOBODY
    )


def nothing_is_permitted_outside_its_days(policies: list[Policy] = SHARING) -> str | None:
    scene = sharing()
    day = scene.fact("principal", "day")
    return scene.counterexample(
        scene.allows(policies, "share"),
        z3.Or(
            day < scene.fact("resource", "starts_on_day"),
            day > scene.fact("resource", "expires_on_day"),
            day >= scene.fact("resource", "leaves_on_day"),
        ),
    )


def nothing_unlisted_is_permitted(policies: list[Policy] = SHARING) -> str | None:
    scene = sharing()
    return scene.counterexample(
        scene.allows(policies, "share"),
        z3.Or(
            z3.Not(z3.IsMember(scene.fact("principal", "purpose"), scene.fact("resource", "purposes"))),
            z3.Not(z3.IsMember(scene.fact("principal", "holding"), scene.fact("resource", "holdings"))),
            scene.fact("principal", "recipient") != scene.fact("resource", "recipient"),
        ),
    )


INVARIANTS: dict[Callable[..., str | None], str] = {
    no_outsider_sees_a_draft: "agreement-read-party",
    nobody_outside_sees_what_is_withheld: "agreement-read-published",
    no_partner_system_changes_an_agreement: "agreement-write",
    nobody_without_the_scope_decides: "agreement-sign",
    nobody_signs_for_a_stranger: "agreement-sign",
    only_the_author_s_body_edits: "agreement-write",
    no_data_protection_officer_decides_a_dpia: "dpia-decide",
    nobody_adopts_their_own: "dpia-adopt",
    nobody_without_a_role_changes_an_agreement: "agreement-write",
    no_auditor_decides: "agreement-sign",
    no_drafter_approves: "SD-01",
    no_changed_text_is_signed: "SD-05",
    nothing_activates_without_a_required_dpia: "DP-01",
    ai_never_flows_without_ethics_approval: "ET-01",
    section_16_never_carries_patient_information: "GW-03",
    no_flow_goes_live_unsigned: "SD-06",
    suspended_never_permits: "flow-permits",
    blocked_never_permits: "flow-permits",
    nothing_is_permitted_outside_its_days: "flow-permits",
    nothing_unlisted_is_permitted: "flow-permits",
}
"""Each claim, and a policy without whose conditions it would no longer be true."""


def without_conditions(policies: list[Policy], rule: str) -> list[Policy]:
    """The policies, of which one is stripped of everything it asks, and no longer outvoted by a forbid."""
    return [
        replace(policy, body={**policy.body, "conditions": []}) if policy.id == rule else policy
        for policy in policies
        if policy.body["effect"] == "permit"
    ]


@pytest.mark.parametrize("claim", INVARIANTS, ids=lambda claim: str(claim.__name__))
def test_it_can_never_happen(claim: Callable[..., str | None]) -> None:
    assert claim() is None


@pytest.mark.parametrize("claim", INVARIANTS, ids=lambda claim: str(claim.__name__))
def test_without_its_rule_it_could_happen_and_is_told(claim: Callable[..., str | None]) -> None:
    rule = INVARIANTS[claim]
    policies = next(some for some in (ACCESS, GATES, SHARING) if rule in {one.id for one in some})
    story = claim(without_conditions(policies, rule))
    assert story is not None
    assert story.startswith(("principal: ", "resource: "))


def test_a_counterexample_reads_as_a_story() -> None:
    without_forbid = [policy for policy in ACCESS if policy.id != "dpo-never-decides"]
    story = no_data_protection_officer_decides_a_dpia(without_forbid)
    assert story is not None
    assert "kind person" in story
    assert "dpo" in story
    assert "approve" in story
