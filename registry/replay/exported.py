"""What an export tells: every entry that can be read, and every text, as `registry.history` wants them."""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from registry.auditlog.entries import decode
from registry.auditlog.feed import StoredEvent, stored_event
from registry.tlog.tile import ENTRIES, Tile, split_bundle, tiles_of_level
from registry.verification.archive import Archive
from registry.verification.commitments import sealed_entry
from registry.verification.names import DOCUMENT
from registry.verification.opening_check import NAME as OPENINGS
from registry.verification.openings import Opening
from registry.verification.share import MAX_BUNDLE_OCTETS

MAX_TEXT_OCTETS = 1 << 24
STAMP = re.compile(rb'"at":"([^"]+)"')
SUBJECT = re.compile(rb'"id":"([^"]+)","kind":"agreement"')
TEXT = re.compile(rb'"digest":"(sha256:[0-9a-f]{64})","id":"[^"]+","kind":"agreement"')
ABOUT_BODY, WENT_LIVE = b'"kind":"organisation"', b'"type":"flow.live"'


@dataclass(frozen=True, slots=True)
class Case:
    """A verified case file: all that its owner may see of one agreement in the first `size` entries."""

    archive: Archive
    ref: str
    size: int


class Exported:
    """A verified export of the first `size` entries, read from front to end as often as it takes.

    However large it is, nothing is kept but when each entry was made, what is said of bodies, and what is
    asked for. `cases` may open more of it: what they hold counts where the export's own entries commit to it.
    """

    def __init__(self, archive: Archive, size: int, cases: Sequence[Case] = ()) -> None:
        self.size = size
        self._archive = archive
        self._opened = {opening.index: opening for case in cases for opening in _openings(case.archive)}
        self._texts = {f"sha256:{name}": archive for name in _documents(archive)}
        self._texts |= {f"sha256:{name}": case.archive for case in cases for name in _documents(case.archive)}
        self._told_until = {case.ref: case.size for case in sorted(cases, key=lambda case: case.size)}
        self.stamps: list[datetime | None] = []
        self.about_bodies: list[StoredEvent] = []
        for index, octets in self._said(size):
            made = STAMP.search(octets)
            self.stamps.append(datetime.fromisoformat(made[1].decode()) if made else None)
            if ABOUT_BODY in octets:
                self.about_bodies.append(stored_event(index, decode(octets)))

    def texts_naming(self, holders: Collection[str], recipients: Collection[str]) -> set[str]:
        """The digests of the texts that name a body of each of two groups; all of them where one is empty."""
        return {digest for digest in self._texts if _names(self.text(digest) or b"", holders, recipients)}

    def refs_of(self, texts: Container[str], size: int) -> tuple[set[str], set[str]]:
        """The agreements to which these texts belong, and those that were live under one that is not here."""
        found, hidden = set(), set()
        for _, octets in self._said(size):
            named, subject = TEXT.search(octets), SUBJECT.search(octets)
            if named and subject and named[1].decode() in texts:
                found.add(subject[1].decode())
            elif named and subject and WENT_LIVE in octets and named[1].decode() not in self._texts:
                hidden.add(subject[1].decode())
        return found, hidden

    def about(self, refs: Container[str], size: int) -> dict[str, list[StoredEvent]]:
        """The entries about each of these agreements, of the first so many, in order."""
        found: dict[str, list[StoredEvent]] = {}
        for index, octets in self._said(size):
            subject = SUBJECT.search(octets)
            if subject and (ref := subject[1].decode()) in refs:
                found.setdefault(ref, []).append(stored_event(index, decode(octets)))
        return found

    def is_whole(self, ref: str, events: Sequence[StoredEvent], size: int) -> bool:
        """Whether these are all the entries about an agreement, of the first so many.

        Each names the one before it. That none came after the last of them its case file says, up to its own
        size; from there on it may be any of the entries that stay sealed.
        """
        known = {event.index for event in events}
        are_joined = all(event.previous is None or event.previous in known for event in events)
        return are_joined and None not in self.stamps[self._told_until.get(ref, 0) : size]

    def text(self, digest: str) -> bytes | None:
        """The text of a digest, if it is here and is the one its name says."""
        if digest not in self._texts:
            return None
        octets = self._texts[digest].read(f"documents/{digest.removeprefix('sha256:')}", MAX_TEXT_OCTETS)
        return octets if digest == f"sha256:{sha256(octets).hexdigest()}" else None

    def _said(self, size: int) -> Iterator[tuple[int, bytes]]:
        """Index and octets of the first so many entries, of a sealed one what opens it where that is here."""
        openings = _openings(self._archive)
        opening = next(openings, None)
        for tile in tiles_of_level(0, self.size):
            if tile.first >= size:
                return
            bundle = self._archive.read(Tile(ENTRIES, tile.index, tile.width).path(), MAX_BUNDLE_OCTETS)
            for index, octets in enumerate(split_bundle(bundle)[: size - tile.first], tile.first):
                given = self._opened.get(index)
                if opening and opening.index == index:
                    given, opening = opening, next(openings, None)
                opens = given is not None and octets == sealed_entry(given.commitment()).encode()
                yield index, given.value.encode() if given and opens else octets


def _openings(archive: Archive) -> Iterator[Opening]:
    with archive.open(OPENINGS) as lines:
        yield from map(Opening.parse, lines)


def _documents(archive: Archive) -> Iterator[str]:
    return (match[1] for match in map(DOCUMENT.fullmatch, archive.names()) if match)


def _names(text: bytes, *groups: Collection[str]) -> bool:
    return all(not group or any(f'"{name}"'.encode() in text for name in group) for group in groups)
