"""Public keys of every kind: their text, their id, and what they accept as signed."""

import struct
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.cosignature import Cosigner
from registry.tlog.faults import Malformed
from registry.tlog.keys import MAX_TIME, VerifierKey
from registry.tlog.messages import Kind, message
from registry.tlog.spelling import write_base64
from tests.unit.tlog.golden import (
    COSIGNED_AT,
    KEY,
    LATTICE,
    LATTICE_WITNESS,
    ORIGIN,
    SIGNER,
    SPECIFICATION_KEY,
    TEXT,
    VKEY,
    WITNESS,
    WITNESS_VKEY,
)

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "keys.yaml").read_text(encoding="utf-8"))


@pytest.mark.spec("c2sp.org/signed-note", "Verifier keys")
@pytest.mark.parametrize("text", [SPECIFICATION_KEY, VKEY, WITNESS_VKEY, LATTICE.key.text()])
def test_keys_keep_their_spelling(text: str) -> None:
    """LOG acceptance 1: the keys of A2 and the specification's own example."""
    assert VerifierKey.parse(text).text() == text


def test_the_keys_of_the_example_are_made_from_their_seeds() -> None:
    """LOG acceptance 1: seeds 0 to 31 and 32 to 63."""
    assert VerifierKey.parse(VKEY) == KEY == SIGNER.key
    assert VerifierKey.parse(WITNESS_VKEY) == WITNESS.key


def test_the_ml_dsa_keys_of_those_seeds_have_known_ids() -> None:
    """As Go's crypto/mldsa makes them."""
    assert (LATTICE.key.key_id.hex(), LATTICE_WITNESS.key.key_id.hex()) == ("24362a79", "72b6e851")


def test_one_public_key_has_another_id_for_each_kind_and_name() -> None:
    kinds = (Kind.ED25519, Kind.COSIGNATURE)
    assert len({VerifierKey(name, kind, bytes(32)).key_id for name in ("a", "b") for kind in kinds}) == 4


@given(st.sampled_from([Kind.ED25519, Kind.COSIGNATURE]), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(kind: Kind, public_key: bytes) -> None:
    key = VerifierKey("name.example/é", kind, public_key)
    assert VerifierKey.parse(key.text()) == key


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_what_is_not_a_key(case: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(case["key"])


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("size", [0, 31, 33, 1311, 1313])
def test_a_key_of_another_size_is_none(kind: Kind, size: int) -> None:
    with pytest.raises(Malformed, match="octets"):
        VerifierKey.parse(spelt(bytes([kind]) + bytes(size)))
    with pytest.raises(Malformed, match="octets"):
        VerifierKey("name", kind, bytes(size))


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x07, 0xFF])
def test_a_key_of_another_kind_is_none(kind: int) -> None:
    with pytest.raises(Malformed, match="kind known"):
        VerifierKey.parse(spelt(bytes([kind]) + bytes(32)))


@pytest.mark.parametrize("name", ["", "our log", "log\n", "a+b", "log\u00a0", "\udcff"])
def test_a_name_that_no_note_can_hold_names_no_key(name: str) -> None:
    """Else a log with such a name would sign what nobody can read."""
    with pytest.raises(Malformed):
        VerifierKey(name, Kind.ED25519, bytes(32))


def spelt(encoded: bytes) -> str:
    """The text of a key with its right id."""
    key_id = sha256(b"name\n" + encoded).hexdigest()[:8]
    return f"name+{key_id}+{write_base64(encoded)}"


@given(st.text(max_size=80) | st.text(max_size=80).map(lambda text: f"name+{text}"))
def test_any_text_is_a_key_or_malformed(text: str) -> None:
    try:
        key = VerifierKey.parse(text)
    except Malformed:
        return
    assert key.text() == text


@pytest.mark.parametrize("key", [KEY, WITNESS.key, LATTICE.key])
def test_octets_of_any_length_are_no_signature(key: VerifierKey) -> None:
    assert not any(key.has_signed(TEXT, bytes(length)) for length in (0, 1, 7, 8, 9, 64, 72, 2428, 2429))


@pytest.mark.parametrize("witness", [WITNESS, LATTICE_WITNESS])
def test_a_signature_from_beyond_the_calendar_is_none(witness: Cosigner) -> None:
    key = witness.key
    for time, good in ((MAX_TIME, True), (MAX_TIME + 1, False), (2**64 - 1, False)):
        signed = witness.private_key.sign(message(key.kind, key.name, TEXT, time=time))
        assert key.has_signed(TEXT, struct.pack(">Q", time) + signed) is good


def test_the_time_is_covered() -> None:
    for witness in (WITNESS, LATTICE_WITNESS):
        octets = witness.cosign(TEXT, COSIGNED_AT).octets
        assert witness.key.has_signed(TEXT, octets)
        assert not witness.key.has_signed(TEXT, octets[:7] + bytes([octets[7] ^ 1]) + octets[8:])


@pytest.mark.spec("c2sp.org/tlog-cosignature", "ML-DSA-44 signed message")
def test_the_structure_that_an_ml_dsa_key_signs() -> None:
    root = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    assert message(Kind.ML_DSA_44, "w", TEXT, time=0x0102) == (
        b"subtree/v1\n\0"
        b"\x01w"
        b"\0\0\0\0\0\0\x01\x02"
        + bytes([len(ORIGIN)])
        + ORIGIN.encode()
        + bytes(8)
        + bytes(7)
        + b"\x08"
        + root
    )


@pytest.mark.spec("c2sp.org/tlog-cosignature", "Ed25519 signed message")
def test_the_text_that_a_cosignature_covers() -> None:
    assert message(Kind.COSIGNATURE, "w", TEXT, time=7) == f"cosignature/v1\ntime 7\n{TEXT}".encode()


def test_an_ml_dsa_key_signs_under_its_own_name_only() -> None:
    octets = LATTICE_WITNESS.cosign(TEXT, COSIGNED_AT).octets
    renamed = VerifierKey("witness.example/w3", Kind.ML_DSA_44, LATTICE_WITNESS.key.public_key)
    assert not renamed.has_signed(TEXT, octets)


def test_a_name_too_long_for_the_structure_signs_nothing() -> None:
    with pytest.raises(Malformed):
        message(Kind.ML_DSA_44, "n" * 256, TEXT)
    assert message(Kind.ML_DSA_44, "n" * 255, TEXT)
