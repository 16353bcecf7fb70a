"""The authorization endpoint: RFC 6749 section 4.1.1, RFC 7636, RFC 8252, RFC 9207."""

from urllib.parse import urlsplit

import pytest

from tests.oauth_world import ISSUER, REDIRECT, Desk, parameters_of


@pytest.mark.spec("RFC 9207", "2")
def test_code_goes_back_with_state_and_issuer(desk: Desk) -> None:
    parameters = parameters_of(desk.authorize(state='é"\\ 1' + "x" * 384))
    assert parameters.keys() == {"code", "state", "iss"}
    assert parameters["iss"] == ISSUER
    assert parameters["state"] == 'é"\\ 1' + "x" * 384


def test_without_a_person_someone_has_to_sign_in(desk: Desk) -> None:
    assert desk.authorize(person=None) is None


@pytest.mark.spec("RFC 9207", "2")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "log:export"}, "invalid_scope"),
        ({"scope": "admin"}, "access_denied"),
        ({"organisation": "gss:E06000009"}, "access_denied"),
        ({"organisation": 'x"; drop'}, "access_denied"),
    ],
)
def test_errors_go_back_with_state_and_issuer(desk: Desk, changes: dict[str, str | None], error: str) -> None:
    answer = desk.authorize(**changes)
    assert answer is not None
    assert answer.location is not None
    assert answer.location.startswith(REDIRECT + "?")
    parameters = parameters_of(answer)
    assert (parameters["error"], parameters["state"], parameters["iss"]) == (error, "s", ISSUER)
    assert "code" not in parameters


@pytest.mark.spec("RFC 6749", "4.1.2.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": "no\0body"},
        {"client_id": "lancashire-mash"},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.test/callback"},
        {"redirect_uri": "https://evil.test/callback", "response_type": "token"},
        {"redirect_uri": "http://localhost:5555/callback"},
        {"redirect_uri": "http://127.0.0.1:5555/other"},
        {"redirect_uri": "http://127.0.0.1:5555/callback/../other"},
        {"redirect_uri": "http://127.0.0.1:5555@evil.test/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.test/callback"},
        {"redirect_uri": "http://127.0.0.1:5555/callback#fragment"},
        {"redirect_uri": "http://127.0.0.1:5555\\@evil.test/callback"},
        {"redirect_uri": 'http://127.0.0.1:5555/"callback'},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "//evil.test"},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_known(desk: Desk, changes: dict[str, str | None]) -> None:
    answer = desk.authorize(**changes)
    assert answer is not None
    assert answer.location is None
    assert answer.status == 400


@pytest.mark.spec("RFC 6749", "3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "code_challenge", "organisation"])
def test_repeated_parameter_is_refused_without_redirect(desk: Desk, name: str) -> None:
    answer = desk.authorize((name, "again"), **{name: "once"})
    assert answer is not None
    assert answer.location is None
    assert answer.body["error"] == "invalid_request"


@pytest.mark.spec("RFC 8252", "7.3")
@pytest.mark.parametrize("port", ["", ":1", ":49152", ":65535"])
def test_loopback_address_may_have_any_port(desk: Desk, port: str) -> None:
    uri = f"http://127.0.0.1{port}/callback"
    answer = desk.authorize(redirect_uri=uri)
    assert answer is not None
    assert answer.location is not None
    assert urlsplit(answer.location).netloc == f"127.0.0.1{port}"
    assert desk.redeem(parameters_of(answer)["code"], redirect_uri=uri).status == 200


@pytest.mark.parametrize(
    ("organisation", "expected", "roles"),
    [
        (None, "gss:E10000017", {"ig_officer", "dpo"}),
        ("orgid:GB-LAE-LAN", "gss:E10000017", {"ig_officer", "dpo"}),
        ("ods:RTX", "ods:RTX", {"auditor"}),
    ],
)
def test_token_speaks_for_the_organisation_asked_for(
    desk: Desk, organisation: str | None, expected: str, roles: set[str]
) -> None:
    caller = desk.caller_of(desk.redeem(desk.get_code(organisation=organisation)))
    assert (caller.person, caller.organisation, caller.roles) == (desk.officer, expected, frozenset(roles))
    assert ("approve" in caller.scopes) is ("dpo" in roles)
