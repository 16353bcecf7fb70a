"""Signed notes: the standard's example, the grammar, and everything that is not a note."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Note, Signature, open_note, sign_note
from tests.unit.tlog.golden import (
    CHECKPOINT,
    KEY,
    LOG_LINE,
    OTHER,
    SIGNER,
    TEXT,
    WITNESS_LINE,
)

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "notes.yaml").read_text(encoding="utf-8"))
FORGED = f"— {KEY.name} {LOG_LINE.split()[2][:6]}{'A' * 85}=\n"
PRINTABLE = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]) | st.just("\n"))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1).filter(
    lambda name: "+" not in name and not any(char.isspace() for char in name)
)


@pytest.mark.spec("c2sp.org/signed-note", "Format")
def test_the_example_opens_with_the_log_key_and_the_witness_is_ignored() -> None:
    assert open_note(CHECKPOINT.encode(), [KEY]) == TEXT


def test_signing_the_example_gives_its_line() -> None:
    """LOG acceptance 1: the note of A2, to the octet."""
    assert sign_note(TEXT, SIGNER) == f"{TEXT}\n{LOG_LINE}"


def test_lines_may_stand_in_any_order() -> None:
    """LOG acceptance 3: any order."""
    assert open_note(f"{TEXT}\n{WITNESS_LINE}{LOG_LINE}".encode(), [KEY]) == TEXT


def test_either_of_two_known_keys_is_enough() -> None:
    """LOG acceptance 3: two log keys."""
    note = sign_note(TEXT, SIGNER, OTHER).encode()
    for keys in ([KEY], [OTHER.key], [KEY, OTHER.key], [OTHER.key, KEY]):
        assert open_note(note, keys) == TEXT


@pytest.mark.parametrize("count", [15, 16, 99])
def test_many_unknown_lines_are_ignored(count: int) -> None:
    """LOG acceptance 3: 16 lines and more."""
    assert open_note(f"{TEXT}\n{WITNESS_LINE * count}{LOG_LINE}".encode(), [KEY]) == TEXT


def test_too_many_lines_are_no_note() -> None:
    with pytest.raises(Malformed, match="more than 100"):
        open_note(f"{TEXT}\n{WITNESS_LINE * 100}{LOG_LINE}".encode(), [KEY])


def test_one_line_of_a_known_key_that_fails_spoils_the_note() -> None:
    """LOG acceptance 3: a bad line of a known key rejects all."""
    for lines in (FORGED + LOG_LINE, LOG_LINE + FORGED):
        with pytest.raises(Unproved, match="not of this text"):
            open_note(f"{TEXT}\n{lines}".encode(), [KEY])


def test_a_known_name_with_an_unknown_id_is_an_unknown_line() -> None:
    """LOG acceptance 3: unknown lines."""
    grease = Signature(KEY.name, b"\0\1\2\3", b"noise").line()
    assert open_note(f"{TEXT}\n{grease}\n{LOG_LINE}".encode(), [KEY]) == TEXT


def test_a_note_without_a_known_key_is_unproved() -> None:
    with pytest.raises(Unproved, match="no signature"):
        open_note(CHECKPOINT.encode(), [OTHER.key])


def test_the_last_blank_line_divides() -> None:
    """LOG acceptance 3: the last blank line divides."""
    text = "first\n\nsecond\n\n\nthird\n"
    assert open_note(sign_note(text, SIGNER).encode(), [KEY]) == text


@given(PRINTABLE, st.lists(st.tuples(NAMES, st.binary(min_size=1, max_size=80)), min_size=1, max_size=5))
def test_what_is_written_is_read_back(body: str, lines: list[tuple[str, bytes]]) -> None:
    note = Note(body + "\n", tuple(Signature(name, b"abcd", octets) for name, octets in lines))
    assert Note.parse(note.text().encode()) == note


@given(st.integers(min_value=0, max_value=len((TEXT + "\n" + LOG_LINE).encode()) * 8 - 1))
def test_one_changed_bit_spoils_a_note(bit: int) -> None:
    octets = bytearray((TEXT + "\n" + LOG_LINE).encode())
    octets[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Unproved)):
        open_note(bytes(octets), [KEY])


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_what_is_not_a_note(case: dict[str, str]) -> None:
    """LOG acceptance 3: carriage returns, byte order marks, no-break spaces in names, and the like."""
    with pytest.raises(Malformed):
        Note.parse(case["note"].encode("latin-1") if case.get("latin") else case["note"].encode())


@given(st.binary(max_size=200))
def test_any_octets_are_a_note_or_malformed(octets: bytes) -> None:
    try:
        note = Note.parse(octets)
    except Malformed:
        return
    assert note.text().encode() == octets
