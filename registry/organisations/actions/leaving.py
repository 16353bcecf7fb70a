"""A person leaves a body: everything they hold there ends, and nothing is left to nobody."""

from dataclasses import dataclass

from registry.auditlog import Event, Subject, append_many, conceal
from registry.db import Transaction
from registry.organisations import queries
from registry.organisations.actions.acting import Acting, check_may, check_person
from registry.organisations.events import AuthorityEnded, PersonLeft, RoleGranted
from registry.organisations.rules import APPROVING, BadHandOver, RoleNotHeld, WouldBeOrphaned


@dataclass(frozen=True, slots=True)
class Left:
    """What ended, and what was handed over to whom."""

    id: str
    roles: tuple[str, ...]
    unfinished: tuple[str, ...]
    handed_to: str | None
    log_index: int
    log_size: int


def leave(tx: Transaction, person: str, *, hand_over_to: str | None, acting: Acting) -> Left:
    """Let a person leave the caller's organisation, and hand over what would be left to nobody.

    Roles of which they are the last holder go to whoever takes over, but for those that approve: two people
    grant these beforehand. Drafts stay the organisation's; who takes over is told of them. What was lent to
    them, asked for them, or shared with another body by or with them ends too.

    Raises:
        NotAuthorised, UnknownPerson: see there.
        RoleNotHeld: nothing binds the person to this organisation.
        BadHandOver: whoever takes over holds no role here, or is the one who leaves.
        WouldBeOrphaned: with the roles and the unfinished agreements that would be left to nobody.
    """
    organisation = acting.caller.organisation
    check_may(tx, "person.leave", acting, organisation)
    check_person(tx, person)
    held = queries.roles_given(tx, person, organisation, acting.now)
    if not held and not queries.is_bound(tx, person, organisation):
        raise RoleNotHeld(role="", organisation=organisation)
    takes_over = queries.roles_given(tx, hand_over_to, organisation, acting.now) if hand_over_to else None
    if takes_over is not None and (not takes_over or hand_over_to == person):
        raise BadHandOver
    unfinished = acting.estates.unfinished(tx, organisation=organisation, person=person)
    last = _last_held(tx, person, held, acting)
    _check_nothing_orphaned(last, unfinished, takes_over)
    passed_on = sorted(last - (takes_over or frozenset()))
    return _leave(tx, person, hand_over_to, passed_on=passed_on, unfinished=unfinished, acting=acting)


def _last_held(tx: Transaction, person: str, held: frozenset[str], acting: Acting) -> frozenset[str]:
    """The roles that nobody else holds at a body on which something in force relies."""
    organisation = acting.caller.organisation
    if not acting.estates.is_relied_on(tx, organisation):
        return frozenset()
    return frozenset(role for role in held if queries.holders(tx, organisation, role, acting.now) <= {person})


def _check_nothing_orphaned(
    last: frozenset[str], unfinished: list[str], takes_over: frozenset[str] | None
) -> None:
    """Refuse to leave work to nobody, or a role that approves to someone whom nobody granted it."""
    orphaned = last if takes_over is None else (last & APPROVING) - takes_over
    drafts = unfinished if takes_over is None else []
    if orphaned or drafts:
        raise WouldBeOrphaned(roles=", ".join(sorted(orphaned)), unfinished=", ".join(drafts))


def _leave(
    tx: Transaction,
    person: str,
    hand_over_to: str | None,
    *,
    passed_on: list[str],
    unfinished: list[str],
    acting: Acting,
) -> Left:
    organisation, now = acting.caller.organisation, acting.now
    ended = queries.end_roles_of(tx, person, organisation, now)
    queries.end_delegations_of(tx, person, organisation, now)
    queries.close_requests_of(tx, person, organisation, by=acting.person, now=now)
    shared = queries.end_authority_of(tx, person, organisation, now)
    queries.insert_departure(
        tx,
        person=person,
        organisation=organisation,
        handed_to=hand_over_to,
        roles=ended,
        drafts=unfinished,
        left_at=now,
    )

    def said(event: type[Event], subject: Subject, *, party: str = organisation, **fields: str) -> Event:
        return event(
            at=now,
            org=organisation,
            actor=conceal(tx, acting.caller),
            subject=subject,
            party=party,
            demo=acting.caller.demo,
            **fields,
        )

    indices = append_many(
        tx,
        [
            said(PersonLeft, Subject("person", person)),
            *(said(AuthorityEnded, Subject("authority", one), party=other) for one, _, other in shared),
            *(
                said(RoleGranted, Subject("role", holding), role=role)
                for role, holding in _pass_on(tx, hand_over_to, passed_on, acting).items()
            ),
        ],
    )
    return Left(person, tuple(ended), tuple(unfinished), hand_over_to, indices[0], indices.stop)


def _pass_on(tx: Transaction, hand_over_to: str | None, roles: list[str], acting: Acting) -> dict[str, str]:
    """Grant the roles to whoever takes over; the ids of the holdings, by role."""
    if hand_over_to is None:
        return {}
    organisation = acting.caller.organisation
    return {
        role: queries.insert_role(
            tx, person=hand_over_to, organisation=organisation, role=role, now=acting.now
        )
        for role in roles
    }
