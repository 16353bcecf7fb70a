"""Commands about people: accounts, and the roles they hold. The operator acts as the registry itself."""

import secrets
from pathlib import Path
from typing import Any

import click

from registry import clock
from registry.callers import SYSTEM
from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option, words
from registry.db import Reading
from registry.oauth.enrolling import reset_sign_in
from registry.oauth.passwords import LONGEST, SHORTEST, hash_password
from registry.organisations import queries
from registry.organisations.actions import end_role, grant_role, register_person
from registry.organisations.rules import UnknownPerson
from registry.organisations.schemas import NewPerson
from registry.settings import Settings

at_option = click.option("--organisation", required=True, help="Any identifier of a registered body.")
role_option = click.option("--role", required=True, help="What they are there, for example ig_officer.")

password_option = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file whose first line is the password. Without it one is made and shown once.",
)


@click.group()
def people() -> None:
    """Accounts of people, and the roles they hold."""


@people.command("add")
@click.argument("username")
@click.option("--name", required=True, type=words, help="As colleagues know them.")
@click.option("--email", required=True, type=words, help="Where to write to them.")
@at_option
@click.option("--role", "roles", required=True, multiple=True, help="What they are there; give one or more.")
@password_option
@as_json_option
def add_person(
    username: str,
    name: str,
    email: str,
    organisation: str,
    roles: tuple[str, ...],
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Give a person an account and their first roles, all of it or nothing."""
    password = _read_password(password_file) if password_file else secrets.token_urlsafe(18)
    wanted = NewPerson(username=username, name=name, email=email, password_hash=hash_password(password))
    now = clock.now()
    with opened(Settings()) as db, db.write() as tx:
        person = register_person(tx, wanted, caller=SYSTEM, now=now).id
        for role in roles:
            grant_role(tx, person=person, organisation=organisation, role=role, caller=SYSTEM, now=now)
    made = {"username": username, "id": person, "organisation": organisation, "roles": list(roles)}
    text = f"{username} is {', '.join(roles)} at {organisation}"
    if password_file is None:
        made["password"] = password
        text += f"\nThe password, shown this once: {password}"
    answer(as_json, made, text)


@people.command("grant")
@click.argument("username")
@at_option
@role_option
@as_json_option
def grant(username: str, organisation: str, role: str, as_json: bool) -> None:
    """Let a person hold a role at a body from now on."""
    with opened(Settings()) as db, db.write() as tx:
        person = _get_person(tx, username)
        grant_role(tx, person=person, organisation=organisation, role=role, caller=SYSTEM, now=clock.now())
    document = {"username": username, "organisation": organisation, "role": role}
    answer(as_json, document, f"{username} is {role} at {organisation}")


@people.command("end")
@click.argument("username")
@at_option
@role_option
@as_json_option
def end(username: str, organisation: str, role: str, as_json: bool) -> None:
    """End a role a person holds at a body."""
    with opened(Settings()) as db, db.write() as tx:
        person = _get_person(tx, username)
        end_role(tx, person=person, organisation=organisation, role=role, caller=SYSTEM, now=clock.now())
    document = {"username": username, "organisation": organisation, "role": role}
    answer(as_json, document, f"{username} is no longer {role} at {organisation}")


@people.command("reset")
@click.argument("username")
@password_option
@as_json_option
def reset(username: str, password_file: Path | None, as_json: bool) -> None:
    """Let a person who lost everything sign in again: a new password, and nothing else of what they had."""
    password = _read_password(password_file) if password_file else secrets.token_urlsafe(18)
    password_hash = hash_password(password)
    with opened(Settings()) as db, db.write() as tx:
        reset_sign_in(tx, _get_person(tx, username), password_hash, clock.now())
    made = {"username": username}
    text = f"{username} signs in with a new password, and then enrols a second step"
    if password_file is None:
        made["password"] = password
        text += f"\nThe password, shown this once: {password}"
    answer(as_json, made, text)


@people.command("list")
@as_json_option
def list_everyone(as_json: bool) -> None:
    """List every account with the roles held now."""
    with opened(Settings()) as db, db.read() as reading:
        rows = queries.list_people(reading)
        roles = queries.list_roles_held(reading, clock.now())
    held: dict[str, list[dict[str, str]]] = {row.id: [] for row in rows}
    for one in roles:
        held[one.person].append({"organisation": one.organisation, "role": one.role})
    listed = [
        {"username": row.username, "name": row.name, "email": row.email, "roles": held[row.id]}
        for row in rows
    ]
    answer(as_json, {"people": listed}, "\n".join(map(_line, listed)))


def _line(person: dict[str, Any]) -> str:
    held = ", ".join(f"{one['role']} at {one['organisation']}" for one in person["roles"])
    return f"{person['username']:<24}{person['name']} <{person['email']}>: {held or 'no role'}"


def _get_person(reading: Reading, username: str) -> str:
    """The row id of the person with a user name.

    Raises:
        UnknownPerson: there is none.
    """
    person = queries.find_person(reading, username)
    if person is None:
        raise UnknownPerson
    return str(person.id)


def _read_password(path: Path) -> str:
    """The first line of a file, which someone who may read the file has chosen.

    Raises:
        BadParameter: it is no text, or too short or too long to be a password.
    """
    try:
        password = path.read_text(encoding="utf-8").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as fault:
        raise click.BadParameter(f"{path} is not UTF-8", param_hint="--password-file") from fault
    if not SHORTEST <= len(password) <= LONGEST:
        reason = f"a password has {SHORTEST} to {LONGEST} characters"
        raise click.BadParameter(reason, param_hint="--password-file")
    return password
