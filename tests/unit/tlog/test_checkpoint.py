"""Checkpoints: the golden example, one spelling, and the log they speak for."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Note, Signature, parse_signatures, sign_note
from registry.tlog.signing import KeySigner
from registry.tlog.spelling import MAX_SIZE
from registry.tlog.tree import Frontier, leaf_hash
from tests.unit.tlog.golden import (
    CHECKPOINT,
    KEY,
    LATTICE,
    LOG_LINE,
    ORIGIN,
    OTHER,
    SIGNER,
    TEXT,
    WITNESS_LINE,
)
from tests.unit.tlog.trees import RFC6962_ENTRIES

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "checkpoints.yaml").read_text(encoding="utf-8"))
ORIGINS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
PRIVATE = SIGNER.private_key
BOTH_KEYS = (KEY, LATTICE.key)
LINES = {
    "log": LOG_LINE,
    "witness": WITNESS_LINE,
    "lattice": f"{LATTICE.sign(TEXT)[0].line()}\n",
    "other": f"{OTHER.sign(TEXT)[0].line()}\n",
    "grease": f"{Signature(ORIGIN, b'noun', b'noise').line()}\n",
}


def golden() -> Checkpoint:
    edge = Frontier()
    for entry in RFC6962_ENTRIES:
        edge.append(leaf_hash(entry))
    return Checkpoint(ORIGIN, edge.size, edge.root())


@pytest.mark.spec("c2sp.org/tlog-checkpoint", "Note text")
def test_the_golden_checkpoint_is_written_signed_and_opened() -> None:
    """LOG acceptance 1: the checkpoint of A2, its root counted from the leaves of A3."""
    assert golden().text() == TEXT
    assert golden().signed(SIGNER) == f"{TEXT}\n{LOG_LINE}"
    assert open_checkpoint(CHECKPOINT.encode(), KEY) == golden()


@given(ORIGINS, st.integers(min_value=0, max_value=MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_what_is_not_a_checkpoint(case: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(case["text"])


def test_another_logs_checkpoint_is_refused_even_under_our_key() -> None:
    note = sign_note(TEXT.replace(ORIGIN, "registry.example/other"), SIGNER)
    with pytest.raises(Unproved, match=r"of registry\.example/other"):
        open_checkpoint(note.encode(), KEY)


def test_a_checkpoint_is_signed_by_its_own_log_only() -> None:
    with pytest.raises(Malformed):
        golden().signed(OTHER)


def test_the_same_name_with_another_key_is_no_signature() -> None:
    impostor = KeySigner(ORIGIN, OTHER.private_key)
    with pytest.raises(Unproved):
        open_checkpoint(golden().signed(impostor).encode(), KEY)


@pytest.mark.parametrize(
    "lines",
    [
        "{log}",
        "{witness}{log}",
        "{log}{witness}",
        "{log}{lattice}",
        "{lattice}{witness}{log}",
        "{witness}{witness}{log}",
        "{grease}{log}",
        "{log}{other}",
        "{log}{log}",
    ],
)
def test_the_logs_lines_are_found_among_any_others(lines: str) -> None:
    """LOG acceptance 3: several log keys, a witness first, two witnesses, lines under unknown keys."""
    note = Note(TEXT, parse_signatures(lines.format(**LINES).encode()))
    assert open_checkpoint(note.text().encode(), *BOTH_KEYS) == golden()


@pytest.mark.parametrize("lines", ["{witness}", "{other}", "{grease}", "{witness}{other}{grease}"])
def test_without_a_line_of_the_log_nothing_is_said(lines: str) -> None:
    note = Note(TEXT, parse_signatures(lines.format(**LINES).encode()))
    with pytest.raises(Unproved, match="no signature"):
        open_checkpoint(note.text().encode(), *BOTH_KEYS)


@pytest.mark.parametrize("where", [0, len(ORIGIN) + 1, len(TEXT), len(CHECKPOINT)])
@pytest.mark.parametrize("intruder", ["\ufeff", "\u00a0", "\u200b", "\r", "\n", " ", "\u2028"])
def test_one_character_more_is_another_text(where: int, intruder: str) -> None:
    """LOG acceptance 3: carriage return, byte order mark, no-break space and what else cannot be seen."""
    with pytest.raises((Malformed, Unproved)):
        open_checkpoint((CHECKPOINT[:where] + intruder + CHECKPOINT[where:]).encode(), KEY)


def test_the_origin_keeps_its_octets() -> None:
    """Two spellings of one letter are two logs: nothing is normalised."""
    composed, decomposed = KeySigner("caf\u00e9/log", PRIVATE), KeySigner("cafe\u0301/log", PRIVATE)
    note = Checkpoint(composed.name, 0, bytes(32)).signed(composed).encode()
    assert open_checkpoint(note, composed.key).origin == composed.name
    with pytest.raises(Unproved):
        open_checkpoint(note, decomposed.key)
