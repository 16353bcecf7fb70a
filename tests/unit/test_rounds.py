import logging
import threading

import pytest
from sqlalchemy.exc import SQLAlchemyError

from registry.rounds import Rounds

LOGGER = logging.getLogger("registry")
SOON = 5.0


class Turning:
    """Counts its turns, and tells when there were three."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.turns, self.fault = 0, fault
        self.were_three = threading.Event()

    def __call__(self) -> None:
        self.turns += 1
        if self.turns == 3:
            self.were_three.set()
        if self.turns == 1 and self.fault:
            raise self.fault


def rounds(turn: Turning, *, rest_seconds: float = 0.001, **ways: bool) -> Rounds:
    return Rounds("turns", turn, rest_seconds=rest_seconds, waits="it waits", logger=LOGGER, **ways)


@pytest.mark.parametrize(
    ("fault", "told"),
    [(SQLAlchemyError("the disk is full"), "it waits: the disk is full"), (KeyError("odd"), "it waits")],
)
def test_a_turn_that_failed_is_told_and_others_follow(
    fault: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    turn = Turning(fault)
    going = rounds(turn)
    going.start()
    assert turn.were_three.wait(SOON)
    assert going.is_running
    going.end()
    assert not going.is_running
    assert caplog.messages == [told]


@pytest.mark.parametrize(("takes_last", "turns"), [(False, 0), (True, 1)])
def test_a_rest_is_cut_short_and_a_last_turn_is_taken_where_one_is_wanted(
    takes_last: bool, turns: int
) -> None:
    turn = Turning()
    going = rounds(turn, rest_seconds=60, takes_last=takes_last)
    going.start()
    going.end()
    assert (turn.turns, going.is_ending) == (turns, True)


def test_what_begins_at_once_does_not_rest_first() -> None:
    turn = Turning()
    turn.turns = 2
    going = rounds(turn, rest_seconds=60, begins_at_once=True)
    going.start()
    assert turn.were_three.wait(SOON)
    going.end()
    assert turn.turns == 3


def test_what_never_began_is_ended() -> None:
    rounds(Turning()).end()
