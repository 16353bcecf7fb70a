"""Putting on record what gates ask about: training, authority that bodies share, assurance of a body."""

from registry.auditlog import Subject
from registry.db import Transaction
from registry.organisations import queries, rules
from registry.organisations.actions.acting import Acting, Recorded, check_may, check_person, record
from registry.organisations.events import (
    AssuranceRecorded,
    AuthorityEnded,
    AuthorityShared,
    TrainingRecorded,
)
from registry.organisations.rules import AuthorityNotShared, DaysOutOfOrder, SharedWithItself
from registry.organisations.schemas import AssuranceIn, SharedAuthorityIn, TrainingIn


def record_training(tx: Transaction, person: str, wanted: TrainingIn, *, acting: Acting) -> Recorded:
    """Record a course that a person completed for a role at the caller's organisation.

    Raises:
        NotAuthorised, UnknownPerson, UnknownRole: see there.
        DaysOutOfOrder: it was completed in the future, or ceased to count before it was completed.
    """
    organisation = acting.caller.organisation
    check_may(tx, "person.train", acting, organisation)
    rules.check_role(wanted.role)
    check_person(tx, person)
    if not wanted.completed_on <= min(acting.today, wanted.expires_on):
        raise DaysOutOfOrder(first=wanted.completed_on.isoformat(), last=wanted.expires_on.isoformat())

    made = queries.insert_training(
        tx,
        person=person,
        organisation=organisation,
        **wanted.model_dump(),
        recorded_by=acting.person,
        recorded_at=acting.now,
    )
    return Recorded(made, record(tx, TrainingRecorded, Subject("training", made), acting, role=wanted.role))


def share_authority(tx: Transaction, person: str, wanted: SharedAuthorityIn, *, acting: Acting) -> Recorded:
    """Record that a person may sign for the caller's organisation and for another, as a shared service does.

    It counts once the other organisation has recorded the same.

    Raises:
        NotAuthorised, UnknownPerson, UnknownOrganisation: see there.
        SharedWithItself: the other organisation is the caller's own.
    """
    organisation = acting.caller.organisation
    check_may(tx, "authority.share", acting, organisation)
    check_person(tx, person)
    other = queries.get_primary(tx, wanted.organisation)
    if other == organisation:
        raise SharedWithItself(organisation=organisation)

    made = queries.insert_shared_authority(
        tx,
        person=person,
        organisation=organisation,
        other=other,
        recorded_by=acting.person,
        recorded_at=acting.now,
    )
    counts = queries.shared_authority(tx, person, (organisation, other))
    index = record(tx, AuthorityShared, Subject("authority", made), acting, party=other)
    return Recorded(made, index, pending=None if counts else "second-organisation")


def end_authority(tx: Transaction, person: str, wanted: SharedAuthorityIn, *, acting: Acting) -> Recorded:
    """Take back the word of the caller's organisation that a person may sign for it and for another.

    It counts no more, whatever the other organisation has recorded. What was signed stays signed.

    Raises:
        NotAuthorised, UnknownPerson, UnknownOrganisation: see there.
        AuthorityNotShared: there is no such word of the caller's organisation.
    """
    organisation = acting.caller.organisation
    check_may(tx, "authority.end", acting, organisation)
    check_person(tx, person)
    other = queries.get_primary(tx, wanted.organisation)
    ended = queries.end_shared_authority(
        tx, person=person, organisation=organisation, other=other, now=acting.now
    )
    if not ended:
        raise AuthorityNotShared(organisation=other)
    # A word that was given twice is ended twice: each is a subject of the log.
    indices = [record(tx, AuthorityEnded, Subject("authority", one), acting, party=other) for one in ended]
    return Recorded(ended[-1], indices[-1])


def record_assurance(tx: Transaction, organisation: str, wanted: AssuranceIn, *, acting: Acting) -> Recorded:
    """Record what the caller's organisation can show for itself. Any identifier of it will do.

    Raises:
        UnknownOrganisation: there is no such organisation.
        NotAuthorised: it is another's, or see `check_may`.
    """
    primary = queries.get_primary(tx, organisation)
    check_may(tx, "assurance.record", acting, primary)
    made = queries.insert_assurance(
        tx,
        organisation=primary,
        **wanted.model_dump(),
        recorded_by=acting.person,
        recorded_at=acting.now,
    )
    subject = Subject("assurance", made)
    index = record(tx, AssuranceRecorded, subject, acting, party=primary, reason_code=wanted.kind)
    return Recorded(made, index)
