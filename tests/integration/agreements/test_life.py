"""The life after the signature: reviews called early, overdue, answered; notice, accession, archive."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.agreements.ageing import notice_ends_on
from registry.agreements.rules import (
    MayNot,
    NothingToResume,
    NoticeGiven,
    RetentionNotOver,
    WrongStatus,
)
from registry.agreements.tables import AgreementVersion, ReviewAnswer
from registry.assessments.transitions import Kind
from registry.auditlog.tables import ENTRY
from registry.errors import StaleVersion
from registry.web.body import InvalidFields
from registry.web.documents import digest
from tests.samples.agreements import (
    BLACKPOOL,
    LANCASHIRE,
    NOW,
    POLICE,
    TODAY,
    TRUST,
    basis,
    flow,
    triangle,
)
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DAY = timedelta(days=1)
NEXT = TODAY + timedelta(days=400)
NEAR = {"review_on": (TODAY + 10 * DAY).isoformat()}
THREE_MONTHS = {"governance": {"notice_period": "P3M", "exit": "Everything is destroyed."}}


def entries(desk: Desk, since: int) -> list[dict[str, Any]]:
    """The entries from an index on, as they stand in the log."""
    with desk.db.read() as reading:
        rows = reading.all(select(ENTRY.c.body).where(ENTRY.c.idx >= since).order_by(ENTRY.c.idx))
    return [json.loads(row.body) for row in rows]


def events(desk: Desk, since: int) -> list[tuple[str, str | None]]:
    """Types and reason codes of the entries from an index on."""
    return [(one["type"], one.get("reason_code")) for one in entries(desk, since)]


def overdue(desk: Desk, days: int, **changes: Any) -> str:
    """An agreement whose review was due so many days ago; its reference."""
    made = desk.active(**NEAR, **changes)
    desk.daily_pass(NOW + (10 + days) * DAY)
    return made.ref


def test_a_review_is_called_before_its_date_and_is_due_at_once(desk: Desk) -> None:
    made = desk.active()
    called = desk.call_review(made.ref, desk.cast(BLACKPOOL, "dpo"))
    assert (called.status, desk.read(made.ref).version.review_on) == ("under_review", TODAY)
    assert events(desk, called.log_index)[0] == ("agreement.review_called", "law-change")
    assert [row.review_reason for row in desk.rows(AgreementVersion)] == ["The Act was amended."]


def test_only_a_known_trigger_calls_a_review_and_only_once(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(InvalidFields):
        desk.call_review(made.ref, desk.officer(), reason_code="whim")
    desk.call_review(made.ref, desk.officer())
    with pytest.raises(WrongStatus):
        desk.call_review(made.ref, desk.officer())
    with pytest.raises(MayNot):
        desk.call_review(made.ref, desk.cast(LANCASHIRE, "signatory"))


def test_an_answer_at_review_is_kept_and_its_digest_is_in_the_log(desk: Desk) -> None:
    ref = desk.active(**NEAR).ref
    desk.daily_pass()
    answered = desk.confirm(ref, desk.cast(LANCASHIRE, "siro"), NEXT, achieved="partly")
    [row] = desk.rows(ReviewAnswer)
    entry = entries(desk, answered.log_index)[0]
    assert (entry["type"], entry["reason_code"]) == ("agreement.confirmed", "achieved-partly")
    assert (entry["evidence"], row.log_index) == (digest(row.document), answered.log_index)


def test_whoever_would_not_go_on_leaves_the_review_open(desk: Desk) -> None:
    ref = desk.active(**NEAR).ref
    desk.daily_pass()
    desk.confirm(ref, desk.cast(LANCASHIRE, "siro"), NEXT)
    doubted = desk.confirm(ref, desk.cast(LANCASHIRE, "ig_officer"), None, achieved="no")
    assert (doubted.status, doubted.pending) == ("under_review", "other-controllers")
    assert events(desk, doubted.log_index) == [("agreement.continuation_doubted", "achieved-no")]
    assert desk.confirm(ref, desk.cast(BLACKPOOL, "siro"), NEXT).status == "under_review"
    assert desk.confirm(ref, desk.cast(LANCASHIRE, "siro"), NEXT).status == "active"
    assert [row.continues for row in desk.read(ref).life.answers] == [True, False, True, True]


def test_another_text_than_the_versions_is_not_confirmed(desk: Desk) -> None:
    ref = desk.active(**NEAR).ref
    desk.daily_pass()
    with pytest.raises(StaleVersion):
        desk.confirm(ref, desk.cast(LANCASHIRE, "siro"), NEXT, hash=f"sha256:{0:064}")


def test_an_overdue_review_warns_from_its_first_day(desk: Desk) -> None:
    size = desk.size()
    ref = overdue(desk, 1)
    assert desk.flows(ref) == {"f1": "live"}
    assert "RV-02" in desk.sharing(ref).warned_of
    assert ("flow.degraded", "rv-02") in events(desk, size)


@pytest.mark.parametrize(("days", "state"), [(90, "live"), (91, "suspended")])
def test_a_review_overdue_for_too_long_stops_what_protects_nobody(desk: Desk, days: int, state: str) -> None:
    ref = overdue(desk, days)
    assert desk.flows(ref) == {"f1": state}
    assert POLICIES.lifecycle.stops_on(TODAY) == TODAY + 91 * DAY


def test_a_protective_flow_goes_on_whatever_is_overdue(desk: Desk) -> None:
    size = desk.size()
    ref = overdue(desk, 400, flows=[flow(protective=True)])
    assert (desk.status(ref), desk.flows(ref)) == ("under_review", {"f1": "live"})
    assert ("flow.degraded", "rv-02") in events(desk, size)
    assert "flow.suspended" not in dict(events(desk, size))


def test_what_a_review_stopped_runs_again_when_it_is_done_and_not_before(desk: Desk) -> None:
    ref = overdue(desk, 91)
    later = NOW + 102 * DAY
    assert desk.status(ref) == "suspended"
    with pytest.raises(NothingToResume):
        desk.resume(ref, desk.cast(LANCASHIRE, "dpo"), now=later)
    desk.confirm(ref, desk.cast(LANCASHIRE, "siro"), NEXT, now=later)
    assert desk.flows(ref) == {"f1": "suspended"}
    done = desk.confirm(ref, desk.cast(BLACKPOOL, "siro"), NEXT, now=later)
    assert (done.status, desk.flows(ref)) == ("active", {"f1": "live"})
    assert "RV-02" not in desk.sharing(ref).warned_of


def test_a_persons_suspension_outlasts_the_registrys(desk: Desk) -> None:
    made = desk.active(**NEAR)
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), flow="f1")
    desk.daily_pass(NOW + 101 * DAY)
    later = NOW + 102 * DAY
    for body in (LANCASHIRE, BLACKPOOL):
        desk.confirm(made.ref, desk.cast(body, "siro"), NEXT, now=later)
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("suspended", {"f1": "suspended"})
    desk.resume(made.ref, desk.cast(LANCASHIRE, "dpo"), now=later)
    desk.resume(made.ref, desk.cast(LANCASHIRE, "dpo", second=True), now=later)
    assert desk.flows(made.ref) == {"f1": "live"}


def test_a_suspended_agreement_is_not_confirmed_before_its_review_opens(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), flow="f1")
    with pytest.raises(WrongStatus):
        desk.confirm(made.ref, desk.cast(LANCASHIRE, "siro"), NEXT)


def test_an_overdue_agreement_is_not_due_every_day(desk: Desk) -> None:
    overdue(desk, 1)
    assert desk.daily_pass(NOW + 20 * DAY).looked_at == 0
    assert desk.daily_pass(NOW + 101 * DAY).changed == 1


def test_notice_is_no_shorter_than_the_terms_say(desk: Desk) -> None:
    made = desk.active(**THREE_MONTHS)
    earliest = notice_ends_on(desk.read(made.ref).version.terms, TODAY)
    with pytest.raises(InvalidFields) as refused:
        desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"), effective_on=earliest - DAY)
    assert [error.code for error in refused.value.errors] == ["before-notice-ends"]
    given = desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"), effective_on=earliest)
    assert (given.status, given.pending, desk.flows(made.ref)) == ("active", "notice", {"f1": "live"})
    with pytest.raises(NoticeGiven):
        desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"), effective_on=earliest)


def test_a_party_is_gone_on_the_day_its_notice_is_over_and_the_others_go_on(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.terminate(made.ref, desk.cast(POLICE, "signatory"), effective_on=TODAY + 100 * DAY)
    desk.daily_pass(NOW + 99 * DAY)
    assert set(desk.flows(made.ref).values()) == {"live"}
    size = desk.size()
    assert desk.daily_pass(NOW + 100 * DAY).changed == 1
    assert desk.flows(made.ref) == {"f1": "live", "f2": "ended", "f3": "ended"}
    assert ("agreement.party_left", "notice-over") in events(desk, size)
    assert desk.daily_pass(NOW + 101 * DAY).looked_at == 0


def test_whoever_leaves_at_once_is_told_what_goes_on_to_bind(desk: Desk) -> None:
    made = desk.active()
    left = desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"))
    assert {(one.flow, one.code) for one in left.surviving} == {("f1", "no-onward"), ("f1", "retain-max")}
    assert [one.code for one in desk.read(made.ref).life.surviving] == ["no-onward", "retain-max"]
    assert events(desk, left.log_index)[0] == ("agreement.party_left", "at-once")


def test_leaving_at_once_overtakes_notice(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.terminate(made.ref, desk.cast(POLICE, "signatory"), effective_on=TODAY + 100 * DAY)
    desk.terminate(made.ref, desk.cast(POLICE, "signatory"))
    assert desk.daily_pass(NOW + 100 * DAY).looked_at == 0


def joining(**changes: Any) -> dict[str, Any]:
    """The trust joins: it receives what Lancashire sends to Blackpool."""
    return {
        "party": {"organisation": TRUST, "roles": ["controller"]},
        "flows": [flow(**{"id": "f9", "to": TRUST, "bases": [basis(LANCASHIRE), basis(TRUST)]} | changes)],
    }


def test_a_party_joins_by_a_version_that_adds_nothing_else(desk: Desk) -> None:
    made = desk.active(**triangle())
    drafted = desk.accede(made.ref, **joining())
    terms = desk.read(made.ref, 2).version.terms
    before = desk.read(made.ref, 1).version.terms
    assert (drafted.status, drafted.version) == ("draft", 2)
    assert [party.organisation for party in terms.parties][:-1] == list(before.controllers())
    assert terms.flows[:-1] == before.flows
    assert terms.parties[-1].organisation == TRUST
    assert desk.flows(made.ref, 1) == {"f1": "live", "f2": "live", "f3": "live"}


def test_whoever_joins_signs_and_those_it_does_not_touch_need_not(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.accede(made.ref, **joining())
    desk.submit(made.ref)
    ready = desk.review(made.ref)
    needed = {one.organisation for one in desk.read(made.ref, 2).needed}
    assert TRUST in needed
    assert POLICE not in needed
    desk.sign(ready, TRUST)
    desk.sign(ready, LANCASHIRE)
    assert desk.flows(made.ref, 2)["f9"] == "live"


def test_a_party_does_not_join_twice_nor_bring_flows_of_others(desk: Desk) -> None:
    made = desk.active(**triangle())
    with pytest.raises(InvalidFields):
        desk.accede(
            made.ref,
            party={"organisation": POLICE, "roles": ["controller"]},
            flows=joining(to=POLICE, bases=[])["flows"],
        )
    with pytest.raises(ValueError, match="a flow runs between other parties"):
        desk.accede(made.ref, **joining() | {"flows": [flow(id="f9")]})


def test_nobody_joins_what_is_not_in_force(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.accede(desk.accepted().ref, **joining())


def test_what_is_over_is_archived_when_its_retention_is(desk: Desk) -> None:
    made = desk.active()
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"))
    keeper = desk.cast(LANCASHIRE, "asset_owner")
    kept = timedelta(days=POLICIES.lifecycle.archive_after_days["terminated"])
    with pytest.raises(RetentionNotOver):
        desk.archive(made.ref, keeper, now=NOW + kept - DAY)
    size = desk.size()
    gone = desk.archive(made.ref, keeper, now=NOW + kept)
    assert (gone.status, desk.size()) == ("archived", size + 1)
    assert desk.read(made.ref, by=desk.cast(LANCASHIRE, "auditor")).version.hash == made.hash


def test_nobody_but_the_owner_of_the_data_archives_and_nothing_that_is_in_force(desk: Desk) -> None:
    made = desk.create()
    desk.withdraw(made.ref)
    for caller in (desk.officer(), desk.cast(BLACKPOOL, "asset_owner")):
        with pytest.raises(MayNot):
            desk.archive(made.ref, caller)
    assert desk.archive(made.ref, desk.cast(LANCASHIRE, "asset_owner")).status == "archived"
    with pytest.raises(WrongStatus):
        desk.archive(desk.active().ref, desk.cast(LANCASHIRE, "asset_owner"))


def test_a_signature_does_not_wait_for_the_registry_to_follow_the_last_assessment(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    assert made.status == "assessments_pending"
    desk.approved(Kind.ETHICS, made.ref)
    size = desk.size()
    signed = desk.sign(made, LANCASHIRE)
    assert signed.status == "part_signed"
    assert [event.type for event in desk.events(size)] == ["agreement.ready", "agreement.signed"]
    assert desk.follow() == 0


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("P3M", "2027-02-22"),
        ("P1Y6M", "2028-05-22"),
        ("P2W", "2026-12-06"),
        ("P10D", "2026-12-02"),
        ("", "2026-11-22"),
    ],
)
def test_a_notice_period_ends_on_a_day(desk: Desk, period: str, day: str) -> None:
    terms = desk.read(desk.create(governance={"notice_period": period, "exit": "x"}).ref).version.terms
    assert notice_ends_on(terms, TODAY) == date.fromisoformat(day)
