"""What answers leave to be done is written down after them, on both databases."""

import json
from typing import Any

import pytest

from registry.agreements.queries import LivingRegister, sharing_flows
from registry.asking.queries import AskedOften, count_questions, list_questions
from registry.callers import Caller
from registry.db import Database
from registry.decisions.clerk import Clerk
from registry.decisions.desk import Asked, Desk
from registry.decisions.follower import IndexFollower
from registry.decisions.question import read_question
from registry.records.tables import EmergencyStub
from tests.samples import desk as samples
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY, furnish
from tests.samples.assessments import POLICIES

CALLER = Caller(BLACKPOOL, client="mash", scopes=frozenset({"decisions:ask"}), mode="enforce")


class Bureau:
    """A desk that answers from the register, and its clerk."""

    def __init__(self, db: Database, *, kept: int = 10) -> None:
        self.register = samples.Desk(db, furnish(db))
        self.ref = self.register.active().ref
        self.follower = IndexFollower(db, POLICIES, sharing_flows)
        self.follower.catch_up()
        self.desk = Desk(self.follower.index, POLICIES, base_url="https://registry.test")
        self.clerk = Clerk(
            db,
            self.desk.afterwards,
            POLICIES,
            LivingRegister(),
            kept=kept,
            now=lambda: NOW,
        )

    def ask(self, *, times: int = 1, holder: str = LANCASHIRE, **context: Any) -> dict[str, Any]:
        """Ask a question so often, as the endpoint does, and read the last answer."""
        text = json.dumps(question(holder, **context)).encode()
        for _ in range(times):
            again = self.desk.repeat(text, CALLER, NOW)
            asked = self.desk.recall(text, NOW) or Asked(json.loads(text), NOW, text, is_alone=True)
            said = b"".join(again[1]) if again else self.desk.evaluate(asked, CALLER)[1]
        read: dict[str, Any] = json.loads(said)
        return read

    def stored(self) -> list[tuple[dict[str, Any], int]]:
        self.clerk.count()
        with self.register.db.read() as reading:
            return [(row.question, row.times) for row in list_questions(reading, BLACKPOOL)]


def question(holder: str = LANCASHIRE, **context: Any) -> dict[str, Any]:
    stated = {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"}
    return {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{holder}~housing"},
        "context": stated | context,
    }


@pytest.fixture
def bureau(database: Database) -> Bureau:
    return Bureau(database)


def test_a_question_is_stored_in_codes_with_how_often_it_was_asked(bureau: Bureau) -> None:
    bureau.ask(times=3)
    bureau.ask(items=["empty-homes-count"], purpose="research")
    assert bureau.stored() == [
        (question(), 3),
        (question(items=["empty-homes-count"], purpose="research"), 1),
    ]
    bureau.ask(times=2)
    assert [count for _, count in bureau.stored()] == [5, 1]


def test_a_stored_question_is_a_question_again(bureau: Bureau) -> None:
    bureau.ask(at="2026-11-20T00:00:00Z", min_log_size=0)
    [(stored, _)] = bureau.stored()
    assert stored == question()
    assert read_question(stored, bureau.follower.index).fault is None


def test_nothing_that_could_name_a_person_is_stored(bureau: Bureau) -> None:
    bureau.ask(items=["john-smith-9434765919"])
    bureau.ask(purpose="find-john-smith")
    bureau.ask(holder="gss:E00000000")
    bureau.ask(case="943 476 5919", person={"name": "John Smith"})
    stored = json.dumps(bureau.stored())
    assert "john" not in stored.lower()
    assert "943" not in stored
    assert "E00000000" not in stored


def test_of_one_body_so_many_are_kept_and_those_asked_last(database: Database) -> None:
    bureau = Bureau(database, kept=2)
    for purpose in ("research", "licensing"):
        bureau.ask(purpose=purpose)
    bureau.stored()
    bureau.ask(times=4)
    kept = [asked["context"]["purpose"] for asked, _ in bureau.stored()]
    assert kept[0] == "statistics"
    assert len(kept) == 2


def test_none_is_kept_where_none_is_wanted(database: Database) -> None:
    bureau = Bureau(database, kept=0)
    bureau.ask()
    assert bureau.stored() == []


def test_two_workers_count_the_same_question_together(bureau: Bureau) -> None:
    for times in (2, 3):
        with bureau.register.db.write() as tx:
            count_questions(tx, [AskedOften(BLACKPOOL, question(), times)], kept=10, today=TODAY)
    assert bureau.stored() == [(question(), 5)]


def test_an_emergency_without_a_yes_opens_a_stub_and_says_so(bureau: Bureau) -> None:
    said = bureau.ask(purpose="child-safeguarding", emergency={"kind": "missing child"})
    assert said["break_glass"]["code"] == "record-awaited"
    bureau.clerk.open_stubs()
    [stub] = bureau.register.rows(EmergencyStub)
    assert (stub.owner, stub.holder, stub.recipient) == (BLACKPOOL, LANCASHIRE, BLACKPOOL)
    assert (stub.evaluation_id, stub.purpose, stub.category) == (
        said["evaluation_id"],
        "child-safeguarding",
        "housing",
    )
    assert stub.asked_at == NOW


def test_an_emergency_never_turns_a_no_into_a_yes_and_a_yes_opens_nothing(bureau: Bureau) -> None:
    plain, urgent = bureau.ask(purpose="research"), bureau.ask(purpose="research", emergency=True)
    assert plain["outcome"] == urgent["outcome"]
    assert "break_glass" not in plain
    assert "break_glass" not in bureau.ask(emergency=True)
    bureau.clerk.open_stubs()
    assert len(bureau.register.rows(EmergencyStub)) == 1


def test_an_emergency_about_what_is_not_in_the_register_opens_nothing(bureau: Bureau) -> None:
    assert "break_glass" not in bureau.ask(emergency=True, purpose="find-john-smith")
    assert "break_glass" not in bureau.ask(emergency=True, holder="gss:E00000000")


def test_an_emergency_about_an_item_that_nobody_shares_opens_one_without_its_name(bureau: Bureau) -> None:
    said = bureau.ask(items=["john-smith"], emergency={"who": "John Smith"})
    assert said["break_glass"]["code"] == "record-awaited"
    bureau.clerk.open_stubs()
    [stub] = bureau.register.rows(EmergencyStub)
    assert "john" not in str(stub).lower()


def test_a_person_who_asks_in_an_emergency_opens_one_too(bureau: Bureau) -> None:
    body = question(purpose="child-safeguarding", emergency=True)
    said = json.loads(
        bureau.desk.advise(Asked(body, NOW, json.dumps(body).encode()), bureau.register.officer())
    )
    assert said["break_glass"]["cy"]
    bureau.clerk.open_stubs()
    assert [row.owner for row in bureau.register.rows(EmergencyStub)] == [LANCASHIRE]


def test_what_is_left_is_written_down_when_the_worker_stops(bureau: Bureau) -> None:
    bureau.clerk.start()
    bureau.ask(times=2)
    bureau.ask(purpose="research", emergency=True)
    bureau.clerk.stop()
    assert len(bureau.register.rows(EmergencyStub)) == 1
    with bureau.register.db.read() as reading:
        assert [row.times for row in list_questions(reading, BLACKPOOL)] == [2]


def test_a_day_is_told_and_no_instant(bureau: Bureau) -> None:
    bureau.ask()
    bureau.stored()
    with bureau.register.db.read() as reading:
        [row] = list_questions(reading, BLACKPOOL)
    assert (str(row.first_on), str(row.last_on)) == (TODAY.isoformat(), TODAY.isoformat())
