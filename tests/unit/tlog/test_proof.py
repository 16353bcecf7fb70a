"""Proof files: one entry checked with nothing but the log's key."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.proof import Proof
from registry.tlog.tree import inclusion_path
from tests.unit.tlog.golden import CHECKPOINT, KEY, ORIGIN, OTHER, SIGNER
from tests.unit.tlog.trees import RFC6962_ENTRIES, entries, reader, root_by_definition

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "proofs.yaml").read_text(encoding="utf-8"))
LEAVES = entries(300)
NOTE = Checkpoint(ORIGIN, 300, root_by_definition(LEAVES)).signed(SIGNER)
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63)


def proof_of(index: int) -> Proof:
    return Proof(index, tuple(inclusion_path(index, 300, reader(LEAVES))), NOTE)


@pytest.mark.spec("c2sp.org/tlog-proof", "Format")
def test_the_golden_entry_is_proved_by_the_golden_checkpoint() -> None:
    path = inclusion_path(2, 8, reader(RFC6962_ENTRIES))
    proof = Proof.parse(Proof(2, tuple(path), CHECKPOINT).text().encode())
    assert proof.check(RFC6962_ENTRIES[2], KEY).size == 8


def test_an_entry_is_proved_and_another_is_not() -> None:
    assert proof_of(117).check(LEAVES[117], KEY) == Checkpoint(ORIGIN, 300, root_by_definition(LEAVES))
    with pytest.raises(Unproved):
        proof_of(117).check(LEAVES[118], KEY)
    with pytest.raises(Unproved):
        proof_of(117).check(LEAVES[117], OTHER.key)


@given(st.integers(0, 2**63 - 1), HASHES, st.none() | st.binary())
def test_what_is_written_is_read_back(index: int, path: list[bytes], extra: bytes | None) -> None:
    proof = Proof(index, tuple(path), CHECKPOINT, extra)
    assert Proof.parse(proof.text().encode()) == proof


@given(st.data())
def test_one_changed_bit_spoils_a_proof(data: st.DataObject) -> None:
    octets = bytearray(proof_of(117).text().encode())
    bit = data.draw(st.integers(0, len(octets) * 8 - 1))
    octets[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Unproved)):
        Proof.parse(bytes(octets)).check(LEAVES[117], KEY)


def test_what_extra_says_is_vouched_for_by_none() -> None:
    proof = proof_of(117)
    Proof(proof.index, proof.path, proof.checkpoint, b"anything").check(LEAVES[117], KEY)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_what_is_not_a_proof(case: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        Proof.parse(case["proof"].encode())


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"c2sp.org/tlog-proof@v1\n" + tail))
def test_any_octets_are_a_proof_or_malformed(octets: bytes) -> None:
    try:
        proof = Proof.parse(octets)
    except Malformed:
        return
    assert proof.text().encode() == octets
