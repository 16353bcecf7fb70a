"""Cosignatures of both kinds: the golden example, the time, and what a witness may answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.cosignature import Cosigned, Cosigner, check_cosignatures, read_answer
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import MAX_TIME
from registry.tlog.note import Note, Signature
from registry.tlog.signing import KeySigner
from tests.unit.tlog.golden import (
    CHECKPOINT,
    COSIGNED_AT,
    LATTICE,
    LATTICE_WITNESS,
    LOG_LINE,
    TEXT,
    WITNESS,
    WITNESS_LINE,
)

BOTH = pytest.mark.parametrize("witness", [WITNESS, LATTICE_WITNESS], ids=["Ed25519", "ML-DSA-44"])
GOOD = {witness.name: witness.cosign(TEXT, COSIGNED_AT) for witness in (WITNESS, LATTICE_WITNESS)}
OTHER_TEXT = TEXT.replace("\n8\n", "\n9\n")


def note(*signatures: Signature) -> Note:
    return Note(TEXT, signatures)


@pytest.mark.spec("c2sp.org/tlog-cosignature", "Ed25519 signed message")
def test_cosigning_the_example_gives_its_line() -> None:
    """LOG acceptance 1: the cosignature of A2, to the octet."""
    assert f"{WITNESS.cosign(TEXT, COSIGNED_AT).line()}\n" == WITNESS_LINE


def test_the_example_says_who_cosigned_and_when() -> None:
    found = check_cosignatures(Note.parse(CHECKPOINT.encode()), [WITNESS.key, LATTICE_WITNESS.key])
    assert found == (Cosigned(WITNESS.key, COSIGNED_AT),)


def test_what_another_implementation_signed_with_ml_dsa_is_good() -> None:
    """A log's line and a witness's, made with Go's crypto/mldsa from the seeds of the example."""
    octets = (Path(__file__).parent / "ml_dsa_44.note").read_bytes()
    assert open_checkpoint(octets, LATTICE.key) == Checkpoint.parse(TEXT)
    assert check_cosignatures(Note.parse(octets), [LATTICE_WITNESS.key]) == (
        Cosigned(LATTICE_WITNESS.key, COSIGNED_AT),
    )


@BOTH
@given(time=st.integers(1, MAX_TIME))
def test_any_time_is_read_back(witness: Cosigner, time: int) -> None:
    at = datetime.fromtimestamp(time, UTC)
    found = check_cosignatures(note(witness.cosign(TEXT, at)), [witness.key])
    assert found == (Cosigned(witness.key, at),)


@BOTH
def test_a_cosignature_is_of_one_text(witness: Cosigner) -> None:
    with pytest.raises(Unproved):
        check_cosignatures(Note(OTHER_TEXT, (witness.cosign(TEXT, COSIGNED_AT),)), [witness.key])


@BOTH
def test_a_witness_says_when(witness: Cosigner) -> None:
    with pytest.raises(Malformed):
        witness.cosign(TEXT, datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.spec("c2sp.org/tlog-cosignature", "ML-DSA-44 signed message")
def test_a_signature_without_a_time_is_no_cosignature() -> None:
    signer = KeySigner(LATTICE_WITNESS.name, LATTICE_WITNESS.private_key)
    with pytest.raises(Unproved, match="does not say when"):
        check_cosignatures(note(*signer.sign(TEXT)), [LATTICE_WITNESS.key])


def test_an_ml_dsa_witness_cosigns_checkpoints_only() -> None:
    with pytest.raises(Malformed):
        LATTICE_WITNESS.cosign("anything\n", COSIGNED_AT)


@BOTH
def test_one_witness_may_cosign_twice(witness: Cosigner) -> None:
    later = COSIGNED_AT + timedelta(hours=1)
    twice = note(witness.cosign(TEXT, COSIGNED_AT), witness.cosign(TEXT, later))
    assert [one.at for one in check_cosignatures(twice, [witness.key])] == [COSIGNED_AT, later]


@BOTH
def test_the_cosignature_is_found_among_unknown_lines(witness: Cosigner) -> None:
    wanted = witness.cosign(TEXT, COSIGNED_AT)
    grease = replace(wanted, key_id=b"\0\1\2\3")
    answer = f"{grease.line()}\n{wanted.line()}\n{LOG_LINE}"
    assert read_answer(TEXT, answer.encode(), witness.key) == wanted


@BOTH
def test_an_answer_without_a_good_cosignature_is_refused(witness: Cosigner) -> None:
    good = witness.cosign(TEXT, COSIGNED_AT)
    for answer in (witness.cosign(OTHER_TEXT, COSIGNED_AT), replace(good, key_id=b"\0\1\2\3")):
        with pytest.raises(Unproved):
            read_answer(TEXT, f"{answer.line()}\n".encode(), witness.key)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n",
        "ok\n",
        "\r\n",
        WITNESS_LINE.rstrip("\n"),
        f"{WITNESS_LINE}\n",
        f"\n{WITNESS_LINE}",
        f" {WITNESS_LINE}",
        WITNESS_LINE.removeprefix("— "),
        WITNESS_LINE.replace("—", "-"),
        WITNESS_LINE * 101,
    ],
)
def test_an_answer_of_another_form_is_malformed(answer: str) -> None:
    with pytest.raises(Malformed):
        read_answer(TEXT, answer.encode(), WITNESS.key)


@BOTH
@given(data=st.data())
def test_one_changed_bit_spoils_a_cosignature(witness: Cosigner, data: st.DataObject) -> None:
    octets = bytearray(GOOD[witness.name].key_id + GOOD[witness.name].octets)
    bit = data.draw(st.integers(0, len(octets) * 8 - 1))
    octets[bit // 8] ^= 1 << bit % 8
    changed = Signature(witness.name, bytes(octets[:4]), bytes(octets[4:]))
    with pytest.raises(Unproved):
        read_answer(TEXT, f"{changed.line()}\n".encode(), witness.key)
