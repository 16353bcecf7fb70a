"""How a long run tells how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how much is done, of how much in all."""


def unwatched(_done: int, _total: int) -> None:
    """The progress that nobody watches."""
