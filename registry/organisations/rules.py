"""What an identifier looks like, which roles there are, who gives them to whom, and who registers bodies."""

import re
from collections.abc import Set
from datetime import date

from registry.callers import Caller
from registry.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unprocessable

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

APPROVING = frozenset({"signatory", "siro", "dpo", "caldicott_guardian", "ethics_lead"})
"""Roles that approve or advise. Two people grant each, and an administrator holds none (DOMAIN 3.6)."""

LENDERS = frozenset({"admin", "siro"})
"""Who looks after a body: two of them together lend a role that neither holds."""

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


class NotAuthorised(Forbidden):
    """The caller's roles at this organisation, or the scopes of the token, do not allow this."""

    code = "not-authorised"


class AdministratorsDoNotApprove(Conflict):
    """Whoever administers an organisation's accounts holds no role that approves, and the reverse."""

    code = "administrators-do-not-approve"


class AnotherPersonNeeded(Conflict):
    """The first of two people cannot be the second as well, and nobody acts for themself."""

    code = "another-person-needed"


class DaysOutOfOrder(Unprocessable):
    """A last day lies before the first, or before today."""

    code = "days-out-of-order"


class NoSuchDelegation(NotFound):
    """There is no such delegation."""

    code = "no-such-delegation"


class DelegationNotOpen(Conflict):
    """The delegation has ended, or two people have agreed to it already."""

    code = "delegation-not-open"


class WouldBeOrphaned(Conflict):
    """The person is the last to hold these roles at a body that agreements rely on: hand them over first."""

    code = "would-be-orphaned"


class BadHandOver(Unprocessable):
    """Whoever takes over does not work at this organisation, or is the person who leaves."""

    code = "bad-hand-over"


class SharedWithItself(Unprocessable):
    """Authority is shared by two different organisations."""

    code = "shared-with-itself"


class AuthorityNotShared(Conflict):
    """The organisation has not said that the person may sign for both, or has taken it back."""

    code = "authority-not-shared"


class BadSuccession(Unprocessable):
    """An order that cannot be: a body succeeds itself, or what is shared out does not fit the kind."""

    code = "bad-succession"


class NoSuchOrder(NotFound):
    """There is no such order of succession."""

    code = "no-such-order"


class OrderNotOpen(Conflict):
    """Two people have recorded this order already."""

    code = "order-not-open"


class UnknownKind(Unprocessable):
    """The registry knows no agreement, or no assurance, of this kind."""

    code = "unknown-kind"


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


def check_administrator(caller: Caller, organisation: str | None) -> None:
    """Refuse everyone but the organisation's own administrators and the registry itself.

    `organisation` is None for what belongs to no organisation: that is done from the command line alone.

    Raises:
        NotAnAdministrator: otherwise.
    """
    administers = "admin" in caller.roles and caller.organisation == organisation
    if caller.kind != "system" and not administers:
        raise NotAnAdministrator


def check_compatible(role: str, held: Set[str]) -> None:
    """Refuse a role that approves to an administrator, and the administrator's to whoever approves.

    Raises:
        AdministratorsDoNotApprove: naming the role.
    """
    if (role in APPROVING and "admin" in held) or (role == "admin" and held & APPROVING):
        raise AdministratorsDoNotApprove(role=role)


def check_second_person(*, first: str | None, second: str | None, concerned: str) -> None:
    """Refuse one person in two places: asking and completing, or granting to themself.

    Raises:
        AnotherPersonNeeded: otherwise.
    """
    if second in (first, concerned):
        raise AnotherPersonNeeded


def check_days(first: date, last: date, today: date) -> None:
    """Refuse days that are over, or in the wrong order.

    Raises:
        DaysOutOfOrder: otherwise.
    """
    if last < first or last < today:
        raise DaysOutOfOrder(first=first.isoformat(), last=last.isoformat())


def check_role(role: str) -> None:
    """Refuse a role that does not exist.

    Raises:
        UnknownRole: naming it.
    """
    if role not in ROLES:
        raise UnknownRole(role=role)
