"""What was made of values that come again and again, so that it is made once."""

from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MANY = 1 << 20


class Made(dict[Key, Value]):
    """What a function makes of each key, when it is first looked up. Emptied when there are too many."""

    __slots__ = ("_make", "_most")

    def __init__(self, make: Callable[[Key], Value], *, most: int = MANY) -> None:
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value


def itself(value: Key) -> Key:
    """What is made of each of equal values when they are to be one object."""
    return value
