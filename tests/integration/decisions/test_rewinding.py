"""What was known at an instant is answered from the log as it stood then, on both databases."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from registry.agreements.queries import sharing_flows
from registry.auditlog import Subject, append
from registry.auditlog.erasing import erase_due
from registry.auditlog.tables import LogOpening
from registry.callers import Caller
from registry.clock import stamp
from registry.db import Database, table
from registry.decisions.desk import Asked, NotAnEnd, NotGranted
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.decisions.index import Index
from registry.decisions.past.rewinding import Rewinder
from registry.decisions.question import BadQuestion
from registry.decisions.searches.searching import Searched
from registry.decisions.service import decision_point
from registry.decisions.wire import endpoint
from registry.decisions.wire.endpoint import ADVICE, EVALUATION, EVALUATIONS
from registry.history.past import Past
from tests.integration.history.bodies import tell_of_bodies
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TRUST, SampleMade, flow, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.unit.decisions.calling import SEALER, Doorkeeper, call

DAY = timedelta(days=1)
ASKER = Caller(
    BLACKPOOL, client="feeds", mode="enforce", scopes=frozenset({"decisions:ask"}), roles=frozenset()
)


@dataclass
class Machine:
    """The sample registry, and its permission check as of any instant."""

    desk: Desk
    follower: IndexFollower
    rewinder: Rewinder
    now: datetime = NOW + 100 * DAY

    def ask(self, caller: Caller = ASKER, **context: Any) -> dict[str, Any]:
        self.follower.catch_up()
        body = question(**{name: _text(value) for name, value in context.items()})
        permitted, said = self.rewinder.evaluate(Asked(body, self.now, json.dumps(body).encode()), caller)
        answer: dict[str, Any] = json.loads(said)
        assert permitted is answer["outcome"].startswith("PERMIT")
        return answer

    def outcome(self, **context: Any) -> str:
        outcome: str = self.ask(**context)["outcome"]
        return outcome

    def later(self, days: int) -> Desk:
        """The desk, some days after it all began."""
        return replace(self.desk, now=NOW + days * DAY)


def _text(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value


def question(**context: Any) -> dict[str, Any]:
    facts = {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"}
    return {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~housing"},
        "context": {**facts, **context},
    }


@pytest.fixture
def machine(database: Database) -> Iterator[Machine]:
    follower = IndexFollower(database, POLICIES, sharing_flows)

    def desk_over(index: Index) -> DecisionDesk:
        return DecisionDesk(index, POLICIES, base_url="https://registry.test")

    rewinder = Rewinder(desk_over(follower.index), Past(database), desk_over)
    cast = furnish(database)
    tell_of_bodies(database)
    yield Machine(Desk(database, cast), follower, rewinder)
    follower.stop()


def test_each_day_answers_what_was_known_on_it(machine: Machine) -> None:
    made = machine.desk.active()
    machine.later(10).suspend(made.ref, machine.desk.cast(LANCASHIRE, "dpo"), all=True)
    machine.later(20).resume(made.ref, machine.desk.cast(LANCASHIRE, "dpo"))
    machine.later(21).resume(made.ref, machine.desk.cast(LANCASHIRE, "dpo", second=True))
    machine.later(30).terminate(made.ref, machine.desk.cast(LANCASHIRE, "signatory"))
    assert [machine.outcome(known_at=NOW + days * DAY) for days in (-1, 5, 15, 25, 35)] == [
        "NOT_COVERED",
        "PERMIT_WITH_OBLIGATIONS",
        "SUSPENDED",
        "PERMIT_WITH_OBLIGATIONS",
        "NOT_COVERED",
    ]
    assert machine.outcome() == "NOT_COVERED"


def test_what_was_known_and_what_was_asked_about_are_two_instants(machine: Machine) -> None:
    made = machine.desk.active()
    machine.later(10).suspend(made.ref, machine.desk.cast(LANCASHIRE, "dpo"), all=True)
    assert machine.outcome(at=NOW + 5 * DAY) == "SUSPENDED"
    assert machine.outcome(at=NOW + 20 * DAY, known_at=NOW + 5 * DAY) == "PERMIT_WITH_OBLIGATIONS"
    assert machine.outcome(at=NOW - 20 * DAY, known_at=NOW + 5 * DAY) == "NOT_COVERED"
    assert machine.outcome(at=NOW + 720 * DAY, known_at=NOW + 5 * DAY) == "EXPIRED"


def test_the_answer_names_the_version_of_then(machine: Machine) -> None:
    first = machine.desk.active()
    later = machine.later(10)
    changed = [flow(retention={"period": "P2Y", "trigger": "receipt"})]
    second = later.signed_by_all(later.amended(first.ref, flows=changed))
    assert second.version == 2
    assert machine.ask(known_at=NOW + 5 * DAY)["agreement"]["hash"] == first.hash
    assert machine.ask(known_at=NOW + 15 * DAY)["agreement"]["hash"] == second.hash
    assert machine.ask()["agreement"]["hash"] == second.hash


def test_it_says_how_much_of_the_log_there_was_when_it_was_asked(machine: Machine) -> None:
    machine.desk.active()
    size = machine.desk.size()
    assert machine.ask(known_at=NOW + DAY)["log_size"] == size
    assert machine.ask(known_at=NOW + DAY, min_log_size=size)["outcome"] == "PERMIT_WITH_OBLIGATIONS"
    short = machine.ask(known_at=NOW + DAY, min_log_size=size + 1)
    assert (short["outcome"], short["reasons"][0]["code"]) == ("INDETERMINATE", "log-size-not-reached")


def test_nobody_asks_about_others_past(machine: Machine) -> None:
    machine.desk.active()
    with pytest.raises(NotAnEnd):
        machine.ask(caller=replace(ASKER, organisation=POLICE), known_at=NOW + DAY)


@pytest.mark.parametrize(
    ("known_at", "code"), [("2026-11-22T10:00:00", "bad-form"), ("2099-01-01T00:00:00Z", "in-the-future")]
)
def test_what_was_known_has_an_instant_that_is_over(machine: Machine, known_at: str, code: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        machine.ask(known_at=known_at)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/context/known_at", code)]


def test_what_an_erased_entry_said_is_never_taken_for_a_permit(machine: Machine) -> None:
    made = machine.desk.active(publication="withheld")
    note(machine.desk.db, days=7)
    stopped = machine.later(10).suspend(made.ref, machine.desk.cast(LANCASHIRE, "dpo"), all=True)
    erase(machine.desk.db, stopped.log_index)
    assert machine.outcome(known_at=NOW + 5 * DAY) == "PERMIT_WITH_OBLIGATIONS"
    answer = machine.ask(known_at=NOW + 15 * DAY)
    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("INDETERMINATE", "history-unclear")


def note(db: Database, *, days: int) -> None:
    """Let the log tell of something else, so many days after it all began."""
    made = SampleMade(at=NOW + days * DAY, org="", actor=None, subject=Subject("test", "sample"))
    with db.write() as tx:
        append(tx, made)


def erase(db: Database, index: int) -> None:
    with db.write() as tx:
        opening = table(LogOpening)
        own = (opening.c.idx == index, opening.c.field == "entry")
        tx.execute(update(opening).where(*own).values(erase_after=NOW.date()))
        tx.note_event()
    assert erase_due(db, NOW + 50 * DAY) == 1


def test_a_desk_without_a_past_says_that_it_cannot_tell(machine: Machine) -> None:
    machine.desk.active()
    machine.follower.catch_up()
    desk = DecisionDesk(machine.follower.index, POLICIES, base_url="https://registry.test")
    permitted, said = desk.evaluate(Asked(question(known_at=stamp(NOW + DAY)), machine.now), ASKER)
    assert not permitted
    assert json.loads(said)["reasons"][0]["code"] == "known-at-unavailable"


def test_a_search_finds_what_was_known_to_be_permitted(machine: Machine) -> None:
    made = machine.desk.active()
    machine.later(10).terminate(made.ref, machine.desk.cast(LANCASHIRE, "signatory"))
    machine.follower.catch_up()

    def found(**context: Any) -> list[str]:
        asked = {**question(**context), "subject": {"type": "organisation"}}
        lister = replace(ASKER, organisation=LANCASHIRE)
        results = machine.rewinder.find(Searched.SUBJECT, asked, lister, machine.now).results
        return [result["id"] for result in results]

    assert found(known_at=stamp(NOW + 5 * DAY)) == [BLACKPOOL]
    assert found(known_at=stamp(NOW + 15 * DAY)) == []
    assert found() == []


def test_of_a_body_that_lets_nobody_ask_no_past_is_read(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Past, "size_at", pytest.fail)
    asked = {
        **question(known_at=stamp(NOW + 5 * DAY), on_behalf_of=TRUST),
        "subject": {"type": "organisation"},
    }
    machine.follower.catch_up()
    with pytest.raises(NotGranted):
        machine.rewinder.find(Searched.SUBJECT, asked, ASKER, machine.now)


def test_what_was_known_in_an_emergency_is_no_emergency_now(machine: Machine) -> None:
    machine.desk.active()
    machine.follower.catch_up()
    asked = question(purpose="research", emergency=True, known_at=stamp(NOW + 5 * DAY))
    permitted, said = machine.rewinder.evaluate(Asked(asked, machine.now), ASKER)
    assert not permitted
    assert "break_glass" not in json.loads(said)


def test_so_many_questions_about_the_past_wait_and_no_more(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MAX_WAITING", 0)
    machine.follower.catch_up()
    desk = machine.rewinder.today
    app = decision_point(desk, Doorkeeper(), SEALER, now=NOW, rewinder=machine.rewinder)
    past = call(app, json.dumps(question(known_at=stamp(NOW))).encode(), caller="council")
    assert (past.status, past.json["code"]) == (429, "past-busy")
    assert call(app, json.dumps(question()).encode(), caller="council").status != 429


def test_advice_tells_what_was_known(machine: Machine) -> None:
    made = machine.desk.active()
    machine.later(10).terminate(made.ref, machine.desk.cast(LANCASHIRE, "signatory"))
    machine.follower.catch_up()
    asked = Asked(question(known_at=stamp(NOW + 5 * DAY)), machine.now)
    said = json.loads(machine.rewinder.advise(asked, replace(ASKER, mode="advise")))
    assert said["outcome"] == "PERMIT_WITH_OBLIGATIONS"


@pytest.mark.parametrize(
    ("path", "shape", "caller"),
    [
        (EVALUATION, {}, "council"),
        (EVALUATIONS, {"evaluations": [{}]}, "council"),
        (ADVICE, {}, "council"),
        (Searched.SUBJECT.path, {"subject": {"type": "organisation"}}, "council"),
        (Searched.RESOURCE.path, {"resource": {"type": "data_holding"}}, "council"),
        (Searched.ACTION.path, {"action": {}}, "council"),
    ],
)
def test_every_endpoint_tells_what_was_known(
    machine: Machine, path: str, shape: dict[str, Any], caller: str
) -> None:
    machine.desk.active()
    machine.follower.catch_up()
    desk = machine.rewinder.today
    app = decision_point(desk, Doorkeeper(), SEALER, now=NOW, rewinder=machine.rewinder)

    def permits(**context: Any) -> bool:
        asked = {**question(at=stamp(NOW + 5 * DAY), **context), **shape}
        answer = call(app, json.dumps(asked).encode(), path=path, caller=caller).json
        return "PERMIT" in json.dumps(answer) or bool(answer.get("results"))

    assert permits()
    assert not permits(known_at="2020-01-01T00:00:00Z")
