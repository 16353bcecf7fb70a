"""Drawing a random sample of entries from a published seed, so that anyone can draw it again.

The seed has to come from outside and after the checkpoint: agreed by auditors, or read off a public source
of chance on a day named before. Whoever keeps the log could otherwise choose it. The number of draw `n`
(0, 1, 2, ...) is the first 15 hexadecimal digits of the SHA-256 of four lines, each ended by a newline:

    registry-sample/v1
    <seed>
    <size of the log>
    <n>

The entry drawn is that number modulo the size. An entry that was drawn before is passed over. By hand:

    d=$(printf 'registry-sample/v1\\n%s\\n%d\\n%d\\n' "$SEED" $SIZE $N | sha256sum | cut -c1-15)
    echo $((0x$d % SIZE))

Fifteen digits fit the whole numbers of every shell, and favour no entry by more than size parts in 2^60.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from typing import Any

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import Note
from registry.tlog.tile import ENTRIES, TILE_WIDTH, Tile, split_bundle
from registry.verification.archive import Archive, Unreadable, open_archive
from registry.verification.openings import Opening
from registry.verification.share import MAX_BUNDLE_OCTETS

HEADER = "registry-sample/v1"
DIGITS = 15
MAX_OCTETS = 1 << 26


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that was drawn: its octets, what its opening says if it is sealed and open, its evidence."""

    index: int
    entry: str
    opened: str | None = None
    evidence: str | None = None

    def document(self) -> dict[str, Any]:
        """The entry as JSON."""
        return {"index": self.index, "entry": self.entry, "opened": self.opened, "evidence": self.evidence}

    def text(self) -> str:
        """The entry in lines for people."""
        lines = [f"{self.index}  {self.entry}", *([f"    opened    {self.opened}"] if self.opened else [])]
        return "\n".join([*lines, *([f"    evidence  {self.evidence}"] if self.evidence else [])])


def draw(seed: str, size: int, number: int) -> list[int]:
    """The indices of `number` different entries of a log of this size, in the order they are drawn.

    Raises:
        ValueError: the seed is not one line, or the log has not so many entries.
    """
    if not seed or not seed.isprintable():
        raise ValueError("a seed is one line of printable characters")
    if not 0 <= number <= size:
        raise ValueError(f"a log of {size} entries has no {number} different ones")
    return list(islice(_draws(seed, size), number))


def draw_from_export(path: Path, seed: str, number: int) -> tuple[int, list[Drawn]]:
    """The size of an export's log, and entries drawn from it. Nothing is checked: verify the export first.

    Raises:
        Unreadable: no export, or a part of it is missing.
        ValueError: see `draw`; or the checkpoint is none.
    """
    with open_archive(path) as archive:
        note = Note.parse(archive.read("checkpoint", MAX_OCTETS))
        size = Checkpoint.parse(note.body).size
        indices = draw(seed, size, number)
        opened = _opened(archive, set(indices))
        return size, [_drawn(archive, index, size, opened.get(index)) for index in indices]


def _drawn(archive: Archive, index: int, size: int, opened: str | None) -> Drawn:
    bundle = index // TILE_WIDTH
    path = Tile(ENTRIES, bundle, min(TILE_WIDTH, size - bundle * TILE_WIDTH)).path()
    entry = split_bundle(archive.read(path, MAX_BUNDLE_OCTETS))[index % TILE_WIDTH].decode()
    try:
        evidence = archive.read(f"evidence/{index}.json", MAX_OCTETS).decode()
    except Unreadable:
        evidence = None
    return Drawn(index, entry, opened, evidence)


def _opened(archive: Archive, indices: set[int]) -> dict[int, str]:
    """What the openings of these entries say."""
    with archive.open("openings.jsonl") as lines:
        openings = map(Opening.parse, lines)
        return {opening.index: opening.value for opening in openings if opening.index in indices}


def _draws(seed: str, size: int) -> Iterator[int]:
    drawn: set[int] = set()
    for step in count():
        digest = sha256(f"{HEADER}\n{seed}\n{size}\n{step}\n".encode()).hexdigest()
        index = int(digest[:DIGITS], 16) % size
        if index not in drawn:
            drawn.add(index)
            yield index
        if len(drawn) == size:
            return
