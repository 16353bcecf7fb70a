"""Checkpoints: the golden example, one spelling, and the log they speak for."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import sign_note
from registry.tlog.signing import KeySigner
from registry.tlog.spelling import MAX_SIZE
from registry.tlog.tree import Frontier, leaf_hash
from tests.unit.tlog.golden import CHECKPOINT, KEY, LOG_LINE, ORIGIN, OTHER, SIGNER, TEXT
from tests.unit.tlog.trees import RFC6962_ENTRIES

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "checkpoints.yaml").read_text(encoding="utf-8"))
ORIGINS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


def golden() -> Checkpoint:
    edge = Frontier()
    for entry in RFC6962_ENTRIES:
        edge.append(leaf_hash(entry))
    return Checkpoint(ORIGIN, edge.size, edge.root())


@pytest.mark.spec("c2sp.org/tlog-checkpoint", "Note text")
def test_the_golden_checkpoint_is_written_signed_and_opened() -> None:
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
