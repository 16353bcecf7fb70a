"""The words of an emergency decision go when their retention is over; its entries in the log stay.

The daily pass erases them. Where it is held or late, two people who may read the words erase them: one asks,
another agrees. Nobody erases before the day, because the words are evidence until then.
"""

from registry.auditlog import Sealed, Subject
from registry.db import Transaction
from registry.organisations.rules import check_second_person
from registry.records import queries, rules
from registry.records.actions.acting import Acting, Recorded, check_may, event, finish, get, lock
from registry.records.events import EmergencyErased, EmergencyErasureAsked
from registry.records.queries import EMERGENCY
from registry.records.rules import WordsErased

SUBJECT = "emergency"
ASKED, ERASED = "erasure-asked", "erased"


def erase_due(tx: Transaction, acting: Acting) -> list[Sealed]:
    """Erase the words that have been kept long enough. Their events are for the caller to append."""
    erased = []
    for found in queries.list_to_erase(tx, acting.today):
        row = lock(tx, EMERGENCY, found.id)
        if row.words is None:  # another worker has erased them
            continue
        queries.change(tx, EMERGENCY, row, words=None)
        erased.append(event(tx, EmergencyErased, acting, Subject(SUBJECT, row.id), by_system=True))
    return erased


def erase(tx: Transaction, identifier: str, *, acting: Acting, if_match: str | None = None) -> Recorded:
    """Ask for the words to be erased, as the first of two people; erase them as the second.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `check_may` and `lock`.
        WordsErased: they are gone.
        RetentionRuns: they are kept for some time yet.
        AnotherPersonNeeded: the caller asked for it.
    """
    check_may(tx, "emergency.erase", acting, owner=get(tx, EMERGENCY, identifier).owner)
    row = lock(tx, EMERGENCY, identifier, if_match)
    if row.words is None:
        raise WordsErased(erased_on=row.erase_on.isoformat())
    rules.check_kept(row.erase_on, acting.today)
    subject, revision = Subject(SUBJECT, identifier), row.revision + 1

    if row.erasure_asked_by is None:
        queries.change(tx, EMERGENCY, row, erasure_asked_by=acting.caller.person)
        asked = event(tx, EmergencyErasureAsked, acting, subject)
        return finish(tx, [asked], identifier=identifier, status=ASKED, revision=revision)

    check_second_person(first=row.erasure_asked_by, second=acting.caller.person, concerned="")
    queries.change(tx, EMERGENCY, row, words=None)
    erased = event(tx, EmergencyErased, acting, subject)
    return finish(tx, [erased], identifier=identifier, status=ERASED, revision=revision)
