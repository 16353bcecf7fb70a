"""Who is asking: one person at one organisation, one partner system, or the registry itself."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["enforce", "advise"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller. A token speaks for one person at one organisation, or for one client.

    `organisation` is a primary identifier (`gss:E10000017`), empty for the registry itself; `person` a row
    id; `client` the OAuth client the token was issued to; `mode` how a partner system is registered.
    """

    organisation: str
    person: str | None = None
    client: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    mode: Mode | None = None
    demo: bool = False

    @property
    def kind(self) -> Literal["person", "client", "system"]:
        """Whether a person, a partner system or the registry itself acts."""
        if self.person is not None:
            return "person"
        return "client" if self.client is not None else "system"

    @property
    def acting_person(self) -> str:
        """The row id of the person, where the access rules let no one else this far.

        Raises:
            ValueError: a bug: a partner system or the registry itself acts.
        """
        if self.person is None:
            raise ValueError("a client or the registry acts where only people may")
        return self.person


SYSTEM = Caller(organisation="")
