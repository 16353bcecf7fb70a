"""An operator lets people and partner systems in, and out again, on both databases."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.oauth.passwords import is_password
from registry.oauth.routes import load_issuer
from registry.organisations.queries import find_person
from registry.settings import Settings
from tests.integration.cli.conftest import House
from tests.oauth_world import ISSUER, PARTNER_KEY, PASSWORD, Desk, assertion

LANCASHIRE = "gss:E10000017"
OLWEN = (
    *("people", "add", "olwen", "--name", "Olwen Evans", "--email", "olwen@lancashire.test"),
    *("--organisation", LANCASHIRE),
)
AS_SIRO = ("olwen", "--organisation", LANCASHIRE, "--role", "siro")
MASH = (
    *("clients", "add", "lancashire-mash", "--organisation", LANCASHIRE, "--name", "MASH case system"),
    *("--mode", "enforce", "--alg", "ES256", "--scope", "decisions:ask", "--scope", "register:read"),
)
OFFICERS = (
    *("clients", "add-officer", "officer-desk", "--name", "The officers' desk"),
    *("--redirect-uri", "http://127.0.0.1/callback"),
)


@pytest.fixture
def db(ready: House) -> Iterator[Database]:
    db = Database(ready.database_url)
    yield db
    db.dispose()


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    """The public keys of a partner system, as a file."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [PARTNER_KEY.as_dict(private=False)]}), encoding="utf-8")
    return path


def desk(db: Database, officer: str = "") -> Desk:
    """The authorization server of the registry, with someone signed in."""
    return Desk(db, load_issuer(Settings(base_url=ISSUER)), officer, clock.now())


def caller_of(desk: Desk) -> Caller:
    """Whom the token of the officer who is signed in speaks for."""
    return desk.caller_of(desk.redeem(desk.get_code(scope="register:read approve")))


def has_password(db: Database, username: str, password: str) -> bool:
    with db.read() as reading:
        person = find_person(reading, username)
    return is_password(password, person.password_hash if person else None)


def test_a_person_who_was_added_signs_in_with_their_roles(ready: House, db: Database) -> None:
    ready.run(*OFFICERS)
    added = ready.json(*OLWEN, "--role", "ig_officer", "--role", "dpo")
    assert has_password(db, "olwen", added["password"])
    caller = caller_of(desk(db, added["id"]))
    assert (caller.organisation, caller.person) == (LANCASHIRE, added["id"])
    assert caller.roles == {"ig_officer", "dpo"}
    assert caller.scopes == {"register:read", "approve"}


def test_a_role_is_granted_and_ended(ready: House, db: Database) -> None:
    ready.run(*OFFICERS)
    officer = ready.json(*OLWEN, "--role", "dpo")["id"]
    assert ready.run("people", "grant", *AS_SIRO).output == f"olwen is siro at {LANCASHIRE}\n"
    assert caller_of(desk(db, officer)).roles == {"dpo", "siro"}
    assert ready.refusal("people", "grant", *AS_SIRO) == "role-already-held"
    assert ready.run("people", "end", *AS_SIRO).exit_code == 0
    assert caller_of(desk(db, officer)).roles == {"dpo"}
    assert ready.refusal("people", "end", *AS_SIRO) == "role-not-held"


def test_reset_gives_a_new_password_and_ends_the_old(ready: House, db: Database, tmp_path: Path) -> None:
    ready.run(*OLWEN, "--role", "dpo")
    made = ready.json("people", "reset", "olwen")
    chosen = tmp_path / "password"
    chosen.write_text(f"{PASSWORD}\n", encoding="utf-8")
    for password in (made["password"], PASSWORD):
        with db.read() as reading:
            person = find_person(reading, "olwen")
        assert person is not None
        assert is_password(password, person.password_hash)
        assert ready.run("people", "reset", "olwen", "--password-file", str(chosen)).exit_code == 0
    assert ready.refusal("people", "reset", "nobody") == "unknown-person"


def test_people_are_listed_with_the_roles_they_hold(ready: House) -> None:
    ready.run(*OLWEN, "--role", "siro", "--role", "dpo")
    ready.run("people", "end", *AS_SIRO)
    assert ready.json("people", "list")["people"] == [
        {
            "username": "olwen",
            "name": "Olwen Evans",
            "email": "olwen@lancashire.test",
            "roles": [{"organisation": LANCASHIRE, "role": "dpo"}],
        }
    ]
    assert f"dpo at {LANCASHIRE}" in ready.run("people", "list").output


