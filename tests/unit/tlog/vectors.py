"""Vectors for Merkle proofs: each a proof by definition that holds, and some fifteen damages that must not.

They are what the published vectors of transparency-dev/merkle are, in the same numbers and more, made here by
recursion over the entries themselves, after RFC 6962 section 2.1 and, for subtrees, after
draft-ietf-plants-merkle-tree-certs section 4.4.1. They share nothing with the code under test.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from tests.unit.tlog.trees import entries, root_by_definition

Leaves = list[bytes]
GARBAGE = sha256(b"garbage").digest()


@dataclass(frozen=True, slots=True)
class Vector:
    """What a proof claims of a part of the tree: one entry, or its beginning, or any subtree."""

    name: str
    start: int
    end: int
    size: int
    part: bytes
    root: bytes
    path: tuple[bytes, ...]
    holds: bool = True


def inclusion_by_definition(index: int, leaves: Leaves) -> Leaves:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    split = _split(leaves)
    if index < split:
        return [*inclusion_by_definition(index, leaves[:split]), root_by_definition(leaves[split:])]
    return [*inclusion_by_definition(index - split, leaves[split:]), root_by_definition(leaves[:split])]


def subtree_by_definition(start: int, end: int, leaves: Leaves, *, known: bool = True) -> Leaves:
    """SUBTREE_SUBPROOF(start, end, D[n], b); from 0 it is SUBPROOF(m, D[n], b) of RFC 6962."""
    if (start, end) == (0, len(leaves)):
        return [] if known else [root_by_definition(leaves)]
    split = _split(leaves)
    left, right = leaves[:split], leaves[split:]
    if end <= split:
        return [*subtree_by_definition(start, end, left, known=known), root_by_definition(right)]
    if start >= split:
        inner = subtree_by_definition(start - split, end - split, right, known=known)
        return [*inner, root_by_definition(left)]
    return [*subtree_by_definition(0, end - split, right, known=False), root_by_definition(left)]


def inclusion_vectors() -> Iterator[Vector]:
    """One happy path and its damages for entries of trees of many shapes."""
    for index, size in ((0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (4, 7), (6, 7), (100, 137)):
        leaves = entries(size)
        yield from _with_damages(
            Vector(
                f"inclusion {index} of {size}",
                index,
                index + 1,
                size,
                root_by_definition([leaves[index]]),
                root_by_definition(leaves),
                tuple(inclusion_by_definition(index, leaves)),
            ),
            unsaid=("end-plus-1", "end-minus-1"),
        )


def consistency_vectors() -> Iterator[Vector]:
    """One happy path and its damages for pairs of trees of many shapes."""
    for old, new in ((1, 1), (1, 8), (6, 8), (2, 5), (6, 7), (3, 7), (4, 4), (64, 137)):
        yield from _with_damages(_subtree(f"consistency {old} to {new}", 0, old, new))


def subtree_vectors() -> Iterator[Vector]:
    """One happy path and its damages for every subtree of a small tree, and some of a larger one."""
    small = ((start, end, 7) for start in range(7) for end in range(start + 1, 8))
    large = ((0, 64, 137), (64, 100, 137), (128, 137, 137), (136, 137, 137), (96, 128, 137), (48, 63, 64))
    for start, end, size in (*small, *large):
        if start % (1 << (end - start - 1).bit_length()) == 0:
            yield from _with_damages(_subtree(f"subtree {start} to {end} of {size}", start, end, size))


def _subtree(name: str, start: int, end: int, size: int) -> Vector:
    leaves = entries(size)
    path = tuple(subtree_by_definition(start, end, leaves))
    part = root_by_definition(leaves[start:end])
    return Vector(name, start, end, size, part, root_by_definition(leaves), path)


def _with_damages(good: Vector, *, unsaid: Collection[str] = ()) -> Iterator[Vector]:
    """The vector and every damage of it; `unsaid` are those to what this kind of proof does not say."""
    yield good
    damages: dict[str, Vector] = {
        "part-wrong": replace(good, part=GARBAGE),
        "root-wrong": replace(good, root=GARBAGE),
        "root-empty": replace(good, root=sha256(b"").digest()),
        "part-bit-4": replace(good, part=_flip(good.part)),
        "root-bit-4": replace(good, root=_flip(good.root)),
        "swapped-roots": replace(good, part=good.root, root=good.part),
        "place-plus-1": replace(good, start=good.start + 1, end=good.end + 1),
        "place-minus-1": replace(good, start=good.start - 1, end=good.end - 1),
        "place-xor-2": replace(good, start=good.start ^ 2, end=(good.start ^ 2) + good.end - good.start),
        "end-plus-1": replace(good, end=good.end + 1),
        "end-minus-1": replace(good, end=good.end - 1),
        "size-times-2": replace(good, size=good.size * 2),
        "size-half": replace(good, size=good.size // 2),
        "preceding-garbage": replace(good, path=(GARBAGE, *good.path)),
        "trailing-garbage": replace(good, path=(*good.path, GARBAGE)),
        "preceding-root": replace(good, path=(good.root, *good.path)),
        "trailing-root": replace(good, path=(*good.path, good.root)),
        "preceding-part": replace(good, path=(good.part, *good.path)),
        "trailing-part": replace(good, path=(*good.path, good.part)),
        "no-path": replace(good, path=()),
        "truncated": replace(good, path=good.path[:-1]),
        "beheaded": replace(good, path=good.path[1:]),
        "inserted": replace(good, path=(*good.path[:1], GARBAGE, *good.path[1:])),
        "reversed": replace(good, path=good.path[::-1]),
    }
    for place, one in enumerate(good.path):
        changed = (*good.path[:place], _flip(one), *good.path[place + 1 :])
        damages[f"path-{place}-bit-4"] = replace(good, path=changed)
    for name, damaged in damages.items():
        if damaged != good and name not in unsaid:
            yield replace(damaged, name=f"{good.name}: {name}", holds=False)


def _flip(octets: bytes) -> bytes:
    return bytes([octets[0] ^ 1 << 4]) + octets[1:]


def _split(leaves: Leaves) -> int:
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return split
