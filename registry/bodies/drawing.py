"""The data-flow map of one body, laid out for drawing: who sends to it, and who receives from it.

There are two drawings of one map, and the styles show one of them: a wide one, senders left, the body in the
centre, receivers right; and for narrow screens a tall one, from the top down. Sizes are those of the drawing,
in pixels where it is shown in full.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["senders", "body", "receivers"]

LINE = 22
PADDING = 12
GAP = 14
HEADING = 34
LETTER = 10
"""How wide a letter is on average at the size in which names are written, in a wide typeface."""
COLUMN, BETWEEN = 260, 60
TALL = 290
DOWN = 44
"""How long an arrow is in the tall drawing."""


@dataclass(frozen=True, slots=True)
class Node:
    """One body of the map. `href` is empty where it has no page, `agreements` 0 where nothing is counted."""

    name: str
    lang: str = ""
    href: str = ""
    agreements: int = 0


@dataclass(frozen=True, slots=True)
class Map:
    """A body, who sends to it and who receives from it."""

    body: Node
    senders: Sequence[Node]
    receivers: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Box:
    """A node where it is drawn, its name in lines of `(y, words)`."""

    node: Node
    side: Side
    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[int, str], ...]

    @property
    def middle(self) -> int:
        """Half its height."""
        return self.y + self.height // 2

    @property
    def count_y(self) -> int:
        """Where the number of agreements is written."""
        return self.y + self.height - PADDING


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is drawn: boxes, arrows as paths, and where each side has its heading."""

    kind: Literal["wide", "tall"]
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    headings: tuple[tuple[Side, int, int], ...]


def draw_wide(drawn: Map) -> Drawing:
    """The map from left to right."""
    columns: tuple[tuple[Side, Sequence[Node]], ...] = (
        ("senders", drawn.senders),
        ("body", (drawn.body,)),
        ("receivers", drawn.receivers),
    )
    stacks = [
        list(_stack(nodes, side, place * (COLUMN + BETWEEN), HEADING, COLUMN))
        for place, (side, nodes) in enumerate(columns)
    ]
    bottom = max(_bottom(stack) for stack in stacks)
    centred = [_lowered(stack, (bottom - _bottom(stack)) // 2) for stack in stacks]
    body = centred[1][0]
    sent = [_curve(box.x + COLUMN, box.middle, body.x, body.middle) for box in centred[0]]
    received = [_curve(body.x + COLUMN, body.middle, box.x, box.middle) for box in centred[2]]
    return Drawing(
        kind="wide",
        width=3 * COLUMN + 2 * BETWEEN,
        height=bottom + GAP,
        boxes=tuple(box for stack in centred for box in stack),
        arrows=(*sent, *received),
        headings=tuple((side, place * (COLUMN + BETWEEN), LINE) for place, (side, _) in enumerate(columns)),
    )


def draw_tall(drawn: Map) -> Drawing:
    """The map from the top down."""
    senders = list(_stack(drawn.senders, "senders", 0, HEADING, TALL))
    first = _bottom(senders) + DOWN if senders else HEADING
    (body,) = _stack((drawn.body,), "body", 0, first, TALL)
    below = body.y + body.height + DOWN
    receivers = list(_stack(drawn.receivers, "receivers", 0, below + HEADING, TALL))
    middle = TALL // 2
    arrows = [_straight(middle, _bottom(senders), body.y)] if senders else []
    arrows += [_straight(middle, body.y + body.height, below)] if receivers else []
    return Drawing(
        kind="tall",
        width=TALL,
        height=(_bottom(receivers) if receivers else body.y + body.height) + GAP,
        boxes=(*senders, body, *receivers),
        arrows=tuple(arrows),
        headings=(("senders", 0, LINE), ("receivers", 0, below + LINE)),
    )


def _stack(nodes: Sequence[Node], side: Side, x: int, y: int, width: int) -> Iterator[Box]:
    """Boxes under one another, each as high as its name needs."""
    for node in nodes:
        words = textwrap.wrap(node.name, int((width - 2 * PADDING) / LETTER)) or [node.name]
        lines = tuple((y + PADDING + LINE * place - 6, line) for place, line in enumerate(words, 1))
        height = 2 * PADDING + LINE * (len(words) + (node.agreements > 0)) - 4
        yield Box(node, side, x, y, width, height, lines)
        y += height + GAP


def _bottom(stack: Sequence[Box]) -> int:
    return stack[-1].y + stack[-1].height if stack else HEADING


def _lowered(stack: Sequence[Box], by: int) -> list[Box]:
    return [
        Box(
            box.node,
            box.side,
            box.x,
            box.y + by,
            box.width,
            box.height,
            tuple((y + by, words) for y, words in box.lines),
        )
        for box in stack
    ]


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    """A line that leaves and arrives level."""
    half = (x + to_x) // 2
    return f"M{x},{y} C{half},{y} {half},{to_y} {to_x - 2},{to_y}"


def _straight(x: int, y: int, to_y: int) -> str:
    return f"M{x},{y + 4} L{x},{to_y - 4}"
