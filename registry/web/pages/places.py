"""The menu of every page, and the ways into the registry that the front page shows."""

from dataclasses import dataclass

from registry.web.pages.languages import Language, in_language
from registry.web.pages.words import Sentence, lazy


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go to: its English address, its name, and what is found there."""

    path: str
    label: Sentence
    hint: Sentence


PLACES = (
    Entry(
        "/register",
        lazy("Register"),
        lazy("Every agreement that may be seen: who shares what with whom, and why."),
    ),
    Entry(
        "/bodies",
        lazy("Organisations"),
        lazy("One page for each body, with a map of what it gives and what it gets."),
    ),
    Entry(
        "/matrix",
        lazy("Who shares with whom"),
        lazy("All bodies in one table: rows give, columns receive."),
    ),
    Entry(
        "/can-we-share",
        lazy("Can we share?"),
        lazy("For the front line: ask, and get one sentence back with what has to be done."),
    ),
    Entry(
        "/verify",
        lazy("Log"),
        lazy("For auditors: the signed log, its witnesses, and how to check it."),
    ),
)
SIGN_IN = Entry("/login", lazy("Sign in"), lazy("For officers: what waits for you, and what is due."))
WORK = Entry("/home", lazy("Your work"), SIGN_IN.hint)
ACCOUNT = Entry("/account", lazy("Account"), lazy("For whom you act, and how you sign in."))


def menu(path: str, language: Language, *, is_signed_in: bool) -> list[dict[str, object]]:
    """The menu as the component takes it; `path` is the page that shows it."""
    entries = (*PLACES, WORK, ACCOUNT) if is_signed_in else (*PLACES, SIGN_IN)
    place = path.partition("?")[0]
    return [
        {
            "href": in_language(entry.path, language),
            "text": entry.label.said(language),
            "current": place == entry.path,
            "active": place.startswith(entry.path + "/"),
        }
        for entry in entries
    ]
