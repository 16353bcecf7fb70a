"""The arithmetic of the log: growing, recounting and proving a tree, signing and opening checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.signing import KeySigner, Signers
from registry.tlog.tile import TILE_WIDTH, split_bundle, write_bundle
from registry.tlog.tree import (
    Frontier,
    check_inclusion,
    complete_root,
    inclusion_path,
    leaf_hash,
    node_hash,
    range_root,
)
from tests.bench.timing import Timing, time_each

ENTRY = bytes(297)
ORIGIN = "log.example"


@dataclass(frozen=True, slots=True)
class TreeRun:
    """Entries a second, and how long one proof and one checkpoint takes."""

    grown_per_second: float
    recounted_per_second: float
    proved: Timing
    signed: Timing
    opened: Timing


def measure(size: int) -> TreeRun:
    """Measure on a tree of this many entries of 297 octets, a checkpoint under keys of both kinds."""
    checkpoint = Checkpoint(ORIGIN, size, range_root(0, size, _complete))
    keys = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    signers = Signers(tuple(KeySigner(ORIGIN, key) for key in keys))
    note = checkpoint.signed(signers).encode()
    rounds = range(500)
    return TreeRun(
        size / _seconds(lambda: _grow(size)),
        size / _seconds(lambda: _recount(size)),
        time_each(lambda index: _prove(index * size // len(rounds), size, checkpoint.root), rounds),
        time_each(lambda _: checkpoint.signed(signers), rounds),
        time_each(lambda _: open_checkpoint(note, *signers.keys), rounds),
    )


def _grow(size: int) -> None:
    edge = Frontier()
    for _ in range(size):
        edge.append(leaf_hash(ENTRY))
    edge.root()


def _recount(size: int) -> None:
    bundle = write_bundle([ENTRY] * TILE_WIDTH)
    for _ in range(size // TILE_WIDTH):
        complete_root([leaf_hash(entry) for entry in split_bundle(bundle)])


def _prove(index: int, size: int, root: bytes) -> None:
    """Make a path from hashes at hand, and follow it."""
    path = inclusion_path(index, size, _complete)
    check_inclusion(leaf=leaf_hash(ENTRY), index=index, size=size, root=root, path=path)


@cache
def _complete(height: int, _: int = 0) -> bytes:
    """A complete subtree: all entries are alike, so those of one height are, too."""
    if height == 0:
        return leaf_hash(ENTRY)
    return node_hash(_complete(height - 1), _complete(height - 1))


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
