"""What an identifier looks like, which roles there are, and who may register bodies and people."""

import re

from registry.callers import Caller
from registry.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

SCHEMES: dict[str, re.Pattern[str]] = {
    "gss": re.compile(r"[EWSNK][0-9]{8}"),
    "ods": re.compile(r"[A-Z0-9]{3,6}"),
    "police": re.compile(r"[a-z][a-z-]{1,38}[a-z]"),
    "orgid": re.compile(r"[A-Z]{2}-[A-Z0-9]{2,8}-[A-Za-z0-9-]{1,27}"),
    "ico": re.compile(r"Z[0-9]{7}|Z[A-C][0-9]{6}"),
    "local": re.compile(r"[a-z0-9][a-z0-9-]{0,39}"),
}
"""Schemes of organisation identifiers in order of preference: councils, health, police forces, org-id.guide,
the ICO's register, and names of our own as the last resort."""

ROLES = frozenset(
    {
        "ig_officer",
        "dpo",
        "siro",
        "caldicott_guardian",
        "asset_owner",
        "signatory",
        "ethics_lead",
        "auditor",
        "operator",
        "admin",
    }
)
"""What a person can be at an organisation."""


USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class UnknownOrganisation(NotFound):
    """No organisation has this identifier, as its primary one or as an alias."""

    code = "unknown-organisation"


class IdentifierTaken(Conflict):
    """The identifier already names an organisation."""

    code = "identifier-taken"


class BadIdentifier(Invalid):
    """An identifier does not follow the grammar of its scheme, or the scheme is unknown."""

    code = "bad-identifier"


class UsernameTaken(Conflict):
    """The user name already belongs to a person."""

    code = "username-taken"


class BadUsername(Invalid):
    """A user name has other characters than small letters, digits and `. _ @ -`, or is too long."""

    code = "bad-username"


class UnknownPerson(NotFound):
    """There is no such person."""

    code = "unknown-person"


class UnknownRole(Invalid):
    """The registry has no such role."""

    code = "unknown-role"


class RoleAlreadyHeld(Conflict):
    """The person holds this role at this organisation now."""

    code = "role-already-held"


class RoleNotHeld(Conflict):
    """The person does not hold this role at this organisation now."""

    code = "role-not-held"


class NotAnAdministrator(Forbidden):
    """Only an administrator registers organisations, people, roles and clients."""

    code = "not-an-administrator"


def is_identifier(text: str) -> bool:
    """Whether a text is `scheme:value` in the grammar of its scheme."""
    scheme, _, value = text.partition(":")
    return scheme in SCHEMES and SCHEMES[scheme].fullmatch(value) is not None


def check_identifiers(primary: str, aliases: tuple[str, ...]) -> None:
    """Refuse identifiers that break the grammar.

    Raises:
        BadIdentifier: with one field error for each.
    """
    places = {"/id": primary} | {f"/aliases/{place}": alias for place, alias in enumerate(aliases)}
    errors = tuple(
        FieldError(
            pointer,
            "bad-identifier",
            f"{text} is not an identifier in a scheme the registry knows",
            f"nid yw {text} yn ddynodwr mewn cynllun y mae'r gofrestr yn ei adnabod",
        )
        for pointer, text in places.items()
        if not is_identifier(text)
    )
    if errors:
        raise BadIdentifier(errors=errors)


def check_username(username: str) -> None:
    """Refuse a user name that two people could type and mean different accounts.

    Raises:
        BadUsername: it has another form.
    """
    if USERNAME.fullmatch(username) is None:
        raise BadUsername


def check_administrator(caller: Caller) -> None:
    """Refuse everyone but administrators and the registry itself.

    Raises:
        NotAnAdministrator: otherwise.
    """
    if caller.kind != "system" and "admin" not in caller.roles:
        raise NotAnAdministrator


def check_role(role: str) -> None:
    """Refuse a role that does not exist.

    Raises:
        UnknownRole: naming it.
    """
    if role not in ROLES:
        raise UnknownRole(role=role)
