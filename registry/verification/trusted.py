"""Whom an auditor believes: the log's keys and a policy they have pinned themselves, from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.policy import Policy
from registry.verification.findings import Report


@dataclass(frozen=True, slots=True)
class Trusted:
    """The keys of one log, the policy of its witnesses, and certificates of time-stamp authorities.

    Raises:
        Malformed: no key at all, or keys of several logs.
    """

    keys: tuple[VerifierKey, ...]
    policy: Policy | None = None
    authorities: tuple[Certificate, ...] = ()

    def __post_init__(self) -> None:
        if len({key.name for key in self.keys}) != 1:
            raise Malformed("give the keys of one log")

    @classmethod
    def of(
        cls,
        keys: Sequence[VerifierKey],
        policy: Policy | None = None,
        authorities: Sequence[Certificate] = (),
    ) -> "Trusted":
        """These keys, or where there are none, those of the log that the policy names."""
        return cls(
            tuple(keys) or tuple(log.key for log in (policy.logs if policy else ())),
            policy,
            tuple(authorities),
        )

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.keys[0].name

    def open(self, octets: bytes, place: str, report: Report) -> Checkpoint | None:
        """The checkpoint of a note that one of the keys signed; None, and a finding, when it is none."""
        try:
            return open_checkpoint(octets, *self.keys)
        except Malformed as fault:
            report.add("checkpoint-malformed", place, fault)
        except Unproved as fault:
            report.add("checkpoint-unproved", place, fault)
        return None

    def open_witnessed(self, octets: bytes, place: str, report: Report) -> Checkpoint | None:
        """The same, and a finding when the witnesses that the policy asks for have not cosigned it."""
        checkpoint = self.open(octets, place, report)
        if checkpoint and self.policy:
            try:
                report.cosigned = self.policy.check(octets, self.origin).cosigned
            except Unproved as fault:
                report.add("checkpoint-unwitnessed", place, fault)
        return checkpoint


def read_keys(given: str) -> list[VerifierKey]:
    """The log's keys, from a text `name+id+key` or from a file that holds one on each line.

    Raises:
        Malformed: neither.
    """
    text = given
    if "+" not in given:
        try:
            text = Path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise Malformed(f"not a key, and no file with one: {given}") from fault
    keys = [VerifierKey.parse(line) for line in text.split()]
    if not keys:
        raise Malformed(f"no key in {given}")
    return keys
