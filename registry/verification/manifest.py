"""The MANIFEST of an export: the SHA-256 of every other file, as a note signed by the log's key.

Its first line says what it is, so that it can never be taken for a checkpoint, which the same key signs:

    registry-export/v1                     or registry-case/v1
    <origin> <size>                        of a case file <origin> <size> <agreement>
    <64 hexadecimal digits>  <path>        one line a file, as sha256sum writes them, in order of path
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from registry.tlog.faults import Malformed
from registry.tlog.spelling import parse_decimal

NAME = "MANIFEST"
HEADER, CASE_HEADER = "registry-export/v1", "registry-case/v1"
_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files an export has, and the digest of each; `case` is the agreement of a case file."""

    origin: str
    size: int
    digests: Mapping[str, str]
    case: str = ""

    def text(self) -> str:
        """The text that is signed."""
        lines = [f"{digest}  {path}" for path, digest in sorted(self.digests.items())]
        about = f"{self.origin} {self.size} {self.case}".rstrip()
        return "\n".join([CASE_HEADER if self.case else HEADER, about, *lines, ""])

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """The manifest that a text spells.

        Raises:
            Malformed: not one that `text` writes.
        """
        header, _, rest = text.partition("\n")
        about, _, listing = rest.partition("\n")
        origin, _, numbers = about.partition(" ")
        size, _, case = numbers.partition(" ")
        if header not in (HEADER, CASE_HEADER):
            raise Malformed(f"a manifest begins with {HEADER} or {CASE_HEADER}")
        matches = [_LINE.fullmatch(line) for line in listing.split("\n")[:-1]]
        digests = {match[2]: match[1] for match in matches if match}
        manifest = cls(origin, parse_decimal(size), digests, case)
        if manifest.text() != text:
            raise Malformed("not a manifest in its one spelling")
        return manifest
