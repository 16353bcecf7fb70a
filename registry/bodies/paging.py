"""Long lists a page at a time, with the addresses of the other pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one page stands among all: `number` of `of`, counted from 1, and what leads to the others."""

    total: int
    size: int
    number: int
    path: str
    query: Mapping[str, str]
    name: str = "page"
    anchor: str = ""

    @classmethod
    def over(cls, total: int, *, size: int, number: int, path: str, **more: Any) -> "Paging":
        """The page of that number, or the nearest there is, over so many lines."""
        last = max(1, -(-total // size))
        return cls(total, size, min(number, last), path, **more)

    @property
    def of(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first line of this page, counted from 0."""
        return (self.number - 1) * self.size

    def of_these(self, items: Sequence[Item]) -> Sequence[Item]:
        """Those of all items that are on this page."""
        return items[self.first : self.first + self.size]

    @property
    def here(self) -> str:
        """The address of this page, without the place in it."""
        return self._address(self.number)

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first."""
        return self._address(self.number - 1) + self.anchor if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last."""
        return self._address(self.number + 1) + self.anchor if self.number < self.of else ""

    def _address(self, number: int) -> str:
        asked = {name: value for name, value in self.query.items() if value}
        if number > 1:
            asked |= {self.name: str(number)}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path
