"""The form of a decision receipt: exactly what is written, nothing that only looks like it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.receipts.issuing import Issuer
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.signing import KeySigner
from registry.verification.receipt import Receipt, thumbprint, write_header

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
CLAIMS = {"jti": "1", "outcome": "PERMIT"}
JWS = Issuer(KeySigner("registry.test/decisions", PRIVATE)).issue(json.dumps(CLAIMS).encode()).decode()


def encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(header: bytes, claims: bytes = b"{}") -> str:
    """A JWS with any header, under the right key."""
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(PRIVATE.sign(text.encode()))}"


@pytest.mark.spec("RFC 8037", "A.3")
def test_the_kid_is_the_thumbprint_of_the_key() -> None:
    key = urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_receipt_is_read_and_its_signature_checked() -> None:
    receipt = Receipt.parse(JWS)
    receipt.check(PUBLIC)
    assert receipt.claims == CLAIMS


@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize(
    "members",
    [
        {"alg": "none"},
        {"alg": "EdDSA"},
        {"alg": "HS256"},
        {"typ": "JWT"},
        {"typ": "at+jwt"},
        {"kid": None},
        {"crit": ["b64"], "b64": False},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": encoded(PUBLIC)}},
    ],
)
def test_another_header_is_refused_though_the_key_signed_it(members: dict[str, Any]) -> None:
    header = json.loads(write_header(thumbprint(PUBLIC))) | members
    with pytest.raises(Malformed):
        Receipt.parse(signed(json.dumps(header, sort_keys=True, separators=(",", ":")).encode()))


def test_a_header_in_another_spelling_is_refused() -> None:
    spaced = json.dumps(json.loads(write_header(thumbprint(PUBLIC)))).encode()
    with pytest.raises(Malformed):
        Receipt.parse(signed(spaced))


@pytest.mark.parametrize("claims", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000])
def test_claims_are_an_object(claims: bytes) -> None:
    with pytest.raises(Malformed):
        Receipt.parse(signed(write_header(thumbprint(PUBLIC)), claims))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "...", JWS + ".", JWS + "=", " " + JWS, JWS[:-1], JWS + "\n"]
)
def test_a_jws_has_one_spelling(text: str) -> None:
    with pytest.raises((Malformed, Unproved)):
        Receipt.parse(text).check(PUBLIC)


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(Unproved):
        Receipt.parse(JWS).check(Ed25519PrivateKey.generate().public_key().public_bytes_raw())


@given(st.integers(0, len(JWS) - 1), st.sampled_from("ABab01-_.=\n"))
def test_no_receipt_with_one_character_changed_is_good(place: int, character: str) -> None:
    changed = JWS[:place] + character + JWS[place + 1 :]
    if changed != JWS:
        with pytest.raises((Malformed, Unproved)):
            Receipt.parse(changed).check(PUBLIC)


@given(st.text() | st.text(".ABCD-_", max_size=40))
def test_reading_anything_else_fails_as_it_should(text: str) -> None:
    with pytest.raises(Malformed):
        Receipt.parse(text)
