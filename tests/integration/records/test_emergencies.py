"""Break-glass records: encrypted to their owner, read by few, reviewed by others, erased in time."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from registry.organisations.rules import AnotherPersonNeeded
from registry.records.actions import Recorded, emergencies, erasing, tasks
from registry.records.rules import (
    NoSuchRecord,
    RecorderReviews,
    RecordMayNot,
    RetentionRuns,
    TaskEndsItself,
    WordsErased,
    WrongRecordStatus,
)
from registry.records.schemas import EmergencyReviewIn, WordsOut
from registry.records.tables import EmergencyRecord, Task
from registry.web.body import InvalidFields
from tests.integration.http.world import partner
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY
from tests.samples.records import emergency


def read_words(
    office: Office, identifier: str, role: str, organisation: str = LANCASHIRE, **how: Any
) -> WordsOut:
    with office.db.write() as tx:
        acting = office.acting(role, organisation, **how)
        return emergencies.read_words(tx, identifier, acting=acting, vault=office.vault)


def review(office: Office, identifier: str, role: str, **how: Any) -> Recorded:
    wanted = EmergencyReviewIn(outcome="learning")
    with office.db.write() as tx:
        return emergencies.review(tx, identifier, wanted, acting=office.acting(role, **how))


def erase(office: Office, identifier: str, role: str, **how: Any) -> Recorded:
    with office.db.write() as tx:
        return erasing.erase(tx, identifier, acting=office.acting(role, **how))


def stored(office: Office) -> Any:
    (row,) = office.desk.rows(EmergencyRecord)
    return row


@pytest.mark.parametrize("role", ["caldicott_guardian", "dpo", "siro"])
def test_the_words_are_read_by_three_roles_of_the_owner_and_each_reading_is_logged(
    office: Office, role: str
) -> None:
    identifier = office.record().id
    words = read_words(office, identifier, role)
    assert words.risk == emergency()["risk"]
    assert (words.why_now, words.told_why_not) == (emergency()["why_now"], "")
    (event,) = office.events("emergency.read")
    assert (event.subject_id, event.org, event.members["role"]) == (identifier, LANCASHIRE, role)


def test_nobody_else_reads_them(office: Office) -> None:
    identifier = office.record().id
    for role in ("ig_officer", "auditor"):
        with pytest.raises(RecordMayNot):
            read_words(office, identifier, role)
    with pytest.raises(NoSuchRecord):
        read_words(office, identifier, "dpo", BLACKPOOL)
    assert office.events("emergency.read") == []


def test_neither_the_database_nor_the_log_tells_the_words(office: Office) -> None:
    office.record()
    row = stored(office)
    everything = f"{row}{[event.members for event in office.desk.events()]}".encode() + row.words
    for word in (b"station", b"offender", b"ten minutes", b"at risk"):
        assert word not in everything


def test_words_moved_to_another_body_or_record_do_not_open(office: Office) -> None:
    office.record()
    row = stored(office)
    for owner, record in ((POLICE, row.id), (row.owner, "another")):
        with pytest.raises(InvalidTag):
            office.vault.open(row.words, owner=owner, record=record)


def test_a_decision_not_to_share_is_recorded_as_well(office: Office) -> None:
    identifier = office.record(decision="withhold", basis="detriment-to-child").id
    assert stored(office).decision == "withhold"
    (event,) = office.events("emergency.recorded")
    assert (event.members["decision"], event.members["party"]) == ("withhold", BLACKPOOL)
    assert len(office.tasks("break-glass-review")) == 2
    assert read_words(office, identifier, "siro").consent_why_not


def test_a_system_records_for_people_and_either_kind_may_be_late(office: Office) -> None:
    system = office.by(partner(LANCASHIRE, "decisions:ask", mode="advise"))
    office.record(acting=system, decided_at=NOW - timedelta(hours=25))
    assert (stored(office).late, stored(office).recorder) == (True, None)


def test_caldicott_guardian_and_dpo_review_in_two_working_days(office: Office) -> None:
    identifier = office.record().id  # on a Sunday
    due_on = TODAY + timedelta(days=2)
    assert office.tasks("break-glass-review") == [
        (LANCASHIRE, "caldicott_guardian", identifier, due_on),
        (LANCASHIRE, "dpo", identifier, due_on),
    ]
    review(office, identifier, "dpo")
    assert office.tasks("break-glass-review") == []
    assert (stored(office).outcome, stored(office).reviewed_at) == ("learning", NOW)
    with pytest.raises(WrongRecordStatus):
        review(office, identifier, "caldicott_guardian")


def test_whoever_recorded_does_not_review(office: Office) -> None:
    identifier = office.record(acting=office.acting("dpo")).id
    with pytest.raises(RecorderReviews):
        review(office, identifier, "dpo")
    assert review(office, identifier, "dpo", second=True).status == "reviewed"


def test_three_uses_in_ninety_days_call_for_an_agreement_once(office: Office) -> None:
    office.record(decided_at=NOW - timedelta(days=91))
    office.record()
    office.record(decision="withhold")
    office.record(purpose="missing-persons")
    office.record()
    assert office.tasks("propose-agreement") == []

    office.record()
    office.record()
    subject = f"{BLACKPOOL}~child-safeguarding"
    due_on = TODAY + timedelta(days=30)
    assert office.tasks("propose-agreement") == [(LANCASHIRE, "ig_officer", subject, due_on)]
    office.remind(NOW + timedelta(days=1))
    assert len(office.tasks("propose-agreement")) == 1


def test_a_proposal_is_ticked_off_and_a_review_is_not(office: Office) -> None:
    for _ in range(3):
        office.record()
    by_kind = {row.kind: row.id for row in office.desk.rows(Task)}
    with office.db.write() as tx:
        done = tasks.tick_off(tx, by_kind["propose-agreement"], acting=office.acting())
    assert (done.status, office.tasks("propose-agreement")) == ("done", [])
    with pytest.raises(TaskEndsItself), office.db.write() as tx:
        tasks.tick_off(tx, by_kind["break-glass-review"], acting=office.acting("dpo"))


def test_the_daily_pass_erases_the_words_when_their_retention_is_over(office: Office) -> None:
    identifier = office.record().id
    until = stored(office).erase_on
    later = NOW + (until - TODAY)
    office.remind(later)
    assert stored(office).words is not None

    office.remind(later + timedelta(days=1))
    assert stored(office).words is None
    (event,) = office.events("emergency.erased")
    assert (event.subject_id, event.org) == (identifier, "")
    with pytest.raises(WordsErased):
        read_words(office, identifier, "dpo")


def test_after_their_retention_two_people_erase_the_words_and_the_entries_of_the_log_stay(
    office: Office,
) -> None:
    identifier = office.record().id
    read_words(office, identifier, "siro")
    until = stored(office).erase_on
    later = NOW + (until - TODAY) + timedelta(days=1)
    with pytest.raises(RetentionRuns):
        erase(office, identifier, "dpo", now=later - timedelta(days=1))
    with pytest.raises(RecordMayNot):
        erase(office, identifier, "ig_officer", now=later)
    with pytest.raises(NoSuchRecord):
        erase(office, identifier, "dpo", organisation=BLACKPOOL, now=later)

    before = office.events("emergency")
    assert erase(office, identifier, "dpo", now=later).status == "erasure-asked"
    with pytest.raises(AnotherPersonNeeded):
        erase(office, identifier, "dpo", now=later)
    assert stored(office).words is not None
    assert erase(office, identifier, "siro", now=later).status == "erased"

    assert stored(office).words is None
    entries = office.events("emergency")
    assert entries[: len(before)] == before
    asked, erased = entries[len(before) :]
    assert (asked.type, erased.type) == ("emergency.erasure_asked", "emergency.erased")
    assert (erased.subject_id, erased.org) == (identifier, LANCASHIRE)
    for again in (erase, read_words):
        with pytest.raises(WordsErased):
            again(office, identifier, "dpo", now=later)


def test_an_unknown_code_is_named_and_nothing_is_kept(office: Office) -> None:
    changes: dict[str, Any] = {
        "purpose": "no-such",
        "categories": ["identity", "no-such"],
        "recipient": "gss:E99999999",
    }
    for (member, value), pointer in zip(
        changes.items(), ("/purpose", "/categories/1", "/recipient"), strict=True
    ):
        with pytest.raises(InvalidFields) as refused:
            office.record(**{member: value})
        assert [error.pointer for error in refused.value.errors] == [pointer]
    assert office.desk.rows(EmergencyRecord) == []
