"""What is refused where agreements go out and come in."""

from registry.errors import Forbidden, NotFound

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
