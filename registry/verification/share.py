"""Looking at one share of an export: the entries under a run of tiles, what opens them, some documents.

A large export is shared out to two processes, because most of the work is hashing. What each has seen is put
together by `recount`; what each has found is the same as if one had looked at everything.
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.spelling import HASH_SIZE
from registry.tlog.tile import (
    ENTRIES,
    MAX_ENTRY_OCTETS,
    TILE_WIDTH,
    Tile,
    split_bundle,
    split_hashes,
    tiles_of_level,
)
from registry.tlog.tree import complete_root
from registry.verification.archive import open_archive
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.names import DOCUMENT
from registry.verification.opening_check import OpeningCheck
from registry.verification.progress import Progress, unwatched

MAX_TILE_OCTETS = TILE_WIDTH * HASH_SIZE
MAX_BUNDLE_OCTETS = TILE_WIDTH * (2 + MAX_ENTRY_OCTETS)
WORTH_SHARING = 50_000
"""From how many entries on a second process gains more time than it takes to start."""
FIRST_SHARE = 0.6
_NAMED = re.compile(rb'"digest":"sha256:([0-9a-f]{64})"')
_EVIDENT = (
    b'"organisation-key"',
    b'"passkey"',
    b'"delegation.given"',
    b'"organisation_key.registered"',
    b'"roster.signed"',
    b"\\",
)
"""What is in an entry that evidence belongs to; or in one that spells something in another way."""
MAX_DOCUMENT_OCTETS = 1 << 26

Hashes = list[bytes]


@dataclass(frozen=True, slots=True)
class Share:
    """Some of the tiles of level 0 of a tree of `size`, and some of its documents."""

    size: int
    tiles: Sequence[Tile]
    documents: Sequence[str]

    @property
    def entries(self) -> range:
        """The entries under the tiles."""
        if not self.tiles:
            return range(0)
        return range(self.tiles[0].first, self.tiles[-1].first + self.tiles[-1].width)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A tile of level 0 that does not hold the hashes of its bundle's entries."""

    tile: Tile
    stored: Hashes
    counted: Hashes


@dataclass(slots=True)
class Seen:
    """What has been seen.

    `roots` are those of the full tiles of level 0, None where neither a tile nor its bundle can be read;
    `edge` the hashes of the partial one; `named` the digests of documents that entries name. `evident` are
    entries that can be read and that evidence may belong to, by index.
    """

    roots: list[bytes | None] = field(default_factory=list)
    doubts: dict[int, Doubt] = field(default_factory=dict)
    edge: Hashes = field(default_factory=list)
    named: set[bytes] = field(default_factory=set)
    evident: dict[int, bytes] = field(default_factory=dict)

    def add(self, other: "Seen") -> None:
        """Put what was seen of the tiles after these to it."""
        self.roots += other.roots
        self.doubts |= other.doubts
        self.edge = other.edge
        self.named |= other.named
        self.evident |= other.evident


