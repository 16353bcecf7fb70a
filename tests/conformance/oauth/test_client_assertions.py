"""Client assertions: what RFC 7523 and RFC 10070 ask, and every pitfall found on the way."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from registry.callers import SYSTEM
from registry.oauth.actions import register_client, revoke_client
from tests.oauth_world import ISSUER, NOW, PARTNER_KEY, Desk, assertion, partner

ED_KEY = OKPKey.generate_key("Ed25519", {"kid": "k1"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "k1"})
TOKEN_URL = f"{ISSUER}/oauth/token"


def description(desk: Desk, sent: str) -> str:
    """The description of the refusal that an assertion meets."""
    answer = desk.ask_with(sent)
    assert answer.status == 400
    assert answer.body["error"] == "invalid_client"
    text: str = answer.body["error_description"]
    return text


def register(desk: Desk, client_id: str, **changes: object) -> None:
    """Register another partner of the council."""
    with desk.database.write() as tx:
        register_client(tx, partner(client_id, **changes), caller=SYSTEM, now=NOW - timedelta(hours=1))


@pytest.mark.spec("RFC 7523", "3")
def test_right_assertion_gets_a_token(desk: Desk) -> None:
    answer = desk.ask_with(assertion())
    assert answer.status == 200
    assert answer.body["token_type"] == "Bearer"


@pytest.mark.spec("RFC 10070", "typ")
@pytest.mark.parametrize("typ", ["client-authentication+jwt", "JWT", "jwt", None])
def test_types_of_old_and_new_kind_are_taken(desk: Desk, typ: str | None) -> None:
    assert desk.ask_with(assertion(header={"typ": typ})).status == 200


@pytest.mark.spec("RFC 9068", "4")
def test_access_token_type_is_not_an_assertion(desk: Desk) -> None:
    assert "typ" in description(desk, assertion(header={"typ": "at+jwt"}))


@pytest.mark.spec("RFC 10070", "aud")
@pytest.mark.parametrize(
    "aud", [TOKEN_URL, [ISSUER], [ISSUER, "https://other.test"], f"{ISSUER}/", "https://other.test", None]
)
def test_audience_is_the_issuer_as_one_string_and_the_error_names_it(desk: Desk, aud: object) -> None:
    assert description(desk, assertion(aud=aud)) == f"aud must be the single string {ISSUER}"


@pytest.mark.parametrize("aud", [TOKEN_URL, ISSUER])
def test_nhs_signed_jwt_may_name_the_token_url(desk: Desk, aud: str) -> None:
    register(desk, "nhs-app", alg="RS512", jwks={"keys": [RSA_KEY.as_dict(private=False)]}, nhs_legacy=True)
    sent = assertion(RSA_KEY, header={"alg": "RS512", "typ": "JWT"}, iss="nhs-app", sub="nhs-app", aud=aud)
    assert desk.ask_with(sent).status == 200


@pytest.mark.parametrize("alg", ["Ed25519", "EdDSA"])
@pytest.mark.spec("RFC 9864", "2.2")
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_ed25519_is_taken_under_both_names(desk: Desk, alg: str) -> None:
    register(desk, "edward", alg="Ed25519", jwks={"keys": [ED_KEY.as_dict(private=False) | {"alg": "EdDSA"}]})
    assert desk.ask_with(assertion(ED_KEY, header={"alg": alg}, iss="edward", sub="edward")).status == 200


@pytest.mark.spec("RFC 8725", "3.1")
def test_only_the_registered_algorithm_is_taken(desk: Desk) -> None:
    register(desk, "nhs-app", alg="RS512", jwks={"keys": [RSA_KEY.as_dict(private=False)]}, nhs_legacy=True)
    for alg in ("RS256", "PS512", "RS384"):
        sent = assertion(RSA_KEY, header={"alg": alg}, iss="nhs-app", sub="nhs-app")
        assert description(desk, sent) == "alg must be RS512, as registered"


@pytest.mark.spec("RFC 8725", "2.1")
def test_hmac_with_the_public_key_is_refused(desk: Desk) -> None:
    public = PARTNER_KEY.as_pem(private=False)
    sent = assertion(OctKey.import_key(public.replace(b"-----", b"")), header={"alg": "HS256"})
    assert description(desk, sent) == "alg must be ES256, as registered"


@pytest.mark.spec("RFC 8725", "2.1")
def test_no_signature_is_refused(desk: Desk) -> None:
    header, payload, _ = assertion().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').decode().rstrip("=")
    assert description(desk, f"{none}.{payload}.AA") == "alg must be ES256, as registered"
    assert "compact JWS" in description(desk, f"{header}.{payload}.")


def test_foreign_key_and_unknown_kid_are_refused(desk: Desk) -> None:
    foreign = ECKey.generate_key("P-256", {"kid": "k1"})
    assert "signature" in description(desk, assertion(foreign))
    assert "signature" in description(desk, assertion(header={"kid": "k2"}))


def test_other_clients_key_is_refused(desk: Desk) -> None:
    other = ECKey.generate_key("P-256", {"kid": "k1"})
    register(desk, "other-system", jwks={"keys": [other.as_dict(private=False)]})
    assert "signature" in description(desk, assertion(other))


@pytest.mark.spec("RFC 7523", "3 (1-3)")
@pytest.mark.parametrize(
    "changes",
    [{"iss": None}, {"sub": None}, {"iss": "other"}, {"sub": "other"}, {"sub": 7}, {"sub": "x\0y"}],
)
def test_issuer_and_subject_are_the_client(desk: Desk, changes: dict[str, Any]) -> None:
    description(desk, assertion(**changes))


@pytest.mark.spec("RFC 7523", "3 (4-6)")
@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({"exp": -55, "iat": -300}, True),
        ({"exp": -61, "iat": -300}, False),
        ({"exp": 355}, True),
        ({"exp": 365}, False),
        ({"exp": 10 * 365 * 86_400}, False),
        ({"exp": 240, "iat": -200}, False),
        ({"nbf": 8}, True),
        ({"nbf": 61}, False),
        ({"iat": 61}, False),
        ({"iat": None}, True),
    ],
)
def test_lifetime_is_five_minutes_within_a_minute_of_skew(
    desk: Desk, changes: dict[str, int | None], accepted: bool
) -> None:
    now = int(NOW.timestamp())
    times: dict[str, Any] = {
        name: None if seconds is None else now + seconds for name, seconds in changes.items()
    }
    assert (desk.ask_with(assertion(**times)).status == 200) is accepted


@pytest.mark.parametrize("exp", [None, "soon", True, 1e300, -1e300])
def test_expiry_is_a_number_of_seconds(desk: Desk, exp: object) -> None:
    description(desk, assertion(exp=exp))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_expiry_that_is_not_finite_is_refused(desk: Desk, number: str) -> None:
    now = int(NOW.timestamp())
    sent = assertion(exp=now + 240)
    header, payload, signature = sent.split(".")
    text = base64.urlsafe_b64decode(payload + "==").replace(str(now + 240).encode(), number.encode())
    forged = base64.urlsafe_b64encode(text).decode().rstrip("=")
    description(desk, f"{header}.{forged}.{signature}")


@pytest.mark.spec("RFC 7523", "3 (7)")
def test_jti_is_taken_once_and_remembered_until_it_cannot_matter(desk: Desk) -> None:
    sent = assertion(exp=int(NOW.timestamp()) + 300)
    assert desk.ask_with(sent).status == 200
    for later in (desk, desk.later(seconds=200), desk.later(seconds=359)):
        assert "jti was used before" in description(later, sent)
    assert "expired" in description(desk.later(seconds=360), sent)


def test_jti_belongs_to_its_client(desk: Desk) -> None:
    register(desk, "other-system")
    assert desk.ask_with(assertion(jti="j-1")).status == 200
    assert desk.ask_with(assertion(jti="j-1", iss="other-system", sub="other-system")).status == 200


@pytest.mark.parametrize("jti", [None, "", 7, "x" * 257, "nul\0", "ŵ"])
def test_jti_is_visible_text(desk: Desk, jti: object) -> None:
    assert "jti" in description(desk, assertion(jti=jti))


@pytest.mark.spec("RFC 7515", "4.1.11")
def test_critical_headers_are_refused(desk: Desk) -> None:
    header, payload, signature = assertion().split(".")
    for extra in ({"crit": ["exp"], "exp": 1}, {"b64": True}):
        head = json.dumps({"alg": "ES256", "kid": "k1"} | extra).encode()
        forged = base64.urlsafe_b64encode(head).decode().rstrip("=")
        assert "critical" in description(desk, f"{forged}.{payload}.{signature}")
    assert header


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "....",
        "a.b.c.d.e",
        "IiI.IiI.AA",
        "W10.W10.AA",
        "e30.e30.AA",
        "ŵ.ŵ.ŵ",
        "bnVs.bA.AA",
    ],
)
def test_hostile_assertions_are_refused_and_nothing_breaks(desk: Desk, sent: str) -> None:
    answer = desk.ask_with(sent)
    assert (answer.status, answer.body["error"]) == (400, "invalid_client")


def test_missing_assertion_is_refused(desk: Desk) -> None:
    assert desk.ask_for_token(grant_type="client_credentials").body["error"] == "invalid_client"
    named = desk.ask_for_token(grant_type="client_credentials", client_id="lancashire-mash")
    assert named.body["error"] == "invalid_client"


def test_revoked_client_gets_no_token(desk: Desk) -> None:
    with desk.database.write() as tx:
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=NOW)
    description(desk, assertion())


def test_officer_client_cannot_use_assertions(desk: Desk) -> None:
    description(desk, assertion(iss="officer-desk", sub="officer-desk"))
