"""The days of agreements as iCalendar (RFC 5545): start, review, expiry, and the last day of a DPIA."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from registry.exchange.papers import Line, Paper, valid_until
from registry.exchange.voice import Voice

PRODUCT = "-//Information Sharing Registry//EN"


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day on which something about an agreement falls due."""

    uid: str
    day: date
    summary: str


def days_of(paper: Paper, voice: Voice) -> Iterator[DueDay]:
    """The days of one version."""
    return _days_of(paper, f"{voice.text(paper.terms.title)} ({paper.ref})", voice)


def days_held(
    lines: Iterable[Line], organisation: str, voice: Voice, *, titled: bool = True
) -> Iterator[DueDay]:
    """The days of every version that an organisation holds, and of its assessments that cover them.

    Not `titled`, they name an agreement by its reference alone.
    """
    for line in lines:
        title = f"{voice.text(line.terms.title)} ({line.ref})" if titled else line.ref
        yield from _days_of(line, title, voice)
        for one, last in valid_until(line, organisation):
            label = f"{voice.say(f'{one.kind}-runs-out')}: {title}"
            yield DueDay(f"{line.ref}-{line.number}-{one.id}", last, label)


def _days_of(version: Paper | Line, title: str, voice: Voice) -> Iterator[DueDay]:
    terms = version.terms
    days = {"starts_on": terms.starts_on, "review_on": version.review_on, "expires_on": terms.expires_on}
    for name, day in days.items():
        yield DueDay(f"{version.ref}-{version.number}-{name}", day, f"{voice.say(name)}: {title}")


def calendar(days: Iterable[DueDay], *, host: str, now: datetime) -> bytes:
    """A calendar of whole days; `host` makes their ids unique in the world."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    for due in days:
        event = Event()
        event.add("uid", f"{due.uid}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", due.day)
        event.add("dtend", due.day + timedelta(days=1))
        event.add("summary", due.summary)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())
