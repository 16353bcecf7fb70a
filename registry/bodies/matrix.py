"""Every body that sends against every body that receives, as a table with the number of agreements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from registry.bodies.views import by_name
from registry.organisations.naming import PublicName
from registry.web.pages import Language

SHADES = (1, 2, 4, 8)
"""From how many agreements on a cell has the next shade."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many agreements let one body send to another; `shade` is 0 where there are none."""

    receiver: PublicName
    agreements: int

    @property
    def shade(self) -> int:
        """How dark the cell is, from 0 to 4."""
        return sum(self.agreements >= least for least in SHADES)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All who send and all who receive, in alphabetical order, and what is between them."""

    senders: Sequence[PublicName]
    receivers: Sequence[PublicName]
    counts: Mapping[tuple[str, str], int]

    def row(self, sender: PublicName, receivers: Iterable[PublicName]) -> list[Cell]:
        """The cells of one who sends."""
        return [Cell(receiver, self.counts.get((sender.id, receiver.id), 0)) for receiver in receivers]


def matrix_of(
    links: Iterable[Row[Any]],
    names: Mapping[str, PublicName],
    language: Language,
    *,
    sends: Callable[[PublicName], bool],
    receives: Callable[[PublicName], bool],
) -> Matrix:
    """The matrix of the bodies that are asked for, without rows and columns that would be empty."""
    chosen = [row for row in links if sends(names[row.sender]) and receives(names[row.receiver])]
    return Matrix(
        senders=by_name({row.sender: names[row.sender] for row in chosen}.values(), language),
        receivers=by_name({row.receiver: names[row.receiver] for row in chosen}.values(), language),
        counts={(row.sender, row.receiver): row.agreements for row in chosen},
    )
