"""The other side of `command:`: a process that holds the keys and signs what a log may say, and nothing else.

It signs the manifests of exports, and checkpoints that never go back: a smaller tree than before, or another
tree of the same size, is refused, whoever asks. So with the registry's process and database in their hands an
attacker can still not have a second history signed that is not longer than the first. A policy, by which
auditors learn the log's keys, is signed only where the operator allows it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from registry.signers.durable import alone, replace
from registry.signers.policies import HEADER as POLICY_HEADER
from registry.signers.protocol import GREETING, REFUSED, read_request
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import Signer
from registry.tlog.tree import EMPTY_ROOT

_DOCUMENT = re.compile(r"registry-[a-z]+/v[0-9]+\n")
"""How every text begins that a log's key signs besides checkpoints, so that none can be taken for another."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file with the largest checkpoint signed, kept by the signer for itself."""

    path: Path

    def admit(self, checkpoint: Checkpoint) -> None:
        """Note a checkpoint that is about to be signed; durable when it returns.

        The empty tree begins every history, and witnesses are asked with it: it is always admitted.

        Raises:
            ValueError: a larger tree, or another of this size, was signed before.
        """
        if (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT):
            return
        with alone(self.path):
            if self.path.exists():
                _check_order(Checkpoint.parse(self.path.read_text(encoding="utf-8")), checkpoint)
            replace(self.path, checkpoint.text())


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers the requests of one registry."""

    signer: Signer
    ledger: Ledger
    signs_policies: bool = False

    def serve(self, incoming: IO[str], outgoing: IO[str]) -> None:
        """Say who this is, then answer until the input ends."""
        _say(outgoing, GREETING, *(key.text() for key in self.signer.keys))
        for line in incoming:
            _say(outgoing, *self._answer(line))

    def _answer(self, line: str) -> list[str]:
        try:
            text = read_request(line)
            self._check(text)
        except ValueError as fault:
            return [f"{REFUSED} {fault}"]
        return [signature.line() for signature in self.signer.sign(text)]

    def _check(self, text: str) -> None:
        """Refuse what a log does not say.

        Raises:
            ValueError: the text is none that this signer signs.
        """
        if text.startswith(POLICY_HEADER):
            if not self.signs_policies:
                raise ValueError("this signer signs no policies")
        elif not _DOCUMENT.match(text):
            checkpoint = Checkpoint.parse(text)
            if checkpoint.origin != self.signer.name:
                raise ValueError(f"this signer signs for {self.signer.name}")
            self.ledger.admit(checkpoint)


def _check_order(before: Checkpoint, now: Checkpoint) -> None:
    if now.size < before.size:
        raise ValueError(f"a tree of {before.size} entries has been signed, this one has {now.size}")
    if now.size == before.size and now.root != before.root:
        raise ValueError(f"another tree of {now.size} entries has been signed")


def _say(outgoing: IO[str], *lines: str) -> None:
    outgoing.write("".join(f"{line}\n" for line in (*lines, "")))
    outgoing.flush()
