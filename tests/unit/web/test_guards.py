"""Only tokens that are right in every respect are accepted."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from registry.callers import Caller
from registry.errors import Unauthenticated
from registry.web import guards
from registry.web.guards import ScopeMissing, TokenMissing, TokenRefused, TokenVerifier, check_scope

ISSUER = "https://registry.test"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
KEY = ECKey.generate_key("P-256", auto_kid=True)
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": str(KEY.kid)}


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a partner's token; None removes one."""
    begins = int(NOW.timestamp())
    values = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": "mash",
        "client_id": "mash",
        "iat": begins,
        "exp": begins + 900,
        "jti": "j",
        "scope": "decisions:ask register:read",
        "organisation": "gss:E10000017",
        "mode": "enforce",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def bearer(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """An `Authorization` header with a token that is right but for `header` and `changes`."""
    head = {name: value for name, value in (HEADER | (header or {})).items() if value is not None}
    return "Bearer " + jwt.encode(head, claims(**changes), key, algorithms=[head["alg"]], default_type=None)


def verifier(**options: Any) -> TokenVerifier:
    """A verifier that knows `KEY` only."""
    return TokenVerifier(KeySet([KEY]), issuer=ISSUER, **options)


def reason(header: str) -> str:
    """Why a header is refused."""
    with pytest.raises(TokenRefused) as refused:
        verifier().verify(header, NOW)
    text: str = refused.value.facts["reason"]
    return text


def test_right_token_speaks_for_its_client() -> None:
    assert verifier().verify(bearer(), NOW) == Caller(
        organisation="gss:E10000017",
        client="mash",
        scopes=frozenset({"decisions:ask", "register:read"}),
        mode="enforce",
    )


def test_persons_token_speaks_for_the_person_with_their_roles() -> None:
    caller = verifier().verify(bearer(sub="0190-p", roles=["dpo"], mode=None, demo=True), NOW)
    assert (caller.kind, caller.person, caller.roles, caller.demo) == (
        "person",
        "0190-p",
        frozenset({"dpo"}),
        True,
    )


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_scheme_is_read_in_any_letter_case(scheme: str) -> None:
    assert verifier().verify(f"{scheme} {bearer()[7:]}", NOW).client == "mash"


def test_bytes_and_text_are_both_read() -> None:
    assert verifier().verify(bearer().encode(), NOW) == verifier().verify(bearer(), NOW)


@pytest.mark.parametrize("header", [None, "", b""])
def test_no_header_is_told_where_to_get_a_token(header: str | bytes | None) -> None:
    with pytest.raises(TokenMissing) as missing:
        verifier().verify(header, NOW)
    metadata = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource"'
    assert missing.value.facts["headers"] == {"www-authenticate": f"Bearer {metadata}"}


def test_refusal_carries_the_error_code_of_rfc_6750() -> None:
    with pytest.raises(TokenRefused) as refused:
        verifier().verify("Bearer x", NOW)
    assert 'error="invalid_token"' in refused.value.facts["headers"]["www-authenticate"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "https://other.test"}, "issuer"),
        ({"aud": "https://other.test"}, "audience"),
        ({"aud": [ISSUER]}, "claims"),
        ({"exp": int(NOW.timestamp())}, "expired"),
        ({"exp": True}, "claims"),
        ({"exp": "soon"}, "claims"),
        ({"nbf": int(NOW.timestamp()) + 6}, "not-yet-valid"),
        ({"iat": int(NOW.timestamp()) + 6}, "not-yet-valid"),
        ({"mode": "anything"}, "claims"),
        ({"roles": "dpo"}, "claims"),
    ]
    + [
        ({name: None}, "claims")
        for name in ("iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope", "organisation")
    ],
)
def test_wrong_claims_are_refused(changes: dict[str, Any], expected: str) -> None:
    assert reason(bearer(**changes)) == expected


@pytest.mark.parametrize(
    "header",
    [{"kid": None}, {"typ": None}, {"typ": "JWT"}, {"typ": "AT+JWT"}, {"jku": "https://evil.test/keys"}],
)
def test_header_names_this_kind_of_token_and_nothing_else(header: dict[str, Any]) -> None:
    assert reason(bearer(header=header)) == "header"


def test_critical_extensions_are_refused() -> None:
    assert reason(bearer(header={"crit": ["b64"], "b64": True})) == "header"


def test_unknown_kid_is_refused() -> None:
    assert reason(bearer(header={"kid": "other"})) == "key"


