"""What answers leave to be done is bounded, and one body's share never drives out another's."""

from registry.decisions.afterwards import Afterwards
from registry.records.actions.stubs import MAX_OPEN, EmergencyAsked
from tests.unit.decisions.making import COUNCIL, NOW, TRUST, flow, index_of


def emergency(owner: str, number: int = 0) -> EmergencyAsked:
    return EmergencyAsked(owner, COUNCIL, TRUST, f"run.{number}", "child-safeguarding", "contact", NOW)


def test_a_body_that_asks_in_circles_drives_out_no_other_bodys_emergency() -> None:
    afterwards = Afterwards(index_of(flow()))
    afterwards.note(emergency(TRUST))
    for number in range(MAX_OPEN * 2):
        afterwards.note(emergency(COUNCIL, number))
    taken = afterwards.take_emergencies()
    assert taken[0] == emergency(TRUST)
    assert taken[1:] == [emergency(COUNCIL, number) for number in range(MAX_OPEN)]
    assert afterwards.take_emergencies() == []


def test_what_could_not_be_written_down_comes_before_what_came_since() -> None:
    afterwards = Afterwards(index_of(flow()))
    afterwards.note(emergency(TRUST, 1))
    taken = afterwards.take_emergencies()
    afterwards.note(emergency(TRUST, 2))
    afterwards.give_back(taken)
    assert afterwards.take_emergencies() == [emergency(TRUST, 1), emergency(TRUST, 2)]
