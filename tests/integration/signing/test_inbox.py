"""The home page over the sample register: whose turn it is, and what is due, however much there is."""

from datetime import datetime, timedelta

import pytest

from registry.agreements.actions.change import Changed
from registry.agreements.rules import MayNot
from registry.callers import Caller
from registry.db import Database
from registry.signing.inbox import MOST, Inbox, Line, read_inbox
from registry.signing.queries import names
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def inbox(desk: Desk, caller: Caller, now: datetime = NOW) -> Inbox:
    with desk.db.read() as reading:
        return read_inbox(reading, caller=caller, policies=POLICIES, now=now)


def acts(lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    """What to do about what."""
    return [(str(line.about), line.act.english) for line in lines if line.act]


def submitted(desk: Desk) -> Changed:
    """A version that waits for its quality review."""
    return desk.submit(desk.create().ref)


def test_the_turn_goes_from_reviewer_to_signatory_to_partner(desk: Desk) -> None:
    made = submitted(desk)
    second, signatory = desk.officer(second=True), desk.cast(LANCASHIRE, "signatory")
    assert acts(inbox(desk, second).for_me) == [(made.ref, "Review the text")]
    assert acts(inbox(desk, desk.officer()).for_me) == []
    desk.review(made.ref)
    assert acts(inbox(desk, signatory).for_me) == [(made.ref, "Read and sign")]
    desk.sign(made, LANCASHIRE)
    assert acts(inbox(desk, signatory).for_me) == []
    (held_up,) = inbox(desk, signatory).for_others
    with desk.db.read() as reading:
        partner = names(reading, [BLACKPOOL])[BLACKPOOL]
    assert [one.organisation for one in held_up.waiters] == [partner.pair]
    assert acts(inbox(desk, desk.cast(BLACKPOOL, "signatory")).for_me) == [(made.ref, "Read and sign")]


def test_what_waits_for_a_person_is_not_lost_among_what_waits_for_others(desk: Desk) -> None:
    for _ in range(MOST + 2):
        submitted(desk)
    made = desk.accepted()
    found = inbox(desk, desk.cast(LANCASHIRE, "signatory"))
    assert acts(found.for_me) == [(made.ref, "Read and sign")]
    assert len(found.for_others) == MOST - 1
    assert found.more == {"waiting"}


def test_a_review_is_due_and_then_overdue(desk: Desk) -> None:
    made = desk.active()
    officer = desk.officer()
    assert inbox(desk, officer).due == ()
    due = inbox(desk, officer, NOW + timedelta(days=300))
    assert [line.about for line in due.due] == [made.ref]
    overdue = inbox(desk, officer, NOW + timedelta(days=351))
    assert ([line.about for line in overdue.overdue], overdue.due) == ([made.ref], ())


def test_a_partner_system_has_no_home(desk: Desk) -> None:
    system = Caller(LANCASHIRE, client="a-partner", scopes=frozenset({"register:read"}))
    with pytest.raises(MayNot):
        inbox(desk, system)
