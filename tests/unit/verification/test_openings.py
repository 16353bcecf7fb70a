"""Openings as lines of an export."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.verification.commitments import commit
from registry.verification.openings import Opening

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "openings.yaml").read_text(encoding="utf-8"))


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.text(st.characters(codec="utf-8")))
def test_what_is_written_is_read_back(index: int, salt: bytes, value: str) -> None:
    opening = Opening(index, salt, value)
    assert Opening.parse(opening.line()) == opening
    assert opening.commitment() == commit("entry", value, salt)


@pytest.mark.parametrize("line", HOSTILE)
def test_what_is_not_an_opening(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds, all of them ValueErrors
        Opening.parse(line.encode())


@given(st.binary(max_size=100))
def test_any_octets_are_an_opening_or_refused(octets: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        Opening.parse(octets)


def test_a_line_nested_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="not the members"):
        Opening.parse(b"[" * 100_000)
