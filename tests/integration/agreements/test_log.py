"""What a change leaves in the log: who did it, sealed or open, and what anyone may read afterwards."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.auditlog.tables import ENTRY, OPENING
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY
from tests.samples.desk import Desk

TOMORROW = {"starts_on": (TODAY + timedelta(days=1)).isoformat()}


def sealed(desk: Desk) -> list[int]:
    """The indices of entries that stand in the log as commitments."""
    with desk.db.read() as reading:
        rows = reading.all(select(ENTRY.c.idx, ENTRY.c.body).order_by(ENTRY.c.idx))
    return [row.idx for row in rows if json.loads(row.body)["type"] == "sealed"]


def public(desk: Desk, field: str = "entry") -> list[str]:
    """The types of entries whose openings of a field anyone may read."""
    statement = select(OPENING.c.idx).where(OPENING.c.field == field, OPENING.c.public)
    with desk.db.read() as reading:
        indices = {row.idx for row in reading.all(statement)}
    return [event.type for event in desk.events() if event.index in indices]


def types(desk: Desk, since: int) -> Sequence[str]:
    return [event.type for event in desk.events(since)]


def test_every_entry_before_the_first_live_flow_is_sealed(desk: Desk) -> None:
    start = desk.size()
    made = desk.active(**TOMORROW)
    assert sealed(desk) == list(range(start, made.log_size))
    assert public(desk) == []


def test_submission_review_and_signatures_become_public_when_the_version_goes_live(desk: Desk) -> None:
    made = desk.active(**TOMORROW)
    desk.daily_pass(NOW + timedelta(days=1))
    assert public(desk) == [
        "agreement.submitted",
        "agreement.reviewed",
        "agreement.signed",
        "agreement.signed",
    ]
    assert made.log_size not in sealed(desk)


def test_entries_from_the_first_live_flow_on_are_open(desk: Desk) -> None:
    made = desk.active()
    assert types(desk, made.log_index) == ["agreement.signed", "flow.live", "agreement.activated"]
    assert [index for index in sealed(desk) if index > made.log_index] == []
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    assert sealed(desk)[-1] == made.log_index


def test_the_actors_opening_never_becomes_public(desk: Desk) -> None:
    desk.active()
    assert public(desk, "actor") == []


def test_a_withheld_agreement_stays_sealed_for_ever(desk: Desk) -> None:
    start = desk.size()
    made = desk.active(publication="withheld")
    stopped = desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    assert sealed(desk) == list(range(start, stopped.log_size))
    assert public(desk) == []


def test_a_new_version_is_sealed_again_until_it_goes_live(desk: Desk) -> None:
    made = desk.active()
    newer = desk.amended(made.ref, kind="isp")
    assert sealed(desk)[-1] == newer.log_size - 1
    opened = len(public(desk))
    desk.signed_by_all(newer)
    assert len(public(desk)) == opened + 4


def test_the_index_answered_is_that_of_the_persons_act(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE)
    signed = desk.sign(made, BLACKPOOL)
    act = desk.events(signed.log_index)[0]
    assert (act.type, act.org, act.members["role"]) == ("agreement.signed", BLACKPOOL, "signatory")
    assert signed.log_size == desk.size()


def test_a_signature_names_the_text_and_its_entry(desk: Desk) -> None:
    made = desk.accepted()
    signed = desk.sign(made, LANCASHIRE)
    row = desk.read(made.ref).signatures[0]
    subject = desk.events(signed.log_index)[0].members["subject"]
    assert (row.log_index, row.hash) == (signed.log_index, made.hash)
    assert subject == {"kind": "agreement", "id": made.ref, "version": 1, "digest": made.hash}


def test_the_registrys_own_acts_have_no_actor(desk: Desk) -> None:
    made = desk.active()
    events = desk.events(made.log_index)
    assert [event.members.get("actor") is None for event in events] == [False, True, True]
    assert [event.org for event in events] == [BLACKPOOL, "", ""]


def test_history_that_the_demo_made_is_marked(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE)
    signed = desk.sign(made, BLACKPOOL, by=replace(desk.cast(BLACKPOOL, "signatory"), demo=True))
    assert {event.members.get("demo") for event in desk.events(signed.log_index)} == {True}


def test_entries_carry_the_policy_set_they_were_judged_under(desk: Desk) -> None:
    made = desk.active()
    with_policy = {event.type for event in desk.events() if event.members.get("policy")}
    assert with_policy == {"agreement.submitted", "agreement.ready", "agreement.signed", "flow.live"}
    assert desk.read(made.ref).version.status == "active"


@pytest.mark.parametrize("word", ["Empty homes", "No longer needed", "Second thoughts", "x@body.test"])
def test_no_words_of_people_are_in_the_log(desk: Desk, word: str) -> None:
    made = desk.active()
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"))
    desk.withdraw(desk.create().ref)
    with desk.db.read() as reading:
        rows = reading.all(
            select(ENTRY.c.body, OPENING.c.value).outerjoin(OPENING, OPENING.c.idx == ENTRY.c.idx)
        )
    assert not any(word.encode() in row.body or word in str(row.value) for row in rows)
