"""Running the checker and hearing what it says."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.auditlog_world import SIGNER


@dataclass(frozen=True, slots=True)
class Said:
    """What the checker said of a log: `fault` is empty when it agrees."""

    agrees: bool
    text: str
    fault: str


@dataclass(frozen=True, slots=True)
class Checker:
    """The program."""

    program: Path

    def __call__(
        self,
        log: Path | str,
        *proofs: Path | str,
        vkey: str = SIGNER.key.text(),
        policy: Path | None = None,
        old: Sequence[Path] = (),
    ) -> Said:
        """Check a folder, a zip or an address, and some proofs."""
        options: list[Path | str] = ["-policy", policy] if policy else []
        for one in old:
            options += ["-old", one]
        done = subprocess.run(
            [self.program, *options, vkey, log, *proofs], capture_output=True, text=True, check=False
        )
        return Said(done.returncode == 0, done.stdout.strip(), done.stderr.strip())
