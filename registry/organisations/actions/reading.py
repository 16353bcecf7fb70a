"""What an organisation may read of its own people."""

from registry.db import Reading
from registry.organisations import queries
from registry.organisations.actions.acting import Acting, check_may
from registry.organisations.rules import NotAuthorised, UnknownPerson
from registry.organisations.schemas import DelegationOut, DelegationsOut, PersonOut, TrainingOut


def read_person(reading: Reading, person: str, *, acting: Acting) -> PersonOut:
    """A colleague at the caller's organisation: roles had now, and training for them.

    Raises:
        NotAuthorised: see `check_may`; or the person has no role at this organisation.
        UnknownPerson: the id is nobody's.
    """
    organisation = acting.caller.organisation
    check_may(reading, "person.read", acting, organisation)
    found = queries.find_person_by_id(reading, person)
    if found is None:
        raise UnknownPerson
    roles = queries.current_roles(reading, person, organisation, acting.now)
    if not roles:
        raise NotAuthorised(action="person.read")
    return PersonOut(
        id=person,
        name=found.name,
        roles=sorted(roles),
        untrained=sorted(
            role
            for role in roles
            if not queries.training_current(reading, person, organisation, role, acting.today)
        ),
        training=[
            TrainingOut(
                role=row.role,
                course=row.course,
                completed_on=row.completed_on,
                expires_on=row.expires_on,
            )
            for row in queries.list_training(reading, person, organisation)
        ],
    )


def list_delegations(reading: Reading, *, acting: Acting) -> DelegationsOut:
    """Every delegation at the caller's organisation.

    Raises:
        NotAuthorised: see `check_may`.
    """
    organisation = acting.caller.organisation
    check_may(reading, "delegation.read", acting, organisation)
    rows = queries.list_delegations(reading, organisation)
    return DelegationsOut(results=[DelegationOut.of(row) for row in rows])
