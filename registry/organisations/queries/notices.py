"""What was done about a person, told to that person."""

from registry.db import Reading
from registry.organisations.queries.authority import list_delegations_to, list_requests
from registry.organisations.queries.people import list_departures_to, list_holdings
from registry.organisations.schemas import NoticeOut


def notices(reading: Reading, person: str) -> list[NoticeOut]:
    """Everything that gave a person authority, took it away or handed them work, newest first."""
    proposed = [
        NoticeOut(about="role-proposed", organisation=row.organisation, role=row.role, at=row.asked_at)
        for row in list_requests(reading, person)
    ]
    completed = {
        (row.organisation, row.role, row.counts_from): row.completed_at
        for row in list_requests(reading, person)
    }
    held = list_holdings(reading, person)
    granted = [
        NoticeOut(
            about="role-granted",
            organisation=row.organisation,
            role=row.role,
            at=completed.get((row.organisation, row.role, row.granted_at), row.granted_at),
            counts_from=row.granted_at,
        )
        for row in held
    ]
    ended = [
        NoticeOut(about="role-ended", organisation=row.organisation, role=row.role, at=row.ended_at)
        for row in held
        if row.ended_at is not None
    ]
    lent = [
        NoticeOut(about="delegation", organisation=row.organisation, role=row.role, at=row.asked_at)
        for row in list_delegations_to(reading, person)
    ]
    handed_over = [
        NoticeOut(
            about="handed-over",
            organisation=row.organisation,
            role=None,
            at=row.left_at,
            unfinished=row.drafts,
        )
        for row in list_departures_to(reading, person)
    ]
    found = [*proposed, *granted, *ended, *lent, *handed_over]
    return sorted(found, key=lambda notice: notice.at, reverse=True)
