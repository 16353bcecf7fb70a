"""The digest that names a whole set of policies: every agreement version and every answer carries it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

NOT_POLICY = frozenset({"cases", "conformance"})
"""Folders of tests: changing an example does not change what was judged."""


def policy_digest(root: Path) -> str:
    """Return `sha256:<hex>` over the files under `policies/`.

    The hashed text has one line a file, `<path under the root, with />` SP `<64 lower-case hex>` LF, sorted
    by the bytes of the path.
    """
    lines = "".join(f"{name} {_file_digest(root / name)}\n" for name in sorted(_names(root), key=str.encode))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def _names(root: Path) -> Iterator[str]:
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if path.is_file() and NOT_POLICY.isdisjoint(name.parts[:-1]):
            yield name.as_posix()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
