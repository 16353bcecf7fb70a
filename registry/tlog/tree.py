"""The Merkle tree of a log: hashes, roots and proofs (RFC 6962 section 2.1, RFC 9162 section 2.1).

A leaf is H(0x00 || entry), a node H(0x01 || left || right). A tree of n entries divides at the largest power
of two below n, so its left side is always a complete subtree and never changes again. Whoever makes a proof
reads complete subtrees by height and index; whoever checks one uses the loops of RFC 9162, which share
nothing with the making.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from registry.tlog.faults import Unproved

EMPTY_ROOT = sha256(b"").digest()

SubtreeReader = Callable[[int, int], bytes]
"""The hash of a complete subtree, by its height (0: a leaf) and its index among those of that height."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes."""
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the complete subtrees its size falls into, largest first."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; return the complete subtrees that end with it, by height from the leaf up."""
        completed = [leaf]
        behind = self.size
        while behind & 1:
            completed.append(node_hash(self.hashes.pop(), completed[-1]))
            behind >>= 1
        self.hashes.append(completed[-1])
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the tree so far."""
        return root_of_subtrees(self.hashes)


def root_of_subtrees(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree from the complete subtrees its size falls into, largest first."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def frontier(size: int, read: SubtreeReader) -> Frontier:
    """The right edge of the tree of `size` entries, read from its complete subtrees."""
    hashes, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            hashes.append(read(height, start >> height))
            start += 1 << height
    return Frontier(size, hashes)


def range_root(start: int, end: int, read: SubtreeReader) -> bytes:
    """The hash of entries `start` to `end` (not included), a range that the tree's own division makes."""
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return read(height, start >> height)
    middle = start + _split(width)
    return node_hash(range_root(start, middle, read), range_root(middle, end, read))


def inclusion_path(index: int, size: int, read: SubtreeReader) -> list[bytes]:
    """The hashes that prove entry `index` is in the tree of `size` entries, sibling of the leaf first.

    (RFC 9162 section 2.1.3.1.)
    """
    return _path(index, 0, size, read)


def consistency_path(old_size: int, new_size: int, read: SubtreeReader) -> list[bytes]:
    """The hashes that prove the tree of `new_size` continues that of `old_size`.

    (RFC 9162 section 2.1.4.1.)
    """
    return subtree_path(0, old_size, new_size, read) if old_size else []


def subtree_path(start: int, end: int, size: int, read: SubtreeReader) -> list[bytes]:
    """The hashes that prove the subtree of entries `start` to `end` (not included) is part of the tree.

    (draft-ietf-plants-merkle-tree-certs, section 4.4.1.)

    Raises:
        ValueError: the range is not a subtree, or not within the tree.
    """
    if not _is_subtree(start, end, size):
        raise ValueError(f"entries {start} to {end} are no subtree of a tree of {size}")
    return _subproof(start, end, 0, size, read, known=True)


def check_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, path: Iterable[bytes]) -> None:
    """Check that a leaf hash stands at `index` of the tree with this size and root.

    The numbers are the steps of RFC 9162 section 2.1.3.2.

    Raises:
        Unproved: the path does not lead from the leaf to the root.
    """
    if not 0 <= index < size:  # 1
        raise Unproved(f"entry {index} is not in a tree of {size}")
    position, last, found = index, size - 1, leaf  # 2, 3
    for sibling in path:  # 4
        if last == 0:
            raise Unproved("the inclusion path is too long")
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or found != root:  # 5
        raise Unproved("the inclusion path does not lead to the root")


def check_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the new tree continues the old one: nothing before `old_size` was changed or removed.

    Every tree continues the empty one and itself, without a path. Otherwise the old tree is the subtree of
    the new one that begins with the first entry, and the steps are those of RFC 9162 section 2.1.4.2.

    Raises:
        Unproved: the path does not lead to both roots.
    """
    if old_size:
        check_subtree(start=0, end=old_size, subtree_root=old_root, size=new_size, root=new_root, path=path)
    elif path or old_root != EMPTY_ROOT or (new_size == 0 and new_root != EMPTY_ROOT):
        raise Unproved("the empty tree has one root, and needs no path")


def check_subtree(
    *, start: int, end: int, subtree_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Check that entries `start` to `end` (not included) of the tree are those with this root of their own.

    The numbers are the steps of draft-ietf-plants-merkle-tree-certs, section 4.4.3.

    Raises:
        Unproved: the range is not a subtree, or the path does not lead to both roots.
    """
    if not _is_subtree(start, end, size):  # 1
        raise Unproved(f"entries {start} to {end} are no subtree of a tree of {size}")
    first, last, end_of_tree = start, end - 1, size - 1  # 2
    while first != last and (last == end_of_tree or last & 1):  # 3, 4
        first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
    if first != last and not path:
        raise Unproved("the path is too short")
    hashes = [subtree_root, *path] if first == last else path  # 5, 6
    subtree_found = found = hashes[0]
    for sibling in hashes[1:]:  # 7
        if end_of_tree == 0:
            raise Unproved("the path is too long")
        if last & 1 or last == end_of_tree:
            subtree_found = node_hash(sibling, subtree_found) if first < last else subtree_found
            found = node_hash(sibling, found)
            while not last & 1:
                first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
        else:
            found = node_hash(found, sibling)
        first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
    if end_of_tree != 0 or subtree_found != subtree_root or found != root:  # 8
        raise Unproved("the path does not lead to both roots")


def _is_subtree(start: int, end: int, size: int) -> bool:
    """Whether a tree has such a part: complete, or cut off at its right, and beginning where one may."""
    width = end - start
    return 0 <= start < end <= size and start % (1 << (width - 1).bit_length()) == 0


def _split(width: int) -> int:
    """The largest power of two below a width of two or more."""
    return 1 << (width - 1).bit_length() - 1


def _path(index: int, start: int, end: int, read: SubtreeReader) -> list[bytes]:
    """The path of entry `index` within the range."""
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, read), range_root(middle, end, read)]
    return [*_path(index, middle, end, read), range_root(start, middle, read)]


def _subproof(
    start: int, end: int, left: int, right: int, read: SubtreeReader, *, known: bool
) -> list[bytes]:
    """The hashes within the range `left` to `right`; `known` while it holds the whole subtree."""
    if (start, end) == (left, right):
        return [] if known else [range_root(left, right, read)]
    middle = left + _split(right - left)
    if end <= middle:
        return [*_subproof(start, end, left, middle, read, known=known), range_root(middle, right, read)]
    known = known and start >= middle
    return [
        *_subproof(max(start, middle), end, middle, right, read, known=known),
        range_root(left, middle, read),
    ]
