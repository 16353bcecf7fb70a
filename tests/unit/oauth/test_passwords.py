"""Passwords are checked, and a user name that does not exist costs the same."""

import time

from registry.oauth.passwords import hash_password, is_password


def test_only_the_right_password_passes() -> None:
    stored = hash_password("right")
    assert stored.startswith("$argon2id$")
    assert is_password("right", stored)
    assert not is_password("wrong", stored)
    assert not is_password("right", None)
    assert not is_password("right", "not a hash")


def test_nobody_takes_as_long_as_somebody() -> None:
    def seconds(stored: str | None) -> float:
        begins = time.perf_counter()
        is_password("wrong", stored)
        return time.perf_counter() - begins

    somebody = hash_password("right")
    fastest_nobody = min(seconds(None) for _ in range(5))
    fastest_somebody = min(seconds(somebody) for _ in range(5))
    assert fastest_nobody > fastest_somebody / 3