def look_at_all(
    contents: Contents, size: int, report: Report, keys: Sequence[VerifierKey], progress: Progress
) -> Seen:
    """Look at every entry and document of an export; what is wrong with one goes to the report."""
    tiles = list(tiles_of_level(0, size))
    documents = sorted(name for name in contents.names if DOCUMENT.fullmatch(name))
    if size < WORTH_SHARING or contents.path is None:
        return look(contents, Share(size, tiles, documents), report, progress)
    mine, rest = _share_out(size, tiles, documents)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        others = elsewhere.submit(_look_elsewhere, contents.path, tuple(keys), rest)
        seen = look(
            contents, mine, report, lambda done, total: progress(done * len(tiles) // total, len(tiles))
        )
        seen_there, found_there, read_there = others.result()
    seen.add(seen_there)
    report.add_all(found_there)
    contents.note_read(read_there)
    return seen


def _share_out(size: int, tiles: Sequence[Tile], documents: Sequence[str]) -> tuple[Share, Share]:
    """What this process looks at, and what the second one does, which has to start first."""
    tile, document = (round(len(all_) * FIRST_SHARE) for all_ in (tiles, documents))
    return Share(size, tiles[:tile], documents[:document]), Share(size, tiles[tile:], documents[document:])


def look(contents: Contents, share: Share, report: Report, progress: Progress = unwatched) -> Seen:
    """Look at one share."""
    return _Look(contents, share, report).run(progress)


def _look_elsewhere(
    path: Path, keys: Sequence[VerifierKey], share: Share
) -> tuple[Seen, Report, frozenset[str]]:
    """Look at one share in a process of its own: what was seen, what was found, which files were read."""
    report = Report("")
    with open_archive(path) as archive:
        contents = Contents(archive, report, path)
        contents.open_manifest(keys)
        seen = look(contents, share, report)
    return seen, report, contents.read_so_far


class _Look:
    """One look at a share."""

    def __init__(self, contents: Contents, share: Share, report: Report) -> None:
        self._contents, self._share, self._report = contents, share, report
        self._openings = OpeningCheck(contents, share.entries, share.size, report)
        self._wanted = set(stated_digests(contents).values())
        self._seen = Seen()

    def run(self, progress: Progress) -> Seen:
        """Look at every tile, every opening and every document of the share."""
        for done, tile in enumerate(self._share.tiles, 1):
            self._look_at_tile(tile)
            progress(done, len(self._share.tiles))
        self._openings.finish()
        for name in self._share.documents:
            octets = self._contents.read(name, MAX_DOCUMENT_OCTETS)
            if octets is not None and sha256(octets).hexdigest() != name.removeprefix("documents/"):
                self._report.add("document-changed", name)
        return self._seen

    def _look_at_tile(self, tile: Tile) -> None:
        counted, stored = self._counted(tile), stored_hashes(self._contents, tile, self._report)
        if counted and stored and counted != stored:
            self._seen.doubts[tile.index] = Doubt(tile, stored, counted)
        hashes = stored or counted
        if tile.width < TILE_WIDTH:
            self._seen.edge = hashes or []
        else:
            self._seen.roots.append(complete_root(hashes) if hashes else None)

    def _counted(self, tile: Tile) -> Hashes | None:
        """The leaf hashes of a tile, made from the entries of its bundle."""
        bundle = Tile(ENTRIES, tile.index, tile.width).path()
        octets = self._contents.read(bundle, MAX_BUNDLE_OCTETS)
        if octets is None:
            return None
        try:
            entries = split_bundle(octets)
        except Malformed as fault:
            self._report.add("bundle-malformed", bundle, fault)
            return None
        if len(entries) != tile.width:
            self._report.add("bundle-malformed", bundle, f"{len(entries)} entries instead of {tile.width}")
            return None
        self._note(octets, enumerate(entries, tile.first))
        opened = {one.index: one.value.encode() for one in self._openings.visit(tile.first, entries)}
        self._note(b"\n".join(opened.values()), opened.items())
        return [sha256(b"\x00" + entry).digest() for entry in entries]

    def _note(self, octets: bytes, entries: Iterable[tuple[int, bytes]]) -> None:
        """Remember which documents these entries name, and those of them that evidence may belong to.

        `octets` are those of all: to look through them at once is much quicker.
        """
        if self._wanted:
            self._seen.named.update(self._wanted.intersection(_NAMED.findall(octets)))
        if _may_be_evident(octets):
            self._seen.evident.update((index, said) for index, said in entries if _may_be_evident(said))


def _may_be_evident(octets: bytes) -> bool:
    return any(sign in octets for sign in _EVIDENT)


def stated_digests(contents: Contents) -> dict[str, bytes]:
    """The digest of each document, which an entry has to name, by file name."""
    names = (name for name in contents.names if DOCUMENT.fullmatch(name))
    return {name: name.removeprefix("documents/").encode() for name in names}


def stored_hashes(contents: Contents, tile: Tile, report: Report) -> Hashes | None:
    """The hashes that a tile holds; None, and a finding, when they cannot be read."""
    octets = contents.read(tile.path(), MAX_TILE_OCTETS)
    if octets is None:
        return None
    if len(octets) != tile.width * HASH_SIZE:
        report.add("tile-changed", tile.path(), f"{len(octets)} octets")
        return None
    return split_hashes(octets)
