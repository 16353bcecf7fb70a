"""What a change would touch is found, and nothing is changed by asking."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from registry.agreements.rules import FlowState
from registry.assessments.transitions import Kind
from registry.auditlog import log_size
from registry.callers import Caller
from registry.db.metadata import metadata
from registry.foresight import actions
from registry.foresight.actions import Foreseen
from registry.foresight.rules import (
    AssessmentEnd,
    AssuranceLapse,
    Change,
    GatewayDates,
    MayNotAskWhatIf,
    NothingToChange,
    ProposedOverlay,
    RuleDates,
)
from registry.organisations.queries import insert_assurance
from registry.organisations.rules import UnknownOrganisation
from registry.policy import overlay_digest
from registry.settings import ROOT
from registry.vocabulary.actions import Folders, propose
from registry.vocabulary.rules import NoOverlay, OverlayDiffers, OverlayNotProposed
from tests.samples.agreements import (
    BLACKPOOL,
    LANCASHIRE,
    POLICE,
    TODAY,
    TRUST,
    basis,
    flow,
    item,
    note_sample,
    triangle,
)
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

SHIPPED = Folders(ROOT / "policies", None)
YESTERDAY = TODAY - timedelta(days=1)
ENDED = GatewayDates("LA11-1", None, YESTERDAY)


def ask(desk: Desk, change: Change, by: Caller | None = None, **how: Any) -> Foreseen:
    asked = {"on": None, "after": "", "limit": 100, "folders": SHIPPED} | how
    with desk.db.read() as reading:
        return actions.what_if(
            reading, change, caller=by or desk.officer(), now=desk.now, policies=POLICIES, **asked
        )


def told(found: Foreseen) -> list[tuple[str, str, str, bool]]:
    """The agreements, their flows, what happens to each, and whether it stops at once."""
    return [
        (one.version.ref, flow.flow.id, flow.effect, flow.stops_now)
        for one in found.agreements
        for flow in one.flows
    ]


def rules_of(found: Foreseen) -> set[tuple[str, str]]:
    return {
        (turn.said.rule, turn.becomes) for one in found.agreements for each in one.flows for turn in each.how
    }


def contents(desk: Desk) -> tuple[int, list[Any]]:
    """Every row of the register and the size of the log."""
    with desk.db.read() as reading:
        rows = [tuple(row) for table in metadata.sorted_tables for row in reading.all(select(table))]
        return log_size(reading), rows


def test_a_gateway_that_ends_touches_the_flows_that_name_it_and_no_others(desk: Desk) -> None:
    named = desk.active()
    desk.active(flows=[flow(gateways=["NHSA06-82/75"])])
    found = ask(desk, ENDED)
    assert told(found) == [(named.ref, "f1", "blocked", False)]
    assert rules_of(found) == {("GW-02", "unmet")}
    assert (found.looked_at, found.next) == (1, None)


def test_a_day_is_looked_at_as_it_will_be(desk: Desk) -> None:
    made = desk.active()
    without = RuleDates("RV-02", enabled=False, first_on=None, last_on=None)
    assert told(ask(desk, without)) == []
    assert told(ask(desk, without, on=TODAY + timedelta(days=360))) == [(made.ref, "f1", "eased", False)]


def test_a_flow_under_way_that_relies_on_an_ending_power_is_named_though_no_rule_turns(desk: Desk) -> None:
    made = desk.active()
    repealed, next_day = TODAY + timedelta(days=30), TODAY + timedelta(days=31)
    change = GatewayDates("LA11-1", None, repealed)
    assert told(ask(desk, change, on=repealed)) == []
    found = ask(desk, change, on=next_day)
    assert (told(found), rules_of(found)) == ([(made.ref, "f1", "relies", False)], set())


def test_only_the_flows_that_a_rule_turns_for_are_named(desk: Desk) -> None:
    legs = triangle()
    legs["flows"][1]["gateways"] = ["NHSA06-82/75"]
    made = desk.active(**legs)
    assert told(ask(desk, ENDED)) == [(made.ref, leg, "blocked", False) for leg in ("f1", "f3")]


def test_a_rule_switched_off_frees_what_waits_for_it(desk: Desk) -> None:
    bases = [basis(body, art9="j", sch1="4") for body in (LANCASHIRE, BLACKPOOL)]
    made = desk.create(
        items=[item(identifiability="identifiable", special=True)],
        flows=[flow(subject_groups=["child"], bases=bases)],
    )
    desk.submit(made.ref)
    waiting = desk.review(made.ref, by=desk.cast(BLACKPOOL, "ig_officer"))
    assert waiting.status == "assessments_pending"
    found = ask(desk, RuleDates("DP-01", enabled=False, first_on=None, last_on=None))
    assert told(found) == [(waiting.ref, "f1", "unblocked", False)]
    assert rules_of(found) == {("DP-01", "met")}


def test_a_rule_that_begins_later_is_not_asked_yet(desk: Desk) -> None:
    desk.active()
    postponed = RuleDates("GW-09", enabled=True, first_on=TODAY + timedelta(days=1), last_on=None)
    assert told(ask(desk, postponed)) == []


@pytest.mark.parametrize("outcome", ["revoked", "expired"])
def test_an_ethics_approval_that_ends_stops_the_flow_it_carries(desk: Desk, outcome: Any) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    ethics = desk.approved(Kind.ETHICS, made.ref)
    dpia = desk.approved(Kind.DPIA, made.ref)
    desk.adopt(Kind.DPIA, dpia, BLACKPOOL)
    desk.follow()
    desk.signed_by_all(made)
    assert desk.flows(made.ref) == {"f1": FlowState.LIVE}

    found = ask(desk, AssessmentEnd(ethics, outcome))
    assert told(found) == [(made.ref, "f1", "blocked", True)]
    assert ("ET-01", "unmet") in rules_of(found)
    assert desk.flows(made.ref) == {"f1": FlowState.LIVE}


def test_an_assurance_that_lapses_is_told_for_every_agreement_of_the_body(desk: Desk) -> None:
    both = [desk.active().ref, desk.active().ref]
    registered(desk, BLACKPOOL)
    found = ask(desk, AssuranceLapse(BLACKPOOL, "regulator-registration"))
    assert told(found) == [(ref, "f1", "warned", False) for ref in sorted(both)]
    assert rules_of(found) == {("PR-02", "unmet")}
    assert told(ask(desk, AssuranceLapse(LANCASHIRE, "iso-27001"))) == []
    assert ask(desk, AssuranceLapse(TRUST, "dspt")).looked_at == 0


def registered(desk: Desk, organisation: str) -> None:
    """Record that a body has paid the data protection fee."""
    with desk.db.write() as tx:
        insert_assurance(
            tx,
            organisation=organisation,
            kind="regulator-registration",
            level="",
            reference="ZA000001",
            evidence="",
            expires_on=TODAY + timedelta(days=300),
            recorded_by=desk.cast(organisation, "admin").person,
            recorded_at=desk.now,
        )
        note_sample(tx)


def test_asking_changes_nothing(desk: Desk) -> None:
    desk.active()
    before = contents(desk)
    for change in (
        ENDED,
        RuleDates("SD-06", enabled=False, first_on=None, last_on=None),
        AssuranceLapse(BLACKPOOL, "regulator-registration"),
    ):
        ask(desk, change)
    assert contents(desk) == before
    assert POLICIES.law.gateways["LA11-1"].in_force_until is None
    assert "SD-06" in POLICIES.gates.rules


def test_nobody_is_told_of_an_agreement_they_may_not_read(desk: Desk) -> None:
    made = desk.active(publication="withheld")
    assert [one[0] for one in told(ask(desk, ENDED, desk.cast(BLACKPOOL, "auditor")))] == [made.ref]
    assert told(ask(desk, ENDED, desk.cast(POLICE, "auditor"))) == []


@pytest.mark.parametrize("role", ["signatory", "siro", "caldicott_guardian", "operator"])
def test_other_roles_do_not_ask(desk: Desk, role: str) -> None:
    with pytest.raises(MayNotAskWhatIf):
        ask(desk, ENDED, desk.cast(LANCASHIRE, role))


@pytest.mark.parametrize(
    "change",
    [
        GatewayDates("NO-SUCH", None, None),
        RuleDates("XX-99", enabled=False, first_on=None, last_on=None),
        AssessmentEnd("01900000-0000-7000-8000-000000000000", "revoked"),
    ],
)
def test_what_there_is_not_cannot_change(desk: Desk, change: Change) -> None:
    with pytest.raises(NothingToChange):
        ask(desk, change)


def test_an_unknown_body_cannot_lapse(desk: Desk) -> None:
    with pytest.raises(UnknownOrganisation):
        ask(desk, AssuranceLapse("ods:XXX", "dspt"))


def test_pages_follow_one_another(desk: Desk) -> None:
    refs = sorted(desk.active().ref for _ in range(3))
    seen, cursor = [], ""
    for _ in range(3):
        found = ask(desk, ENDED, after=cursor, limit=1)
        seen += [ref for ref, *_ in told(found)]
        cursor = found.next or ""
    assert (seen, cursor) == (refs, "")


def laid(folder: Path) -> tuple[Folders, ProposedOverlay]:
    """Entries of a deployment's own by which the gateway of the sample has ended, and the change they are."""
    shipped = yaml.safe_load((ROOT / "policies" / "law" / "gateways.yaml").read_text(encoding="utf-8"))
    power = next(one for one in shipped["entries"] if one["code"] == "LA11-1")
    ended = shipped | {"entries": [power | {"in_force_until": YESTERDAY.isoformat()}]}
    path = folder / "overlay" / "law" / "gateways.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(ended, allow_unicode=True), encoding="utf-8")
    folders = Folders(ROOT / "policies", folder / "overlay")
    return folders, ProposedOverlay(overlay_digest(folder / "overlay"))


def test_entries_of_law_that_were_proposed_show_what_they_would_change(desk: Desk, tmp_path: Path) -> None:
    made, (folders, change) = desk.active(), laid(tmp_path)
    with pytest.raises(OverlayNotProposed):
        ask(desk, change, folders=folders)
    with desk.db.write() as tx:
        admin = desk.cast(LANCASHIRE, "admin")
        propose(tx, change.digest, folders=folders, policies=POLICIES, caller=admin, now=desk.now)

    before = contents(desk)
    assert told(ask(desk, change, folders=folders)) == [(made.ref, "f1", "blocked", False)]
    assert contents(desk) == before
    assert told(ask(desk, change, folders=folders)) == told(ask(desk, ENDED))


def test_other_entries_than_those_that_lie_there_are_not_foreseen(desk: Desk, tmp_path: Path) -> None:
    folders, change = laid(tmp_path)
    with pytest.raises(NoOverlay):
        ask(desk, change)
    with pytest.raises(OverlayDiffers):
        ask(desk, ProposedOverlay(f"sha256:{7:064x}"), folders=folders)
