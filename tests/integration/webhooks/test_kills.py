"""The deliverer is killed again and again: nothing is lost, and nothing comes out of order."""

import random

from registry.webhooks.notices import Audience, Bulletin
from tests.crash.delivering import Started, delivering
from tests.integration.webhooks.conftest import Hooks
from tests.samples.agreements import LANCASHIRE
from tests.samples.assessments import POLICIES
from tests.webhook_world import Message, Partner

KILLS = 10
AGREEMENTS = 6
SEED = 20261122


def test_kills_of_the_deliverer_lose_nothing_and_keep_the_order(hooks: Hooks, database_url: str) -> None:
    hook = hooks.proved()
    for _ in range(AGREEMENTS):
        hooks.desk.active()
    hooks.deliverer.stop()  # lets the lease go
    expected = everything_for(hooks, since=hooks.read(hook).next_index)
    assert len(expected) > 4 * KILLS

    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    for _ in range(KILLS):
        with delivering(database_url, hooks.records_key) as it:
            kill_at(hooks.program, it, after=chance.randint(1, 5), is_answered=chance.random() < 0.5)
            it.wait()
    with delivering(database_url, hooks.records_key):
        hooks.program.wait_for(expected)

    # What came first of each entry is in order and whole; what came again had come before.
    indices = hooks.program.indices
    assert list(dict.fromkeys(indices)) == expected
    assert len(indices) <= len(expected) + KILLS
    assert len({message.id for message in hooks.program.told}) == len(expected)


def everything_for(hooks: Hooks, *, since: int) -> list[int]:
    with hooks.db.read() as reading:
        notices, _ = Bulletin(reading, POLICIES).notices(Audience(LANCASHIRE), since)
    return [notice.index for notice in notices]


def kill_at(program: Partner, it: Started, *, after: int, is_answered: bool) -> None:
    """Kill the process when so many messages have come: before the last is answered, or just after."""
    left = [after]

    def receive(message: Message) -> tuple[int, bytes]:
        answer = Partner.receive(program, message)
        left[0] -= 1
        if left[0] == 0 and not is_answered:
            it.kill()
        return answer

    def answered() -> None:
        if left[0] == 0 and is_answered:
            it.kill()

    program.receive, program.answered = receive, answered  # type: ignore[method-assign]
