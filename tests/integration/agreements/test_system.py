"""What the registry does by itself: it follows assessments, and makes the daily pass."""

from datetime import timedelta

import pytest

from registry.agreements.actions import DailyPassHeld
from registry.agreements.actions.system import ClockBehind
from registry.assessments.public_record import NEEDED
from registry.assessments.transitions import Kind
from registry.auditlog.tables import CheckpointRow
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY, basis, flow, item
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DAY = timedelta(days=1)
GRACE = POLICIES.lifecycle.expiry_grace_days
MATCHING = {"items": [item(identifiability="identifiable")], "flows": [flow(matching_key="NINO")]}
"""Terms that show two criteria of the screening lists, large scale and matching: a DPIA is required."""


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_a_version_waits_until_every_controller_has_a_dpia(desk: Desk) -> None:
    made = desk.accepted(**MATCHING)
    assert made.status == "assessments_pending"
    identifier = desk.approved(Kind.DPIA, made.ref)
    desk.follow()
    assert desk.status(made.ref) == "assessments_pending"

    desk.adopt(Kind.DPIA, identifier, BLACKPOOL)
    assert desk.follow() == 1
    assert desk.status(made.ref) == "ready_to_sign"


def test_a_dpia_of_each_controller_serves_as_well_as_one_adopted(desk: Desk) -> None:
    made = desk.accepted(**MATCHING)
    for owner in (LANCASHIRE, BLACKPOOL):
        desk.approved(Kind.DPIA, made.ref, owner=owner)
    desk.follow()
    assert desk.status(made.ref) == "ready_to_sign"


def test_following_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    desk.approved(Kind.ETHICS, made.ref)
    assert desk.follow() == 1
    size = desk.size()
    assert (desk.follow(), desk.size()) == (0, size)


def test_facial_recognition_is_blocked_until_its_ethics_assessment_is_approved(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(biometrics="facial-live")])
    assert made.status == "assessments_pending"
    desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    assert desk.signed_by_all(made).status == "active"


