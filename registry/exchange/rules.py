"""What is refused where agreements go out and come in."""

from dataclasses import asdict
from typing import Any

from registry.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable

MEDIA_TYPES = {
    "terms.json": "application/json",
    "odrl": "application/ld+json",
    "dcat": "application/ld+json",
    "ics": "text/calendar",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
"""The forms in which one version is given out, and the media type of each."""


class NotInFull(Forbidden):
    """Only a summary of this agreement is published: its parties alone take it out in full."""

    code = "not-in-full"


class NoSuchForm(NotFound):
    """The registry does not give this out in the form asked for; `forms` lists those there are."""

    code = "no-such-form"


class MayNotExchange(Forbidden):
    """The caller's roles and scopes do not allow taking records out, or bringing agreements in."""

    code = "may-not-exchange"


class NoSuchCalendar(NotFound):
    """There is no calendar at this address, or it was taken back, or its person may not read it any more."""

    code = "no-such-calendar"


class CalendarIsRevoked(Conflict):
    """The address of this calendar has been taken back before."""

    code = "calendar-is-revoked"


class NoSuchImport(NotFound):
    """There is no import of this id at the caller's organisation."""

    code = "no-such-import"


class NoSuchColumn(Invalid):
    """The mapping names a field that rows do not have, or a column that the sheet does not have."""

    code = "no-such-column"


class ImportLoaded(Conflict):
    """The file has been loaded before: take that back, or send it again."""

    code = "import-loaded"


class NothingLoaded(Conflict):
    """Nothing of this import has been loaded yet."""

    code = "nothing-loaded"


class BadRows(Unprocessable):
    """Some rows cannot be loaded, so none has been; `cells` names every fault."""

    code = "bad-rows"

    def extensions(self) -> dict[str, Any]:
        """Every fault with its cell."""
        return {"cells": [asdict(fault) for fault in self.facts["faults"]]}


class TooManyQuestions(Unprocessable):
    """The rows of a spreadsheet of flows stand for more questions than are asked at once: divide it."""

    code = "too-many-questions"
