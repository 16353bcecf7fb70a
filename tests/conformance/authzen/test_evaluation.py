"""One question over HTTP: what is answered, and everything that is refused."""

import json
from typing import Any

import pytest

from registry.decisions.desk import Desk
from registry.decisions.wire.endpoint import ADVICE, EVALUATION, EVALUATIONS
from registry.decisions.words.wording import wording
from tests.conformance.authzen.hostile import (
    NOT_OBJECTS,
    WRONG_TYPES,
    changed,
    check_problem,
    malformed,
    without,
)
from tests.unit.decisions.calling import JSON, call, point
from tests.unit.decisions.making import (
    BASE_URL,
    COUNCIL,
    NOW,
    POLICE,
    body,
    desk_of,
    flow,
    index_of,
    policies,
    question,
)

EMERGENCY = wording().advice["emergency"]
CAVEAT = wording().advice["caveat"]
APP = point()


ASKED = question()
GOOD = body()
NOT_QUESTIONS = {
    "no subject": (without(ASKED, "/subject"), "/subject"),
    "no action": (without(ASKED, "/action"), "/action"),
    "no resource": (without(ASKED, "/resource"), "/resource"),
    "subject is text": (changed(ASKED, "/subject", "ods:RTX"), "/subject"),
    "subject is null": (changed(ASKED, "/subject", None), "/subject"),
    "subject is a list": (changed(ASKED, "/subject", []), "/subject"),
    "action is text": (changed(ASKED, "/action", "receive"), "/action"),
    "resource is text": (changed(ASKED, "/resource", "x"), "/resource"),
    "context is text": (changed(ASKED, "/context", "x"), "/context"),
    "context is null": (changed(ASKED, "/context", None), "/context"),
    "context is a list": (changed(ASKED, "/context", []), "/context"),
    "no subject type": (without(ASKED, "/subject/type"), "/subject/type"),
    "no subject id": (without(ASKED, "/subject/id"), "/subject/id"),
    "an empty subject id": (changed(ASKED, "/subject/id", ""), "/subject/id"),
    "subject id is a number": (changed(ASKED, "/subject/id", 7), "/subject/id"),
    "subject type is a number": (changed(ASKED, "/subject/type", 7), "/subject/type"),
    "no action name": (without(ASKED, "/action/name"), "/action/name"),
    "action name is null": (changed(ASKED, "/action/name", None), "/action/name"),
    "an empty action name": (changed(ASKED, "/action/name", ""), "/action/name"),
    "no resource type": (without(ASKED, "/resource/type"), "/resource/type"),
    "no resource id": (without(ASKED, "/resource/id"), "/resource/id"),
    "resource id is an object": (changed(ASKED, "/resource/id", {}), "/resource/id"),
    "purpose is a list": (changed(ASKED, "/context/purpose", ["research"]), "/context/purpose"),
    "subject group is null": (changed(ASKED, "/context/subject_group", None), "/context/subject_group"),
    "volume is a number": (changed(ASKED, "/context/volume", 1), "/context/volume"),
    "method is an object": (changed(ASKED, "/context/method", {}), "/context/method"),
    "items is text": (changed(ASKED, "/context/items", "child-protection-plan"), "/context/items"),
    "an item is a number": (changed(ASKED, "/context/items", [1]), "/context/items"),
    "initiated_by is true": (changed(ASKED, "/context/initiated_by", True), "/context/initiated_by"),
    "recipient is an object": (changed(ASKED, "/context/recipient", {"id": COUNCIL}), "/context/recipient"),
    "obligations is text": (
        changed(ASKED, "/context/supported_obligations", "x"),
        "/context/supported_obligations",
    ),
    "a log size in words": (changed(ASKED, "/context/min_log_size", "12"), "/context/min_log_size"),
    "a log size that is true": (changed(ASKED, "/context/min_log_size", True), "/context/min_log_size"),
    "a fractional log size": (changed(ASKED, "/context/min_log_size", 1.5), "/context/min_log_size"),
    "a negative log size": (changed(ASKED, "/context/min_log_size", -1), "/context/min_log_size"),
    "an instant without offset": (changed(ASKED, "/context/at", "2026-11-01T09:00:00"), "/context/at"),
    "a day": (changed(ASKED, "/context/at", "2026-11-01"), "/context/at"),
    "no such day": (changed(ASKED, "/context/at", "2026-02-30T09:00:00Z"), "/context/at"),
    "an offset without colon": (changed(ASKED, "/context/at", "2026-11-01T09:00:00+0000"), "/context/at"),
    "Arabic digits": (changed(ASKED, "/context/at", "٢٠٢٦-11-01T09:00:00Z"), "/context/at"),
    "seconds since 1970": (changed(ASKED, "/context/at", 1_800_000_000), "/context/at"),
}


