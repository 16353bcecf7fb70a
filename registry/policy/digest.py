"""The digest that names a whole set of policies: every agreement version and every answer carries it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

NOT_POLICY = frozenset({"cases", "conformance"})
"""Folders of tests: changing an example does not change what was judged."""


def policy_digest(root: Path, overlay: Path | None = None) -> str:
    """Return `sha256:<hex>` over the files under `policies/`, and those of an overlay after them.

    The hashed text has one line a file, `<path under the root, with />` SP `<64 lower-case hex>` LF, sorted
    by the bytes of the path; the paths of an overlay begin with `overlay/`.
    """
    return _digest(_lines(root) + (_lines(overlay, "overlay/") if overlay else ""))


def overlay_digest(overlay: Path) -> str:
    """Return the digest over the lines of an overlay alone: what people approve."""
    return _digest(_lines(overlay, "overlay/"))


def _lines(root: Path, before: str = "") -> str:
    names = sorted(_names(root), key=str.encode)
    return "".join(f"{before}{name} {_file_digest(root / name)}\n" for name in names)


def _digest(lines: str) -> str:
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def _names(root: Path) -> Iterator[str]:
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if path.is_file() and NOT_POLICY.isdisjoint(name.parts[:-1]):
            yield name.as_posix()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
