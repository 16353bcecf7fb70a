"""Proof files: one entry checked with nothing but the log's key."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.policy import Log, Policy, Witness, Witnessed
from registry.tlog.proof import Proof
from registry.tlog.signing import Signers
from registry.tlog.tree import inclusion_path
from tests.unit.tlog.golden import (
    CHECKPOINT,
    COSIGNED_AT,
    KEY,
    LATTICE,
    LOG_LINE,
    ORIGIN,
    OTHER,
    SIGNER,
    TEXT,
    WITNESS,
    WITNESS_LINE,
)
from tests.unit.tlog.trees import RFC6962_ENTRIES, entries, reader, root_by_definition

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "proofs.yaml").read_text(encoding="utf-8"))
LEAVES = entries(300)
STATED = Checkpoint(ORIGIN, 300, root_by_definition(LEAVES))
NOTE = STATED.signed(SIGNER)
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63)


def proof_of(index: int) -> Proof:
    return Proof(index, tuple(inclusion_path(index, 300, reader(LEAVES))), NOTE)


@pytest.mark.spec("c2sp.org/tlog-proof", "Format")
def test_the_golden_entry_is_proved_by_the_golden_checkpoint() -> None:
    path = inclusion_path(2, 8, reader(RFC6962_ENTRIES))
    proof = Proof.parse(Proof(2, tuple(path), CHECKPOINT).text().encode())
    assert proof.check(RFC6962_ENTRIES[2], KEY).size == 8


def test_an_entry_is_proved_and_another_is_not() -> None:
    assert proof_of(117).check(LEAVES[117], KEY) == STATED
    with pytest.raises(Unproved):
        proof_of(117).check(LEAVES[118], KEY)
    with pytest.raises(Unproved):
        proof_of(117).check(LEAVES[117], OTHER.key)


@given(st.integers(0, 2**63 - 1), HASHES, st.binary())
def test_what_is_written_is_read_back(index: int, path: list[bytes], extra: bytes) -> None:
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
    replace(proof_of(117), extra=b"anything").check(LEAVES[117], KEY)


def test_nothing_extra_has_no_line() -> None:
    assert "extra" not in replace(proof_of(117), extra=b"").text()


def test_a_proof_by_a_policy_says_who_cosigned_and_when() -> None:
    policy = Policy((Log(KEY),), (Witness("w", WITNESS.key),), (), "w")
    witnessed = replace(
        proof_of(117), checkpoint=f"{NOTE}{WITNESS.cosign(STATED.text(), COSIGNED_AT).line()}\n"
    )
    assert witnessed.check_by(policy, LEAVES[117]) == Witnessed(STATED, {"w": COSIGNED_AT})
    with pytest.raises(Unproved, match="path"):
        witnessed.check_by(policy, LEAVES[118])
    with pytest.raises(Unproved, match="not witnessed"):
        proof_of(117).check_by(policy, LEAVES[117])
    with pytest.raises(Unproved, match="no key here"):
        witnessed.check_by(policy, LEAVES[117], "registry.example/other")


def test_a_proof_holds_under_any_of_the_logs_keys() -> None:
    by_both = replace(proof_of(117), checkpoint=STATED.signed(Signers((SIGNER, LATTICE))))
    for keys in ([KEY], [LATTICE.key], [KEY, LATTICE.key], [OTHER.key, KEY]):
        assert by_both.check(LEAVES[117], *keys).size == 300


def test_a_path_longer_than_any_tree_is_high_is_no_proof() -> None:
    highest = Proof(1, (bytes(32),) * 63, CHECKPOINT)
    assert Proof.parse(highest.text().encode()) == highest
    with pytest.raises(Malformed, match="at most 63"):
        Proof.parse(replace(highest, path=(bytes(32),) * 64).text().encode())


def test_a_proof_at_a_million_entries_is_short() -> None:
    """LOG A7: 1,386 octets with two Ed25519 witnesses."""
    note = f"{TEXT.replace('8', '1000000', 1)}\n{LOG_LINE}{WITNESS_LINE * 2}"
    assert len(Proof(999_999, (bytes(32),) * 20, note).text().encode()) <= 1_500


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