@pytest.mark.spec("AuthZEN 1.0", "6.2")
def test_a_question_is_answered_with_a_boolean_and_a_context() -> None:
    answer = call(APP, GOOD)
    assert (answer.status, answer.json["decision"]) == (200, True)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert CAVEAT.en in answer.json["context"]["advice"]["en"]


@pytest.mark.spec("AuthZEN 1.0", "6.2")
def test_a_denial_is_an_answer_too() -> None:
    answer = call(APP, body(purpose="research"))
    assert (answer.status, answer.json["decision"]) == (200, False)
    assert answer.json["context"]["outcome"] == "PURPOSE_NOT_COVERED"
    assert EMERGENCY.cy in answer.json["context"]["advice"]["cy"]


@pytest.mark.spec("AuthZEN 1.0", "10.1.3")
@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, ADVICE])
@pytest.mark.parametrize(
    ("sent", "caller"), [(GOOD, "trust"), (b"x", "trust"), (GOOD, "outsider"), (GOOD, "nobody")]
)
def test_the_request_id_comes_back_on_every_answer(path: str, sent: bytes, caller: str) -> None:
    answer = call(APP, sent, JSON, ("x-request-id", "bfe9eb29-ab87-4ca3"), path=path, caller=caller)
    assert answer.headers["x-request-id"] == "bfe9eb29-ab87-4ca3"


def test_without_a_request_id_none_is_made_up() -> None:
    assert "x-request-id" not in call(APP, GOOD).headers


@pytest.mark.parametrize("sent", malformed(GOOD).values(), ids=malformed(GOOD))
def test_advice_reads_nothing_but_strict_json(sent: bytes) -> None:
    check_problem(call(APP, sent, path=ADVICE), 400, "malformed-json")


@pytest.mark.parametrize("sent", NOT_OBJECTS.values(), ids=NOT_OBJECTS)
def test_advice_reads_nothing_but_objects(sent: bytes) -> None:
    check_problem(call(APP, sent, path=ADVICE), 400, "not-json")


@pytest.mark.parametrize(("sent", "pointer"), NOT_QUESTIONS.values(), ids=NOT_QUESTIONS)
def test_what_is_not_a_question_is_refused_with_the_member_named(sent: bytes, pointer: str) -> None:
    answer = call(APP, sent)
    check_problem(answer, 400, "bad-question")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.spec("AuthZEN 1.0", "10.1")
@pytest.mark.parametrize("content_type", WRONG_TYPES)
def test_advice_reads_nothing_that_is_not_named_json(content_type: str) -> None:
    check_problem(call(APP, GOOD, ("content-type", content_type), path=ADVICE), 400, "not-json")


def test_a_body_beyond_the_limit_is_refused_however_it_arrives() -> None:
    padded = GOOD + b" " * 65_536
    check_problem(
        call(APP, [padded[place : place + 1000] for place in range(0, len(padded), 1000)]), 400, "not-json"
    )


def test_a_body_in_pieces_is_one_body() -> None:
    assert call(APP, [GOOD[:10], b"", GOOD[10:]]).json["decision"] is True


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_any_other_method_of_advice_is_told_which_one(method: str) -> None:
    answer = call(APP, GOOD, method=method, path=ADVICE)
    check_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(("caller", "code"), [(None, "token-missing"), ("nobody", "token-refused")])
def test_without_a_good_token_there_is_no_advice(caller: str | None, code: str) -> None:
    answer = call(APP, GOOD, path=ADVICE, caller=caller)
    check_problem(answer, 401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_without_the_scope_is_refused() -> None:
    answer = call(APP, GOOD, caller="reader")
    check_problem(answer, 403, "scope-missing")
    assert "decisions:ask" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("path", [EVALUATION, ADVICE])
def test_a_stranger_is_refused_alike_whether_or_not_anything_exists(path: str) -> None:
    empty = point(desk=Desk(index_of(), policies(), base_url=BASE_URL))
    nobodies = body(subject="ods:NONE", holder="gss:NONE")
    first = call(APP, GOOD, path=path, caller="outsider")
    for app in (APP, empty):
        for sent in (GOOD, nobodies, body(purpose="curiosity"), body(purpose="research")):
            assert call(app, sent, path=path, caller="outsider") == first
    check_problem(call(empty, GOOD, path=path, caller="outsider"), 403, "not-an-end")


@pytest.mark.parametrize(
    ("sent", "caller"), [(GOOD, "adviser"), (GOOD, "officer"), (body(initiated_by="person"), "trust")]
)
@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS])
def test_where_a_person_decides_the_way_to_advice_is_shown(sent: bytes, caller: str, path: str) -> None:
    answer = call(APP, sent, path=path, caller=caller)
    check_problem(answer, 403, "use-advice")
    assert "/api/v1/advice" in answer.json["detail"]


