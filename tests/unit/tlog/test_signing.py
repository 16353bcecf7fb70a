"""Private keys: several under one name, of two kinds, replaced without a gap."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.messages import Kind
from registry.tlog.note import Note, open_note, sign_note
from registry.tlog.signing import KeySigner, Signers
from tests.unit.tlog.golden import KEY, LATTICE, LOG_LINE, ORIGIN, OTHER, SIGNER, TEXT

BOTH = Signers((SIGNER, LATTICE))
NEXT = KeySigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96))))
CHECKPOINT = Checkpoint.parse(TEXT)


def test_a_log_signs_with_both_kinds_and_either_opens_the_checkpoint() -> None:
    note = CHECKPOINT.signed(BOTH)
    assert note.startswith(f"{TEXT}\n{LOG_LINE}— {ORIGIN} ")
    assert [key.kind for key in BOTH.keys] == [Kind.ED25519, Kind.ML_DSA_44]
    for keys in (BOTH.keys, [KEY], [LATTICE.key], [OTHER.key, LATTICE.key]):
        assert open_checkpoint(note.encode(), *keys) == CHECKPOINT


def test_an_ml_dsa_line_is_as_long_as_the_format_says() -> None:
    line = Note.parse(CHECKPOINT.signed(LATTICE).encode()).signatures[0].line()
    assert len(line.rpartition(" ")[2]) == 3244


def test_a_log_says_no_time() -> None:
    (signature,) = LATTICE.sign(TEXT)
    assert LATTICE.key.time_of(signature.octets) == 0


@pytest.mark.parametrize("which", [0, 1], ids=["Ed25519", "ML-DSA-44"])
def test_a_bad_line_of_either_key_spoils_the_checkpoint(which: int) -> None:
    """LOG acceptance 3: a bad line of a known key rejects all, whichever of the log's two keys it is."""
    signatures = list(BOTH.sign(TEXT))
    octets = signatures[which].octets
    signatures[which] = replace(signatures[which], octets=octets[:-1] + bytes([octets[-1] ^ 1]))
    with pytest.raises(Unproved, match="not of this text"):
        open_checkpoint(Note(TEXT, tuple(signatures)).text().encode(), *BOTH.keys)


def test_a_key_is_replaced_while_readers_of_either_can_still_check() -> None:
    overlap = CHECKPOINT.signed(Signers((SIGNER, NEXT))).encode()
    assert open_checkpoint(overlap, SIGNER.key) == open_checkpoint(overlap, NEXT.key) == CHECKPOINT
    with pytest.raises(Unproved, match="no signature"):
        open_checkpoint(CHECKPOINT.signed(NEXT).encode(), SIGNER.key)


def test_an_ml_dsa_key_signs_checkpoints_and_nothing_else() -> None:
    assert LATTICE.sign("a list of files\n") == ()
    assert open_note(sign_note("a list of files\n", BOTH).encode(), BOTH.keys) == "a list of files\n"
    with pytest.raises(Malformed, match="no key signs"):
        sign_note("a list of files\n", LATTICE)


def test_signers_of_two_names_are_no_log() -> None:
    for signers in ((), (SIGNER, OTHER)):
        with pytest.raises(Malformed):
            Signers(signers)


def test_an_ml_dsa_signature_is_of_one_tree() -> None:
    larger = Note(Checkpoint(ORIGIN, 9, CHECKPOINT.root).text(), LATTICE.sign(TEXT))
    with pytest.raises(Unproved):
        open_checkpoint(larger.text().encode(), LATTICE.key)
