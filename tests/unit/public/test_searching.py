"""Searches as addresses: what was asked for is written and read again; what is wrong is left out."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.public.lines import ORDERS
from registry.public.searching import Search

TEXT = st.text(st.characters(codec="utf-8"), max_size=200).map(str.strip)


@given(
    st.builds(
        Search,
        text=TEXT,
        party=TEXT,
        purpose=TEXT,
        category=TEXT,
        status=TEXT,
        order=st.sampled_from(ORDERS),
        page=st.integers(1, 999_999),
    )
)
def test_an_address_says_the_whole_search(search: Search) -> None:
    assert Search.read(dict(parse_qsl(search.query.removeprefix("?")))) == search


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "٥", "9" * 40, ""])
def test_an_address_with_a_wrong_page_is_that_of_the_first(page: str) -> None:
    assert Search.read({"page": page, "sort": "colour"}) == Search()


def test_the_address_of_everything_is_short() -> None:
    assert Search().query == ""
    assert not Search(order="review").is_filtered
    assert Search(text="homes").is_filtered
