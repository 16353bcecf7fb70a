"""What people are told where something cannot be had: what they can do next, not what a program is told."""

from dataclasses import dataclass

from registry.web.pages.words import Sentence, lazy


@dataclass(frozen=True, slots=True)
class Sorry:
    """The words of an error page."""

    title: Sentence
    sentences: tuple[Sentence, ...]


SORRY: dict[str, Sorry] = {
    "not-found": Sorry(
        lazy("Page not found"),
        (
            lazy("If you typed the address, check that it is right."),
            lazy("If you copied the address, check that you copied all of it."),
            lazy("If it is right, the page is not there any more, or you may not see it."),
        ),
    ),
    "method-not-allowed": Sorry(
        lazy("This page cannot be used like that"),
        (lazy("Go back, load the page again, and use the buttons on it."),),
    ),
    "too-many-requests": Sorry(
        lazy("Too many requests"),
        (lazy("Wait a minute, then load the page again."),),
    ),
    "body-too-long": Sorry(
        lazy("What you sent is too long"),
        (lazy("Go back, shorten it, and send it again. Nothing has been changed."),),
    ),
    "internal-error": Sorry(
        lazy("Sorry, there is a problem with the service"),
        (
            lazy("Try again later. Nothing has been changed."),
            lazy("If it happens again, tell us what you were doing."),
        ),
    ),
    "storage-unavailable": Sorry(
        lazy("Sorry, the service is unavailable"),
        (lazy("Try again in a few minutes. Look first whether what you sent last is there already."),),
    ),
}
"""By the code of the problem. Other refusals tell people the same as programs."""