def test_a_password_is_read_from_a_file_and_not_shown(ready: House, db: Database, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    result = ready.run(*OLWEN, "--role", "dpo", "--password-file", str(path))
    assert (result.exit_code, PASSWORD in result.output) == (0, False)
    assert has_password(db, "olwen", PASSWORD)


@pytest.mark.parametrize("content", [b"", b"short\n", b"x" * 1025, b"\xff" * 20])
def test_a_password_that_is_none_is_misuse(ready: House, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)
    assert ready.run(*OLWEN, "--role", "dpo", "--password-file", str(path)).exit_code == 2
    assert ready.json("people", "list")["people"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*OLWEN, "--role", "dpo", "--role", "king"), "unknown-role"),
        ((*OLWEN, "--role", "dpo", "--role", "dpo"), "role-already-held"),
        ((*OLWEN[:-1], "gss:E99999999", "--role", "dpo"), "unknown-organisation"),
        ((*OLWEN[:2], "Olwen!", *OLWEN[3:], "--role", "dpo"), "bad-username"),
        (("people", "grant", *AS_SIRO), "unknown-person"),
        (("people", "end", *AS_SIRO), "unknown-person"),
    ],
)
def test_a_person_who_is_refused_leaves_nothing(ready: House, arguments: tuple[str, ...], code: str) -> None:
    assert ready.refusal(*arguments) == code
    assert ready.json("people", "list")["people"] == []


def test_a_user_name_that_is_taken_is_refused_in_a_sentence(ready: House) -> None:
    ready.run(*OLWEN, "--role", "dpo")
    result = ready.run(*OLWEN, "--role", "siro")
    assert (result.exit_code, result.stderr) == (1, "Choose another user name.\n")
    assert len(ready.json("people", "list")["people"][0]["roles"]) == 1


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 301])
def test_a_name_that_is_none_is_misuse(ready: House, name: str) -> None:
    assert ready.run(*OLWEN[:4], name, *OLWEN[5:], "--role", "dpo").exit_code == 2


def test_a_partner_that_was_added_gets_tokens_until_it_is_revoked(
    ready: House, db: Database, jwks: Path
) -> None:
    assert ready.json(*MASH, "--jwks", str(jwks)) == {"client_id": "lancashire-mash"}
    server = desk(db)
    caller = server.caller_of(server.ask_with(assertion(now=server.now)))
    assert (caller.organisation, caller.client, caller.mode) == (LANCASHIRE, "lancashire-mash", "enforce")
    assert caller.scopes == {"decisions:ask", "register:read"}

    assert ready.run("clients", "revoke", "lancashire-mash").exit_code == 0
    assert server.ask_with(assertion(now=server.now)).body["error"] == "invalid_client"
    assert ready.refusal("clients", "revoke", "lancashire-mash") == "unknown-client"
    assert ready.refusal(*MASH, "--jwks", str(jwks)) == "client-taken"


def test_clients_are_listed_with_the_revoked_ones(ready: House, jwks: Path) -> None:
    ready.run(*MASH, "--jwks", str(jwks))
    ready.run(*OFFICERS, "--scope", "register:read")
    ready.run("clients", "revoke", "lancashire-mash")
    mash, officers = ready.json("clients", "list")["clients"]
    assert mash == {
        "client_id": "lancashire-mash",
        "name": "MASH case system",
        "kind": "partner",
        "organisation": LANCASHIRE,
        "mode": "enforce",
        "scopes": ["decisions:ask", "register:read"],
        "alg": "ES256",
        "is_revoked": True,
    }
    assert (officers["kind"], officers["scopes"], officers["is_revoked"]) == (
        "officer",
        ["register:read"],
        False,
    )
    assert "(officers): register:read" in ready.run("clients", "list").output


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"keys": []}',
        '{"keys": [], "keys": []}',
        json.dumps({"keys": [PARTNER_KEY.as_dict(private=True)]}),
        json.dumps({"keys": [ECKey.generate_key("P-384").as_dict(private=False)]}),
        json.dumps({"keys": [PARTNER_KEY.as_dict(private=False) | {"note": "\0"}]}),
    ],
    ids=["nothing", "a list", "half", "no keys", "twice", "private", "another curve", "a null character"],
)
def test_keys_that_cannot_be_used_are_refused(ready: House, jwks: Path, content: str) -> None:
    jwks.write_text(content, encoding="utf-8")
    assert ready.refusal(*MASH, "--jwks", str(jwks)) == "bad-client"
    assert ready.json("clients", "list")["clients"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--organisation", "gss:E99999999"), "unknown-organisation"),
        (("--scope", "approve"), "bad-client"),
        (("--alg", "RS512"), "bad-client"),
    ],
)
def test_a_partner_that_is_refused_leaves_nothing(
    ready: House, jwks: Path, more: tuple[str, ...], code: str
) -> None:
    assert ready.refusal(*MASH, "--jwks", str(jwks), *more) == code
    assert ready.json("clients", "list")["clients"] == []


def test_officers_are_sent_back_to_safe_addresses_only(ready: House) -> None:
    assert ready.refusal(*OFFICERS, "--redirect-uri", "http://elsewhere.test/") == "bad-client"
    assert ready.refusal(*OFFICERS, "--scope", "everything") == "bad-client"


@pytest.mark.parametrize("more", [("--mode", "guess"), ("--alg", "none"), ("--jwks", "nowhere.json")])
def test_a_choice_there_is_not_is_misuse(ready: House, jwks: Path, more: tuple[str, str]) -> None:
    assert ready.run(*MASH, "--jwks", str(jwks), *more).exit_code == 2
