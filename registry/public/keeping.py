"""One worker's lines of the register, and the names in it, kept up with the log.

Whoever looks first lets it follow: lines are read in the same look at the database in which the size of the
log is, so that a page never shows less than what was there when it was asked for.
"""

import threading
from collections.abc import Collection, Mapping, Sequence

from registry.auditlog import log_size, read_events
from registry.db import Reading
from registry.organisations.naming import PublicName, public_names
from registry.organisations.queries import list_primaries
from registry.policy import Law
from registry.public import queries
from registry.public.lines import Line, Shelf, Wanted
from registry.public.searching import Search
from registry.web.pages import Language

MOST = 500
"""How many events are followed one by one; when more are waiting, everything is read anew."""


class Register:
    """The register in memory. Threads take turns."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._shelf = Shelf()
        self._names: Mapping[str, PublicName] = {}
        self._primaries: Mapping[str, str] = {}
        self._size = 0
        self._turn = threading.Lock()

    def find(
        self, reading: Reading, search: Search, language: Language, organisation: str = ""
    ) -> Sequence[Line]:
        """The lines that a search finds for anyone, and for the people of an organisation its own too."""
        with self._turn:
            self._follow(reading)
            return self._shelf.find(self._wanted(search), search.order, language, organisation)

    def names(self, reading: Reading) -> Mapping[str, PublicName]:
        """What bodies are called, by primary identifier."""
        with self._turn:
            self._follow(reading)
            return self._names

    def _follow(self, reading: Reading) -> None:
        size = log_size(reading)
        if size <= self._size:
            return
        is_new = not self._size or size - self._size > MOST
        events = [] if is_new else read_events(reading, self._size, MOST)
        if is_new or any(event.subject_kind == "organisation" for event in events):
            self._names = public_names(reading, self._law)
            self._primaries = list_primaries(reading)
            self._shelf.fill(queries.lines(reading))
        else:
            self._refresh(reading, {e.subject_id for e in events if e.subject_kind == "agreement"})
        self._size = size

    def _refresh(self, reading: Reading, refs: Collection[str]) -> None:
        found: dict[str, list[Line]] = {ref: [] for ref in refs}
        for line in queries.lines(reading, refs) if refs else ():
            found[line.ref].append(line)
        for ref, lines in found.items():
            self._shelf.replace(ref, lines)

    def _wanted(self, search: Search) -> Wanted:
        words = tuple(search.text.lower().split())
        return Wanted(
            words=words,
            named=tuple(map(self._called, words)),
            bodies=self._bodies(search.party) if search.party else None,
            purpose=search.purpose,
            category=search.category,
            status=search.status,
        )

    def _bodies(self, party: str) -> frozenset[str]:
        """The bodies that an identifier stands for where anyone may read, or else every word of a name."""
        wanted = self._primaries.get(party, party)
        if known := frozenset(body for body, name in self._names.items() if name.id == wanted):
            return known
        return frozenset.intersection(*map(self._called, party.lower().split() or [""]))

    def _called(self, word: str) -> frozenset[str]:
        """The bodies in whose public name a word in lower case is."""
        return frozenset(
            organisation
            for organisation, name in self._names.items()
            if word in f"{name.en}\n{name.cy}".lower()
        )
