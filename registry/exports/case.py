"""What the case of one agreement is made of, and what of it whoever takes it may see.

Its history is read backwards, each entry naming the one before it. What is sealed is opened where its opening
is public or the reader is entitled to it; a sealed entry that stays closed is in the case only where an
entry that can be read names it. Beside the approvals lies what they rest on: the evidence of each, and the
rosters and keys of the organisation with their own entries.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from registry.agreements import queries as agreements
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import NoSuchAgreement
from registry.auditlog import history
from registry.auditlog.entries import is_sealed
from registry.auditlog.queries import bodies
from registry.db import Reading
from registry.exports import queries
from registry.passkeys import queries as passkeys
from registry.verification.logged import GIVEN


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of a version: its text, and what its sealed entries say."""

    text: bool
    entries: bool


SightOf = Callable[[StoredVersion], Sight]


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """An entry, and the row `idx, salt, value` that opens it where it is sealed and may be read."""

    index: int
    body: bytes
    opening: Row[Any] | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the case shows what it says."""
        return self.opening is not None or not is_sealed(self.body)


@dataclass(slots=True)
class Case:
    """Everything that a case file holds, by the names of its files."""

    ref: str
    entries: dict[int, CaseEntry] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def collect(reading: Reading, ref: str, size: int, sight_of: SightOf) -> Case:
    """The case of an agreement among the first `size` entries of the log.

    Raises:
        NoSuchAgreement: there is none of which anything may be seen.
    """
    versions = {number: agreements.get(reading, ref, number) for number in agreements.numbers(reading, ref)}
    sights = {number: sight_of(version) for number, version in versions.items()}
    case = Case(ref)
    seen = list(_history(reading, ref, sights))
    if not any(sight.text for sight in sights.values()) and not any(entry.is_readable for entry in seen):
        raise NoSuchAgreement(ref=ref)
    case.entries = {entry.index: entry for entry in seen if entry.index < size}
    for number, version in versions.items():
        if sights[number].text:
            case.files[f"documents/{version.hash.removeprefix('sha256:')}"] = version.document
    _add_evidence(reading, case, size)
    return case


def _history(reading: Reading, ref: str, sights: Mapping[int, Sight]) -> Iterator[CaseEntry]:
    """The entries about the agreement that may be seen, newest first, and those that these name."""
    named: set[int] = set()
    events = history(reading, "agreement", ref)
    openings = queries.openings(reading, [event.index for event in events])
    for event in events:
        opening = openings.get(event.index)
        is_entitled = bool(sights) and sights.get(event.version or max(sights), Sight(False, False)).entries
        shown = opening if opening and (opening.public or is_entitled) else None
        entry = CaseEntry(event.index, bodies(reading, event.index, 1)[0], shown)
        if entry.is_readable or event.index in named:
            yield entry
        if entry.is_readable and event.previous is not None:
            named.add(event.previous)


def _add_evidence(reading: Reading, case: Case, size: int) -> None:
    """Add the evidence of each approval that can be read, and what vouches for those who gave it."""
    organisations: set[str] = set()
    for index in sorted(index for index, entry in case.entries.items() if entry.is_readable):
        found = passkeys.find_evidence(reading, index)
        if found:
            case.files[f"evidence/{index}.json"] = bytes(found.document)
            organisations.add(found.organisation)
            _add_delegation(reading, case, bytes(found.document))
    keyed = organisations | passkeys.countersigners(reading, organisations)
    for name, row in queries.vouched(reading, size):
        kind, organisation, _ = name.split("/")
        if organisation in (organisations if kind == "roster" else keyed):
            case.files[name] = bytes(row.document)
            case.files[f"evidence/{row.log_index}.json"] = bytes(row.evidence)
            case.entries[row.log_index] = _entry(reading, row.log_index)


def _add_delegation(reading: Reading, case: Case, evidence: bytes) -> None:
    """Add the delegation by which a deputy approved, where one did, with the entry that gave it."""
    named = json.loads(evidence).get("delegation")
    if named and (row := passkeys.find_delegation(reading, named)):
        case.files[f"documents/{named.removeprefix('sha256:')}"] = bytes(row.document)
        given = next(event for event in history(reading, "delegation", row.id) if event.type == GIVEN)
        case.entries[given.index] = _entry(reading, given.index)


def _entry(reading: Reading, index: int) -> CaseEntry:
    """An entry that is about nothing secret: a roster, a key, a delegation."""
    opening = queries.openings(reading, [index]).get(index)
    return CaseEntry(index, bodies(reading, index, 1)[0], opening if opening and opening.public else None)


def readable(entries: Sequence[CaseEntry]) -> Iterator[tuple[int, str | bytes]]:
    """Index and words of each entry, of a sealed one what its opening says, where it is open."""
    for entry in entries:
        yield entry.index, entry.opening.value if entry.opening else entry.body
