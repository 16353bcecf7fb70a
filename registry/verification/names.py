"""Which files belong into an export, by their names."""

import re
from collections.abc import Iterable, Iterator, Sequence

from registry.tlog.tile import tiles_of_tree

NEEDED = frozenset({"MANIFEST", "README.txt", "checkpoint", "index.csv", "openings.jsonl", "trust/log.vkey"})
SITE = "trust/site"
TRUST = frozenset({"trust/log.vkey", "trust/policy", SITE, "trust/witness.vkeys"})
DOCUMENT = re.compile(r"documents/([0-9a-f]{64})")
CHECKPOINT = re.compile(r"checkpoints/(0|[1-9][0-9]{0,18})\.checkpoint")
TOKEN = re.compile(r"tsr/(0|[1-9][0-9]{0,18})\.tsr")
EVIDENCE = re.compile(r"evidence/(0|[1-9][0-9]{0,18})\.json")
ROSTER = re.compile(r"roster/[a-z]+:[A-Za-z0-9._-]{1,64}/[1-9][0-9]{0,9}")
KEY = re.compile(r"key/[a-z]+:[A-Za-z0-9._-]{1,64}/(?:0|[1-9][0-9]{0,18})")
ENTRY = re.compile(r"entries/(0|[1-9][0-9]{0,18})\.json")
PROOF = re.compile(r"proofs/(0|[1-9][0-9]{0,18})\.tlog-proof")
CONSISTENCY = re.compile(r"consistency/(0|[1-9][0-9]{0,18})")
_MANY = (DOCUMENT, CHECKPOINT, TOKEN, EVIDENCE, ROSTER, KEY)
_IN_CASE = (*_MANY, ENTRY, PROOF, CONSISTENCY)


def foreign(names: Iterable[str], size: int) -> Iterator[str]:
    """The names that no export of a log of this size has, in order."""
    expected = NEEDED | TRUST | {tile.path() for tile in tiles_of_tree(size)}
    return _others(names, expected, _MANY)


def foreign_to_case(names: Iterable[str]) -> Iterator[str]:
    """The names that no case file has, in order."""
    return _others(names, NEEDED | TRUST, _IN_CASE)


def _others(
    names: Iterable[str], expected: frozenset[str], patterns: Sequence[re.Pattern[str]]
) -> Iterator[str]:
    for name in sorted(set(names) - expected):
        if not any(pattern.fullmatch(name) for pattern in patterns):
            yield name


def numbers(names: Iterable[str], pattern: re.Pattern[str]) -> list[int]:
    """The numbers in the names of this pattern, in order."""
    return sorted(int(match[1]) for match in map(pattern.fullmatch, names) if match)
