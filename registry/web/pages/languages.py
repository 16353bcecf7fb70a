"""The two languages of the pages, and how an address names its language."""

from typing import Literal

Language = Literal["en", "cy"]


def language_of(path: str) -> Language:
    """The language of an address: Welsh under `/cy`, else English."""
    return "cy" if path == "/cy" or path.startswith("/cy/") else "en"


def in_language(path: str, language: Language) -> str:
    """The address of a page, given by its English path, in a language."""
    if language == "en":
        return path
    return "/cy" + ("" if path == "/" else path)


def english(path: str) -> str:
    """The English path of a page, given by its address in any language.

    It begins with one slash: browsers would take two, or a backslash, for the name of another host.
    """
    bare = path.removeprefix("/cy") if language_of(path) == "cy" else path
    return "/" + bare.lstrip("/\\")


def other(language: Language) -> Language:
    """The language of the twin page."""
    return "en" if language == "cy" else "cy"
