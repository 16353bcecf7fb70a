"""The MANIFEST of an export: the SHA-256 of every other file, as a note signed by the log's key.

Its first line says what it is, so that it can never be taken for a checkpoint, which the same key signs:

    registry-export/v1
    <origin> <size>
    <64 hexadecimal digits>  <path>        one line a file, as sha256sum writes them, in order of path
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from registry.tlog.faults import Malformed
from registry.tlog.spelling import parse_decimal

NAME = "MANIFEST"
HEADER = "registry-export/v1"
_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files an export has, and the digest of each."""

    origin: str
    size: int
    digests: Mapping[str, str]

    def text(self) -> str:
        """The text that is signed."""
        lines = [f"{digest}  {path}" for path, digest in sorted(self.digests.items())]
        return "\n".join([HEADER, f"{self.origin} {self.size}", *lines, ""])

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """The manifest that a text spells.

        Raises:
            Malformed: not one that `text` writes.
        """
        header, _, rest = text.partition("\n")
        about, _, listing = rest.partition("\n")
        origin, _, size = about.partition(" ")
        if header != HEADER:
            raise Malformed(f"a manifest begins with {HEADER}")
        matches = [_LINE.fullmatch(line) for line in listing.split("\n")[:-1]]
        digests = {match[2]: match[1] for match in matches if match}
        manifest = cls(origin, parse_decimal(size), digests)
        if manifest.text() != text:
            raise Malformed("not a manifest in its one spelling")
        return manifest
