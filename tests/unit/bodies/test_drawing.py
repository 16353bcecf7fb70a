"""The data-flow map as it is laid out: nothing is left out, hidden, or written beyond its box."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.drawing import LETTER, PADDING, Box, Drawing, Map, Node, draw_tall, draw_wide

NAMES = st.text("abcdefghij ", min_size=1, max_size=90).filter(str.strip)
NODES = st.lists(st.builds(Node, name=NAMES, agreements=st.integers(0, 9)), max_size=6)
MAPS = st.builds(Map, body=st.builds(Node, name=NAMES), senders=NODES, receivers=NODES)
BODY = Node("Lancashire County Council")


def apart(one: Box, two: Box) -> bool:
    return (
        one.x + one.width <= two.x
        or two.x + two.width <= one.x
        or one.y + one.height <= two.y
        or two.y + two.height <= one.y
    )


def drawings(drawn: Map) -> tuple[Drawing, Drawing]:
    return draw_wide(drawn), draw_tall(drawn)


@given(MAPS)
def test_every_body_is_in_both_drawings_once(drawn: Map) -> None:
    for drawing in drawings(drawn):
        assert [box.node for box in drawing.boxes] == [*drawn.senders, drawn.body, *drawn.receivers]


@given(MAPS)
def test_no_box_covers_another_or_leaves_the_drawing(drawn: Map) -> None:
    for drawing in drawings(drawn):
        assert all(apart(one, two) for one, two in combinations(drawing.boxes, 2))
        assert all(box.x >= 0 and box.x + box.width <= drawing.width for box in drawing.boxes)
        assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.boxes)


@given(MAPS)
def test_a_name_is_written_whole_and_within_its_box(drawn: Map) -> None:
    for drawing in drawings(drawn):
        for box in drawing.boxes:
            written = "".join(words for _, words in box.lines)
            assert written.replace(" ", "") == box.node.name.replace(" ", "")
            assert all(len(words) * LETTER <= box.width - 2 * PADDING for _, words in box.lines)
            assert all(box.y < y < box.y + box.height for y, _ in box.lines)


def test_senders_are_left_of_the_body_and_receivers_right() -> None:
    wide = draw_wide(Map(BODY, [Node("A")], [Node("B"), Node("C")]))
    sender, body, *receivers = wide.boxes
    assert sender.x + sender.width < body.x
    assert all(body.x + body.width < box.x for box in receivers)
    assert len(wide.arrows) == 3


def test_on_a_narrow_screen_senders_are_above_the_body_and_receivers_below() -> None:
    tall = draw_tall(Map(BODY, [Node("A")], [Node("B"), Node("C")]))
    sender, body, *receivers = tall.boxes
    assert sender.y + sender.height < body.y
    assert all(body.y + body.height < box.y for box in receivers)
    assert tall.width <= 290, "a page of 320 pixels has a margin of 15 on each side"


@pytest.mark.parametrize("drawn", [Map(BODY, [], [Node("B")]), Map(BODY, [Node("A")], [])])
def test_a_body_that_only_sends_or_only_receives_has_one_arrow(drawn: Map) -> None:
    assert [len(drawing.arrows) for drawing in drawings(drawn)] == [1, 1]
