"""Twenty at once: a code and an assertion each work exactly once, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.oauth_world import Desk, assertion

AT_ONCE = 20


def test_one_of_twenty_parallel_redemptions_of_a_code_wins(desk: Desk) -> None:
    code, start = desk.get_code(), Barrier(AT_ONCE)

    def redeem() -> int:
        start.wait()
        return desk.redeem(code).status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = [attempt.result() for attempt in [pool.submit(redeem) for _ in range(AT_ONCE)]]
    assert sorted(statuses) == [200] + [400] * (AT_ONCE - 1)


def test_one_of_twenty_parallel_uses_of_an_assertion_wins(desk: Desk) -> None:
    sent, start = assertion(), Barrier(AT_ONCE)

    def use() -> int:
        start.wait()
        return desk.ask_with(sent).status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = [attempt.result() for attempt in [pool.submit(use) for _ in range(AT_ONCE)]]
    assert sorted(statuses) == [200] + [400] * (AT_ONCE - 1)
