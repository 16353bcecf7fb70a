"""Identifiers, user names, roles."""

import pytest

from registry.callers import SYSTEM, Caller
from registry.organisations import rules
from registry.organisations.rules import BadIdentifier, BadUsername, NotAnAdministrator, UnknownRole


@pytest.mark.parametrize(
    "identifier",
    [
        "gss:E10000017",
        "gss:S08000024",
        "ods:RTX",
        "ods:7A4",
        "police:lancashire",
        "police:avon-and-somerset",
        "police:btp",
        "orgid:GB-LAE-LAN",
        "orgid:GB-COH-01234567",
        "ico:Z1234567",
        "ico:ZA000000",
        "local:safer-preston",
    ],
)
def test_identifiers_of_every_scheme_are_known(identifier: str) -> None:
    assert rules.is_identifier(identifier)


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "gss",
        "gss:",
        "gss:E1000001",
        "gss:e10000017",
        "gss:E10000017\n",
        "gss:E1000001٧",
        "GSS:E10000017",
        "ods:rtx",
        "police:Lancashire",
        "police:-x",
        "ico:1",
        "local:Upper",
        "local:a~b",
        "other:x",
        " gss:E10000017",
        "gss:E10000017:x",
    ],
)
def test_other_texts_are_not_identifiers(identifier: str) -> None:
    assert not rules.is_identifier(identifier)


def test_every_bad_identifier_is_named_by_its_place() -> None:
    with pytest.raises(BadIdentifier) as refused:
        rules.check_identifiers("nhs:RTX", ("ods:RTX", "ods:?"))
    assert [error.pointer for error in refused.value.errors] == ["/id", "/aliases/1"]


def test_administrators_and_the_registry_itself_register() -> None:
    rules.check_administrator(SYSTEM, None)
    administrator = Caller(organisation="gss:E10000017", person="p", roles=frozenset({"admin"}))
    rules.check_administrator(administrator, "gss:E10000017")
    for caller, organisation in (
        (administrator, "ods:RTX"),
        (administrator, None),
        (Caller(organisation="gss:E10000017", person="p", roles=frozenset({"ig_officer"})), "gss:E10000017"),
        (Caller(organisation="gss:E10000017", client="c"), "gss:E10000017"),
    ):
        with pytest.raises(NotAnAdministrator):
            rules.check_administrator(caller, organisation)


@pytest.mark.parametrize("username", ["", "Olwen", "olwen evans", "ŵ", "x" * 65, "-x", "a\0"])
def test_user_names_have_one_spelling(username: str) -> None:
    rules.check_username("olwen.evans@lancashire.test")
    with pytest.raises(BadUsername):
        rules.check_username(username)


def test_unknown_role_is_refused() -> None:
    rules.check_role("siro")
    with pytest.raises(UnknownRole):
        rules.check_role("chief")