@pytest.mark.parametrize("caller", ["adviser", "officer", "trust"])
def test_advice_is_the_same_context_without_a_decision(caller: str) -> None:
    answer = call(APP, body(purpose="research"), path=ADVICE, caller=caller)
    assert answer.status == 200
    assert answer.json.keys() == {"context"}
    assert answer.json["context"]["outcome"] == "PURPOSE_NOT_COVERED"


@pytest.mark.parametrize(
    "sent",
    [
        body(patient_name="Sample"),
        body(nhs_number="x"),
        body(note="943 476 5919"),
        body(items=["9434765919"]),
        changed(
            ASKED, "/subject", {"type": "organisation", "id": "ods:RTX", "properties": {"dob": "1.1.1900"}}
        ),
    ],
)
@pytest.mark.parametrize("path", [EVALUATION, ADVICE, EVALUATIONS])
def test_what_looks_like_a_person_is_dropped_with_a_warning(sent: bytes, path: str) -> None:
    context = call(APP, sent, path=path).json["context"]
    assert [warning["code"] for warning in context["warnings"]] == ["personal-identity-dropped"]
    assert "9434765919" not in json.dumps(context)


def test_a_question_about_no_person_gives_no_warning() -> None:
    assert "warnings" not in call(APP, body(note="9434765910", min_log_size=4)).json["context"]


def test_a_question_asked_again_in_the_same_bytes_is_decided_anew() -> None:
    desk = desk_of(flow())
    app = point(desk=desk)
    assert call(app, GOOD).json["decision"] is call(app, GOOD).json["decision"] is True
    assert desk.recall(GOOD, NOW) is not None
    assert call(app, GOOD, caller="outsider").status == 403
    desk.index.replace("ISA-1", [flow(state="suspended")])
    assert call(app, GOOD).json["context"]["outcome"] == "SUSPENDED"
    desk.index.know([])
    assert desk.recall(GOOD, NOW) is None


@pytest.mark.parametrize(
    "sent",
    [
        body(note="x"),
        body(emergency={"kind": "x"}),
        body(supported_obligations=["x"]),
        body(items=["x"]),
        body(purpose="x"),
        changed(ASKED, "/resource", {"type": "data_holding", "id": "orgid:9434765919~safeguarding-flag"}),
        changed(ASKED, "/subject", {"type": "organisation", "id": "ods:RTX", "label": "x"}),
    ],
)
def test_only_what_holds_known_codes_and_nothing_else_is_remembered(sent: bytes) -> None:
    desk = desk_of(flow())
    assert call(point(desk=desk), sent).status == 200
    assert desk.recall(sent, NOW) is None


def test_nobody_is_told_more_by_a_fault_of_ours() -> None:
    app = point()
    app._answers[EVALUATION] = _fail  # type: ignore[index]
    answer = call(app, GOOD, JSON, ("x-request-id", "r1"))
    check_problem(answer, 500, "internal-error")
    assert answer.headers["x-request-id"] == "r1"
    assert "secret" not in answer.body.decode()


def test_a_client_that_leaves_early_is_not_answered() -> None:
    with pytest.raises(ConnectionError):
        call(APP, [])


def test_unhashable_and_odd_codes_are_answered_not_stumbled_over() -> None:
    for code in ("", "\ud800", "constructor", "a" * 10_000):
        answer = call(APP, json.dumps(question(purpose=code)).encode())
        assert (answer.status, answer.json["context"]["outcome"]) == (200, "INDETERMINATE")


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_an_instant_at_the_edge_of_all_days_is_refused(at: str) -> None:
    answer = call(APP, json.dumps(question(at=at, purpose="research")).encode())
    assert (answer.status, answer.json["code"]) == (400, "bad-question")


def test_both_ends_get_the_same_decision() -> None:
    app = point(flow())
    asked = body(subject=COUNCIL, action="disclose", recipient="ods:RTX")
    assert call(app, asked).json["decision"] is call(app, GOOD).json["decision"] is True
    assert call(app, body(subject=POLICE), caller="outsider").status == 403


def _fail(*_: Any) -> bytes:
    raise RuntimeError("secret")
