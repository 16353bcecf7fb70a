"""What comes over the wire besides terms: scopes, reviews, signatures."""

import json
from typing import Any

import pytest

from registry.agreements.schemas import ConfirmIn, ReasonIn, ResumeIn, ReviewIn, Scope, SignIn, SuspendIn
from registry.web.body import InvalidFields, WireModel, parse

SIGNATURE: dict[str, Any] = {
    "organisation": "gss:E10000017",
    "role": "signatory",
    "version": 1,
    "hash": "sha256:" + "0" * 64,
    "decision": "sign",
}
COMMENT = {"pointer": "/items/0", "text": "Why?"}


def read(model: type[WireModel], **body: Any) -> Any:
    return parse(json.dumps(body).encode(), model)


def faults(model: type[WireModel], **body: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as refused:
        read(model, **body)
    return [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        ({"organisation": "gss:E10000017"}, "organisation"),
        ({"flow": "f1"}, "flow"),
        ({"all": True}, "all"),
    ],
)
def test_a_scope_names_one_thing(scope: dict[str, Any], kind: str) -> None:
    assert read(Scope, **scope).kind == kind


@pytest.mark.parametrize("scope", [{}, {"flow": "f1", "all": True}, {"organisation": None}])
def test_a_scope_of_nothing_or_of_two_things_is_refused(scope: dict[str, Any]) -> None:
    assert faults(SuspendIn, scope=scope, reason="A breach.") == [("/scope", "one-scope")]


def test_not_all_is_no_scope() -> None:
    assert faults(SuspendIn, scope={"all": False}, reason="A breach.") == [("/scope/all", "not-a-choice")]


def test_what_is_resumed_is_all_that_the_body_suspended_unless_it_says() -> None:
    assert read(ResumeIn).scope.all is True


def test_asking_for_changes_says_which() -> None:
    assert faults(ReviewIn, outcome="changes") == [("", "comments-needed")]
    assert read(ReviewIn, outcome="changes", comments=[COMMENT]).comments[0].text == "Why?"
    assert read(ReviewIn, outcome="accept").comments == []


def test_a_refusal_says_why() -> None:
    assert faults(SignIn, **SIGNATURE | {"decision": "refuse"}) == [("", "reason-needed")]
    assert read(SignIn, **SIGNATURE | {"decision": "refuse", "reason": "Too much."}).reason == "Too much."


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"role": "siro"}, ("/role", "not-a-choice")),
        ({"version": 0}, ("/version", "out-of-bounds")),
        ({"version": "1"}, ("/version", "wrong-type")),
        ({"version": True}, ("/version", "wrong-type")),
        ({"hash": "0" * 64}, ("/hash", "bad-form")),
        ({"hash": "sha256:" + "0" * 64 + "\n"}, ("/hash", "bad-form")),
        ({"hash": "sha256:" + "A" * 64}, ("/hash", "bad-form")),
        ({"decision": "maybe"}, ("/decision", "not-a-choice")),
        ({"assertions": {}}, ("/assertions", "unknown")),
    ],
)
def test_a_signature_has_one_form(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(SignIn, **SIGNATURE | changes) == [fault]


@pytest.mark.parametrize("reason", ["", "x" * 5001])
def test_a_reason_is_given_and_fits(reason: str) -> None:
    assert faults(ReasonIn, reason=reason)[0][0] == "/reason"


def test_the_next_review_is_a_day() -> None:
    assert ("/next_review_on", "bad-form") in faults(ConfirmIn, next_review_on="next year")
