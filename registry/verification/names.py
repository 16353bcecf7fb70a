"""Which files belong into an export, by their names."""

import re
from collections.abc import Iterable, Iterator

from registry.tlog.tile import tiles_of_tree

NEEDED = frozenset({"MANIFEST", "README.txt", "checkpoint", "index.csv", "openings.jsonl", "trust/log.vkey"})
TRUST = frozenset({"trust/log.vkey", "trust/policy", "trust/witness.vkeys"})
DOCUMENT = re.compile(r"documents/([0-9a-f]{64})")
CHECKPOINT = re.compile(r"checkpoints/(0|[1-9][0-9]{0,18})\.checkpoint")
TOKEN = re.compile(r"tsr/(0|[1-9][0-9]{0,18})\.tsr")
EVIDENCE = re.compile(r"evidence/(0|[1-9][0-9]{0,18})\.json")
ROSTER = re.compile(r"roster/[a-z]+:[A-Za-z0-9._-]{1,64}/[1-9][0-9]{0,9}")
_MANY = (DOCUMENT, CHECKPOINT, TOKEN, EVIDENCE, ROSTER)


def foreign(names: Iterable[str], size: int) -> Iterator[str]:
    """The names that no export of a log of this size has, in order."""
    expected = NEEDED | TRUST | {tile.path() for tile in tiles_of_tree(size)}
    for name in sorted(set(names) - expected):
        if not any(pattern.fullmatch(name) for pattern in _MANY):
            yield name
