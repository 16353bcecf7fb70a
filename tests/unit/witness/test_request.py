"""What a log sends to a witness, and what is no such thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.faults import Malformed
from registry.tlog.spelling import MAX_SIZE
from registry.witness.request import Growth, log_id, split_request, write_request

HASH = "A" * 43 + "="
GROWTHS = st.builds(
    Growth,
    st.integers(0, MAX_SIZE),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
)


@pytest.mark.spec("c2sp.org/tlog-witness", "add-checkpoint")
def test_a_request_reads_as_it_is_described() -> None:
    request = write_request(Growth(8, (bytes(32),)), "origin\n9\nroot\n\n— signature\n")
    assert request.decode() == f"old 8\n{HASH}\n\norigin\n9\nroot\n\n— signature\n"


@given(GROWTHS, st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_written_is_read(growth: Growth, note: str) -> None:
    head, rest = split_request(write_request(growth, note))
    assert (Growth.parse(head), rest) == (growth, note.encode())


HOSTILE = {
    "nothing": "",
    "no old size": HASH,
    "another word": "size 1",
    "two spaces": "old  1",
    "a sign": "old +1",
    "a leading zero": "old 01",
    "another script": "old \u0661",
    "no number": "old ",
    "too large": "old 9223372036854775808",
    "a short hash": "old 1\nAAAA",
    "stray bits in a hash": "old 1\n" + "A" * 42 + "B=",
    "a carriage return": f"old 1\r\n{HASH}",
    "an empty line": "old 1\n",
    "64 hashes": "old 1" + f"\n{HASH}" * 64,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_anything_else_is_refused(what: str) -> None:
    with pytest.raises(Malformed):
        Growth.parse(HOSTILE[what].encode())


def test_a_request_without_a_blank_line_is_refused() -> None:
    with pytest.raises(Malformed, match="blank line"):
        split_request(b"old 0\norigin\n")


def test_a_log_is_found_under_the_hash_of_its_origin() -> None:
    assert log_id("example.com/foo") == "76f699faa11e8fbe9a70d933651df90f4bf2b47301f4e924ba3dc6fd395d1d33"
