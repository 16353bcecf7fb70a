"""Answers with receipts: what they claim, what they never repeat, and when there is none."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey

from registry.callers import Caller
from registry.decisions.desk import Asked, Desk
from registry.decisions.question import BadQuestion
from registry.decisions.wire import endpoint
from registry.receipts import issuing
from registry.receipts.issuing import Issuer
from registry.receipts.keys import jwk
from registry.tlog.signing import KeySigner
from registry.verification.receipt import SAYS, leaf_of
from tests.unit.decisions.calling import call, point
from tests.unit.decisions.making import (
    BASE_URL,
    COUNCIL,
    LOG_SIZE,
    NOW,
    TRUST,
    flow,
    index_of,
    policies,
    question,
    system,
)

SIGNER = KeySigner("registry.test/log/decisions", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TOO_LARGE = 2**53
"""Two programs may read this as different numbers (RFC 7493 section 2.2)."""

OFFICER = Caller(TRUST, person="person-1", client="pages", scopes=frozenset({"decisions:ask"}))


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(SIGNER)


@pytest.fixture
def desk(issuer: Issuer) -> Desk:
    return Desk(index_of(flow()), policies(), base_url=BASE_URL, issuer=issuer)


def asked(**changes: Any) -> Asked:
    body = question(**{"receipt": True} | changes)
    return Asked(body, NOW, json.dumps(body).encode())


def context(desk: Desk, caller: Caller | None = None, **changes: Any) -> Any:
    return json.loads(desk.evaluate(asked(**changes), caller or system())[1])


def claims(context: dict[str, Any]) -> dict[str, Any]:
    """What a receipt claims, read and checked by a library that is not ours."""
    key = OKPKey.import_key(jwk(SIGNER.key))
    token = jwt.decode(context["receipt"], key, algorithms=["Ed25519"])
    assert token.header == {"alg": "Ed25519", "kid": jwk(SIGNER.key)["kid"], "typ": "decision-receipt+jwt"}
    return dict(token.claims)


def test_an_answer_has_no_receipt_that_was_not_asked_for(desk: Desk, issuer: Issuer) -> None:
    for answer in (
        context(desk, receipt=False),
        json.loads(desk.evaluate(Asked(question(), NOW), system())[1]),
    ):
        assert not {"receipt", "receipt_salt"} & answer.keys()
    assert issuer.take() == []


def test_a_receipt_claims_what_was_answered_to_whom(desk: Desk) -> None:
    answer = context(desk)
    claimed = claims(answer)
    advice = answer["advice"]
    assert claimed == {
        "iss": BASE_URL,
        "aud": [COUNCIL, TRUST],
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        "jti": answer["evaluation_id"],
        "nonce": claimed["nonce"],
        "client": "client",
        "organisation": TRUST,
        "on_behalf_of": None,
        "holder": COUNCIL,
        "recipient": TRUST,
        "decision": True,
        "outcome": "PERMIT",
        "agreement": answer["agreement"],
        "policy_digest": answer["policy_digest"],
        "log": "registry.test/log",
        "log_size": LOG_SIZE,
        "request_hash": claimed["request_hash"],
        "says": SAYS,
        "caveat": {"en": advice["en"], "cy": advice["cy"]},
    }
    assert "not an authorisation" in claimed["says"]["en"]
    assert "nid awdurdodiad" in claimed["says"]["cy"]


def test_the_holder_of_the_salt_shows_what_was_asked(desk: Desk) -> None:
    answer = context(desk)
    salt = urlsafe_b64decode(answer["receipt_salt"] + "==")
    asked_for = question(receipt=True)
    canonical = json.dumps(asked_for, sort_keys=True, separators=(",", ":")).encode()
    assert claims(answer)["request_hash"] == "sha256:" + sha256(salt + canonical).hexdigest()
    assert len(salt) >= 32


def test_equal_questions_get_receipts_of_their_own(desk: Desk, issuer: Issuer) -> None:
    answers = [context(desk) for _ in range(3)]
    for name in ("jti", "nonce", "request_hash"):
        assert len({claims(answer)[name] for answer in answers}) == 3
    assert issuer.take() == [leaf_of(answer["receipt"].encode()) for answer in answers]


def test_equal_bytes_over_http_get_receipts_of_their_own(desk: Desk) -> None:
    app, body = point(desk=desk), json.dumps(question(receipt=True)).encode()
    answers = [call(app, body).json["context"] for _ in range(3)]
    assert len({claims(answer)["jti"] for answer in answers}) == 3
    assert [claims(answer)["jti"] for answer in answers] == [one["evaluation_id"] for one in answers]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [({"purpose": "statistics"}, "PURPOSE_NOT_COVERED"), ({"purpose": "x"}, "INDETERMINATE")],
)
def test_what_is_no_permit_has_no_caveat(desk: Desk, changes: dict[str, Any], outcome: str) -> None:
    answer = context(desk, **changes)
    claimed = claims(answer)
    assert (claimed["decision"], claimed["outcome"]) == (False, outcome)
    assert claimed["agreement"] == answer["agreement"]
    assert "caveat" not in claimed


def test_advice_has_an_outcome_and_no_decision(desk: Desk) -> None:
    answer = json.loads(desk.advise(asked(), OFFICER))
    claimed = claims(answer)
    assert claimed["outcome"] == "PERMIT"
    assert "decision" not in claimed
    assert "person-1" not in json.dumps(claimed)


def test_advice_and_decision_are_not_mistaken_for_each_other(desk: Desk) -> None:
    advised, decided = json.loads(desk.advise(asked(), system())), context(desk)
    assert ("decision" in claims(advised), "decision" in claims(decided)) == (False, True)


def test_a_receipt_names_only_bodies_that_are_known(desk: Desk) -> None:
    answer = context(desk, holder="local:mary-smith-of-morecambe")
    claimed = claims(answer)
    assert (claimed["holder"], claimed["aud"]) == (None, [TRUST])
    assert "mary" not in json.dumps(claimed)


def test_it_says_of_which_instants_it_speaks(desk: Desk) -> None:
    claimed = claims(context(desk, at="2026-06-01T09:00:00Z"))
    assert (claimed["at"], claimed["outcome"]) == ("2026-06-01T09:00:00Z", "PERMIT")


@pytest.mark.parametrize(
    "changes", [{"nhs_number": "943 476 5919"}, {"note": "9434765919"}, {"patient_name": "x"}]
)
def test_a_question_that_seems_to_name_a_person_gets_none(
    desk: Desk, issuer: Issuer, changes: dict[str, Any]
) -> None:
    answer = context(desk, **changes)
    assert "receipt" not in answer
    assert [warning["code"] for warning in answer["warnings"]] == ["personal-identity-dropped"]
    assert issuer.take() == []


@pytest.mark.parametrize("receipt", [1, "true", None, {}, []])
def test_it_is_asked_for_with_true(desk: Desk, receipt: Any) -> None:
    with pytest.raises(BadQuestion) as refused:
        context(desk, receipt=receipt)
    assert [fault.pointer for fault in refused.value.errors] == ["/context/receipt"]


@pytest.mark.parametrize("odd", [{"count": TOO_LARGE}, {"note": "\ud800"}, {"\ud800": "note"}])
def test_a_question_without_a_canonical_form_has_none(desk: Desk, odd: dict[str, Any]) -> None:
    with pytest.raises(BadQuestion):
        context(desk, **odd)
    assert context(desk, receipt=False, **odd)["outcome"] == "PERMIT"


def test_where_no_more_can_be_held_the_answer_stands_without(
    desk: Desk, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "MOST_HELD", 1)
    context(desk)
    answer = context(desk)
    assert (answer["outcome"], "receipt" in answer) == ("PERMIT", False)
    (warning,) = answer["warnings"]
    assert warning["code"] == "receipt-unavailable"
    assert warning["en"] != warning["cy"]
    issuer.take()
    assert "receipt" in context(desk)


def test_each_item_of_a_batch_has_a_receipt_of_its_own(desk: Desk) -> None:
    items: Sequence[dict[str, Any]] = [question(receipt=True), question(), question(receipt=True)]
    body = json.dumps({"evaluations": items}).encode()
    answered = call(point(desk=desk), body, path=endpoint.EVALUATIONS).json["evaluations"]
    first, second, third = (one["context"] for one in answered)
    assert "receipt" not in second
    for answer in (first, third):
        assert claims(answer)["jti"] == answer["evaluation_id"]


def test_one_client_is_never_given_the_receipt_of_another(desk: Desk) -> None:
    ours, theirs = context(desk), context(desk, system(COUNCIL))
    assert (claims(ours)["organisation"], claims(theirs)["organisation"]) == (TRUST, COUNCIL)
