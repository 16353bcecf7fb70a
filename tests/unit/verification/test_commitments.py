"""Commitments bind, hide and never repeat."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from registry.verification.commitments import commit, seal

SALTS = st.binary(min_size=32, max_size=32)


def test_a_commitment_is_the_one_the_format_describes() -> None:
    mac = hmac.new(bytes(32), b"registry-commit/v1\nactor\nperson:1", hashlib.sha256).digest()
    expected = "c1:" + urlsafe_b64encode(mac).decode().rstrip("=")
    assert commit("actor", "person:1", bytes(32)) == expected
    assert len(expected) == 46


@given(st.text(), st.text(), SALTS, SALTS)
def test_another_value_field_or_salt_is_another_commitment(
    one: str, other: str, salt: bytes, more: bytes
) -> None:
    assert (commit("actor", one, salt) == commit("actor", other, salt)) == (one == other)
    assert (commit("actor", one, salt) == commit("actor", one, more)) == (salt == more)
    assert commit("actor", one, salt) != commit("entry", one, salt)


def test_two_commitments_to_one_value_cannot_be_linked() -> None:
    first, second = seal("actor", "person:1"), seal("actor", "person:1")
    assert first.commitment != second.commitment
    assert first.commitment == commit("actor", first.value, first.salt)
