"""`on_behalf_of`: a partner system asks for another body only while that body lets it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from registry.asking.rules import Granted, Grants
from registry.callers import Caller
from registry.decisions.desk import Asked, Desk, NotAnEnd, NotGranted, UseAdvice
from registry.errors import Refusal
from tests.unit.decisions.making import CHARITY, COUNCIL, NOW, POLICE, TRUST, desk_of, flow, question, system

GRANT = Granted("client", TRUST, date(2026, 11, 1), date(2026, 11, 30))


def desk(*granted: Granted) -> Desk:
    desk = desk_of(flow())
    desk.index.grants = Grants(granted or (GRANT,))
    return desk


def asked(**changes: Any) -> Asked:
    body = question(**changes)
    return Asked(body, NOW, json.dumps(body).encode())


def refusal(desk: Desk, asked: Asked, caller: Caller) -> str:
    with pytest.raises(Refusal) as refused:
        desk.evaluate(asked, caller)
    return refused.value.code


def test_who_holds_a_grant_is_answered_as_the_body_itself() -> None:
    permitted, context = desk().evaluate(asked(on_behalf_of=TRUST), system(CHARITY))
    assert permitted
    assert json.loads(context)["outcome"] == "PERMIT"


def test_any_identifier_of_the_body_will_do() -> None:
    granted = Granted("client", COUNCIL, GRANT.starts_on, GRANT.ends_on)
    permitted, _ = desk(granted).evaluate(asked(on_behalf_of="gss:E99999999"), system(CHARITY))
    assert permitted


def test_without_saying_for_whom_it_is_a_stranger() -> None:
    assert refusal(desk(), asked(), system(CHARITY)) == NotAnEnd.code


@pytest.mark.parametrize("named", [COUNCIL, POLICE, "gss:E00000000", "", "x" * 1000])
def test_without_a_grant_every_body_is_refused_alike(named: str) -> None:
    assert refusal(desk(), asked(on_behalf_of=named), system(CHARITY)) == NotGranted.code


def test_a_grant_reaches_to_the_questions_of_that_body_alone() -> None:
    granted = Granted("client", POLICE, GRANT.starts_on, GRANT.ends_on)
    assert refusal(desk(granted), asked(on_behalf_of=POLICE), system(CHARITY)) == NotAnEnd.code


def test_it_does_not_ask_for_another_and_for_itself_at_once() -> None:
    granted = Granted("client", POLICE, GRANT.starts_on, GRANT.ends_on)
    assert refusal(desk(granted), asked(on_behalf_of=POLICE), system(TRUST)) == NotAnEnd.code


def test_its_own_body_needs_no_grant() -> None:
    assert desk().evaluate(asked(on_behalf_of=TRUST), system(TRUST))[0]


def test_a_grant_gives_no_other_right() -> None:
    assert refusal(desk(), asked(on_behalf_of=TRUST), system(CHARITY, mode="advise")) == UseAdvice.code


def test_nobody_signed_in_through_a_program_has_its_grants() -> None:
    person = Caller(CHARITY, person="p1", client="client", scopes=frozenset({"decisions:ask"}))
    with pytest.raises(NotGranted):
        desk().advise(asked(on_behalf_of=TRUST), person)


def test_a_question_that_is_remembered_is_refused_once_the_grant_has_ended() -> None:
    ours, text = desk(), asked(on_behalf_of=TRUST)._replace(is_alone=True)
    ours.evaluate(text, system(CHARITY))
    remembered = ours.recall(text.text, NOW)
    assert remembered is not None
    assert ours.evaluate(remembered, system(CHARITY))[0]
    ours.index.grants = Grants()
    assert refusal(ours, remembered, system(CHARITY)) == NotGranted.code


def test_the_day_of_asking_counts_not_the_day_asked_about() -> None:
    later = asked(on_behalf_of=TRUST)._replace(now=NOW + timedelta(days=30))
    assert refusal(desk(), later, system(CHARITY)) == NotGranted.code
    back = asked(on_behalf_of=TRUST, at="2026-11-15T12:00:00Z")._replace(now=NOW + timedelta(days=30))
    assert refusal(desk(), back, system(CHARITY)) == NotGranted.code
