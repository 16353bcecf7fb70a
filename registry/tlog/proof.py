"""Proof files: everything needed to check one entry without the log (c2sp.org/tlog-proof)."""

from dataclasses import dataclass

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.policy import Policy, Witnessed
from registry.tlog.spelling import parse_base64, parse_decimal, parse_hash, write_base64
from registry.tlog.tree import check_inclusion, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """Entry `index` is in the tree of a signed checkpoint.

    `extra` travels with the proof and nothing vouches for it; empty, it is not there.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> str:
        """The file: header, index, path, a blank line, and the signed checkpoint as it is."""
        extra = [f"extra {write_base64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(write_base64, self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, octets: bytes) -> "Proof":
        """The proof that these octets spell. Its checkpoint is not opened yet.

        Raises:
            Malformed: not a proof that `text` writes.
        """
        try:
            whole = octets.decode()
        except UnicodeDecodeError as fault:
            raise Malformed("a proof is UTF-8") from fault
        head, blank, checkpoint = whole.partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER or not blank:
            raise Malformed(f"a proof begins with {HEADER}")
        extra = parse_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
        if not lines or not lines[0].startswith("index ") or len(lines) - 1 > MAX_PATH:
            raise Malformed("a proof names an index and at most 63 hashes")
        index = parse_decimal(lines[0][6:])
        proof = cls(index, tuple(parse_hash(line) for line in lines[1:]), checkpoint, extra)
        if proof.text() != whole:
            raise Malformed("not a proof in its one spelling")
        return proof

    def check(self, entry: bytes, *keys: VerifierKey) -> Checkpoint:
        """Check that the log of these keys holds the entry; return the checkpoint that says so.

        1. The checkpoint is signed by one of the log's keys and about its origin.
        2. The path leads from the entry's own hash to the checkpoint's root.

        Raises:
            Malformed: the checkpoint is not one.
            Unproved: step 1 or 2 fails.
        """
        checkpoint = open_checkpoint(self.checkpoint.encode(), *keys)  # 1
        self._check_path(entry, checkpoint)  # 2
        return checkpoint

    def check_by(self, policy: Policy, entry: bytes, origin: str | None = None) -> Witnessed:
        """Check by a policy that its log holds the entry; return the checkpoint and who cosigned it when.

        1. The checkpoint satisfies the policy (`Policy.check`).
        2. The path leads from the entry's own hash to the checkpoint's root.

        Raises:
            Malformed: the checkpoint is not one.
            Unproved: step 1 or 2 fails.
        """
        witnessed = policy.check(self.checkpoint.encode(), origin)  # 1
        self._check_path(entry, witnessed.checkpoint)  # 2
        return witnessed

    def _check_path(self, entry: bytes, checkpoint: Checkpoint) -> None:
        check_inclusion(
            leaf=leaf_hash(entry),
            index=self.index,
            size=checkpoint.size,
            root=checkpoint.root,
            path=self.path,
        )