def test_foreign_key_under_our_kid_is_refused() -> None:
    foreign = ECKey.generate_key("P-256", {"kid": str(KEY.kid)})
    assert reason(bearer(foreign)) == "signature"


def test_hmac_with_the_public_key_is_refused() -> None:
    public = OctKey.import_key(KEY.as_pem(private=False).replace(b"-----", b""))
    assert reason(bearer(public, header={"alg": "HS256"})) == "header"


@pytest.mark.parametrize("alg", ["none", "None", "ES384", 7, None])
def test_other_algorithms_are_refused(alg: object) -> None:
    head = json.dumps(HEADER | {"alg": alg}).encode()
    forged = base64.urlsafe_b64encode(head).decode().rstrip("=")
    _, payload, signature = bearer()[7:].split(".")
    assert reason(f"Bearer {forged}.{payload}.{signature}") == "header"


def test_changed_payload_or_signature_is_refused() -> None:
    header, payload, signature = bearer()[7:].split(".")
    other = bearer(organisation="police:lancashire")[7:].split(".")[1]
    assert reason(f"Bearer {header}.{other}.{signature}") == "signature"
    swapped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert reason(f"Bearer {header}.{payload}.{swapped}") == "signature"


@pytest.mark.parametrize(
    "header",
    [
        "Basic dXNlcjpwYXNz",
        "Bearer",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Bearer IiI.e30.AA",
        "Bearer W10.e30.AA",
        "Bearer e30.e30.AA",
        "Bearer .e30.AA",
        "Bearer a.b.c, Bearer a.b.c",
        "Bearer " + "a" * 9000 + ".b.c",
        "DPoP a.b.c",
        "Bearer ŵ.ŵ.ŵ",
    ],
)
def test_hostile_headers_are_refused(header: str) -> None:
    assert reason(header) in {"malformed", "header"}


@given(st.text(max_size=60) | st.from_regex(r"Bearer [\w-]{1,40}\.[\w-]{1,40}\.[\w-]{1,40}", fullmatch=True))
def test_any_text_is_refused_and_nothing_breaks(header: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier().verify(header, NOW)


@given(st.binary(max_size=60))
def test_any_token_header_is_refused_and_nothing_breaks(head: bytes) -> None:
    segment = base64.urlsafe_b64encode(head).decode().rstrip("=") or "A"
    with pytest.raises(TokenRefused):
        verifier().verify(f"Bearer {segment}.e30.AA", NOW)


def test_accepted_token_is_remembered_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, header = verifier(), bearer()
    first = tokens.verify(header, NOW)
    monkeypatch.setattr("registry.web.guards.jwt.decode", None)
    assert tokens.verify(header, NOW + timedelta(seconds=899)) is first
    with pytest.raises(TypeError):
        tokens.verify(header, NOW + timedelta(seconds=900))


def test_remembered_token_is_refused_once_expired() -> None:
    tokens, header = verifier(), bearer()
    tokens.verify(header, NOW)
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(header, NOW + timedelta(seconds=900))
    assert refused.value.facts["reason"] == "expired"


def test_revoked_client_is_refused_even_when_remembered() -> None:
    tokens, header = verifier(), bearer()
    tokens.verify(header, NOW)
    tokens.revoke(["mash"])
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(header, NOW)
    assert refused.value.facts["reason"] == "revoked"
    with pytest.raises(TokenRefused):
        verifier(revoked=["mash"]).verify(header, NOW)


def test_a_person_who_left_is_refused_even_when_remembered_and_may_come_back() -> None:
    tokens, header = verifier(), bearer(sub="p-1", client_id="officers", roles=["dpo"])
    caller = tokens.verify(header, NOW)
    tokens.dismiss(frozenset({("p-1", "ods:ELSEWHERE")}))
    assert tokens.verify(header, NOW) == caller
    tokens.dismiss(frozenset({("p-1", caller.organisation)}))
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(header, NOW)
    assert refused.value.facts["reason"] == "left"
    tokens.dismiss(frozenset())
    assert tokens.verify(header, NOW) == caller


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_REMEMBERED", 3)
    tokens = verifier()
    for number in range(10):
        tokens.verify(bearer(jti=str(number)), NOW)
    assert len(tokens._remembered) <= 3


def test_missing_scope_is_named() -> None:
    with pytest.raises(ScopeMissing) as missing:
        check_scope(Caller(organisation="gss:E10000017"), "approve")
    assert missing.value.facts["scope"] == "approve"
    assert 'error="insufficient_scope"' in missing.value.facts["headers"]["www-authenticate"]