def test_a_live_flow_is_blocked_when_its_ethics_assessment_is_taken_back(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    identifier = desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    desk.signed_by_all(made)
    desk.revoke(Kind.ETHICS, identifier)
    desk.follow()
    assert (desk.flows(made.ref), desk.sharing(made.ref).blocked_by) == ({"f1": "live"}, ("ET-01",))

    desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    assert desk.sharing(made.ref).blocked_by == ()


def test_a_live_flow_is_blocked_the_day_after_its_ethics_assessment_ran_out(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    desk.approved(Kind.ETHICS, made.ref, until=in_days(1))
    desk.follow()
    desk.signed_by_all(made)
    desk.daily_pass(NOW + DAY)
    assert desk.sharing(made.ref).blocked_by == ()
    assert desk.sharing(made.ref).blocked_from == (NOW + 2 * DAY).date()
    desk.daily_pass(NOW + 2 * DAY)
    assert desk.sharing(made.ref).blocked_by == ("ET-01",)


def test_the_public_record_of_a_tool_may_be_that_of_its_ethics_assessment(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")], assessments={"equality": "Paper 4"})
    without = desk.approved(Kind.ETHICS, made.ref)
    assert "ET-03" in desk.unmet(made.ref)
    identifier = desk.approved(
        Kind.ETHICS, made.ref, supersedes=without, public_record=dict.fromkeys(NEEDED, "Said.")
    )
    assert "ET-03" not in desk.unmet(made.ref)
    desk.revoke(Kind.ETHICS, identifier)
    assert "ET-03" in desk.unmet(made.ref)


def test_an_approval_without_a_last_day_lapses_never(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    desk.signed_by_all(made)
    assert desk.sharing(made.ref).blocked_from is None


def test_an_executed_version_goes_live_on_its_first_day(desk: Desk) -> None:
    made = desk.active(starts_on=in_days(2))
    assert desk.daily_pass(NOW + DAY).changed == 0
    assert desk.daily_pass(NOW + 2 * DAY).changed == 1
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("active", {"f1": "live"})


def test_a_flow_ends_the_day_after_its_last_and_the_version_expires_after_the_days_of_grace(
    desk: Desk,
) -> None:
    made = desk.active(expires_on=in_days(1), review_on=in_days(1))
    desk.daily_pass(NOW + DAY)
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("under_review", {"f1": "live"})
    desk.daily_pass(NOW + 2 * DAY)
    assert (desk.status(made.ref), desk.sharing(made.ref).ended_by) == ("under_review", "expired")
    desk.daily_pass(NOW + (1 + GRACE) * DAY)
    assert desk.status(made.ref) == "under_review"
    desk.daily_pass(NOW + (2 + GRACE) * DAY)
    assert desk.status(made.ref) == "expired"


def test_days_of_grace_are_not_due_day_after_day(desk: Desk) -> None:
    desk.active(expires_on=in_days(1), review_on=in_days(1))
    desk.daily_pass(NOW + 2 * DAY)
    assert desk.daily_pass(NOW + 3 * DAY).looked_at == 0


def test_what_happens_in_the_days_of_grace_moves_no_status(desk: Desk) -> None:
    made = desk.active(expires_on=in_days(1), review_on=in_days(1))
    desk.daily_pass(NOW + 2 * DAY)
    left = desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"), now=NOW + 3 * DAY)
    assert left.status == "active"


@pytest.mark.parametrize("days", [90, 91])
def test_a_review_starts_ninety_days_ahead(desk: Desk, days: int) -> None:
    made = desk.active(review_on=in_days(days))
    desk.daily_pass()
    assert desk.status(made.ref) == ("under_review" if days == 90 else "active")


def test_an_unsigned_version_expires_too(desk: Desk) -> None:
    made = desk.accepted(expires_on=in_days(0), review_on=in_days(0))
    desk.daily_pass(NOW + DAY)
    assert desk.status(made.ref) == "expired"


def test_a_draft_never_expires(desk: Desk) -> None:
    made = desk.create(expires_on=in_days(0), review_on=in_days(0))
    desk.daily_pass(NOW + DAY)
    assert desk.status(made.ref) == "draft"


def test_a_second_pass_on_the_same_day_changes_nothing(desk: Desk) -> None:
    desk.active(review_on=in_days(10))
    assert desk.daily_pass().changed == 1
    size = desk.size()
    assert (desk.daily_pass().changed, desk.size()) == (0, size)


def test_a_clock_behind_the_log_makes_no_pass(desk: Desk) -> None:
    desk.active()
    with pytest.raises(ClockBehind):
        desk.daily_pass(NOW - timedelta(hours=1))


def test_a_clock_behind_the_newest_checkpoint_makes_no_pass(desk: Desk) -> None:
    desk.active()
    with desk.db.write() as tx:
        tx.insert(CheckpointRow, size=1, root=b"", note="", published_at=NOW + timedelta(hours=1))
    with pytest.raises(ClockBehind):
        desk.daily_pass(NOW)
    assert desk.daily_pass(NOW + timedelta(hours=1)).looked_at == 0


def test_more_changes_than_the_operator_allows_wait_for_a_person(desk: Desk) -> None:
    for _ in range(2):
        desk.active(review_on=in_days(10))
    with pytest.raises(DailyPassHeld):
        desk.daily_pass(limit=1)
    assert desk.daily_pass(limit=2).changed == 2


def test_flows_that_wait_for_signatures_do_not_count_as_due(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE)
    assert desk.daily_pass(limit=0).looked_at == 0


def test_an_empty_registry_has_nothing_due(desk: Desk) -> None:
    assert desk.daily_pass().looked_at == 0


def test_a_duty_in_force_lets_sharing_go_ahead_without_a_dpia(desk: Desk) -> None:
    child = flow(
        matching_key="NHS number",
        purposes=["child-safeguarding"],
        subject_groups=["child"],
        gateways=["CA04-16LA"],
        bases=[basis(LANCASHIRE), basis(BLACKPOOL)],
    )
    made = desk.accepted(items=[item(identifiability="identifiable")], flows=[child])
    assert made.status == "ready_to_sign"


def test_a_review_of_an_agreement_calls_for_the_review_of_its_dpias(desk: Desk) -> None:
    made = desk.active(review_on=in_days(10))
    desk.approved(Kind.DPIA, made.ref)
    desk.daily_pass()
    assert (desk.follow(), reviews_called(desk)) == (0, ["agreement-review"])
    desk.follow()
    assert reviews_called(desk) == ["agreement-review"]


def test_a_review_called_by_a_party_calls_for_that_of_its_dpias_too(desk: Desk) -> None:
    made = desk.active()
    desk.approved(Kind.DPIA, made.ref)
    desk.call_review(made.ref, desk.cast(LANCASHIRE, "dpo"))
    desk.follow()
    assert reviews_called(desk) == ["agreement-review"]


def reviews_called(desk: Desk) -> list[str]:
    return [event.members["reason_code"] for event in desk.events() if event.type == "dpia.review_called"]
