"""Copies of what an auditor should trust. They travel with an export for convenience and prove nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.tlog.note import Signer

NO_WITNESSES = "quorum none\n"


@dataclass(frozen=True, slots=True)
class Trust:
    """The log's keys, and the policy that says whose cosignatures a checkpoint needs."""

    keys: str
    policy: str

    @classmethod
    def of(cls, signer: Signer, policy: str) -> "Trust":
        """What to trust of a log: its signer's keys, and the witness policy in force, if there is one."""
        keys = "".join(f"{key.text()}\n" for key in signer.keys)
        logs = "".join(f"log {line}\n" for line in keys.splitlines())
        return cls(keys, policy or logs + NO_WITNESSES)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file with its octets, in order of name."""
        yield "trust/log.vkey", self.keys.encode()
        yield "trust/policy", self.policy.encode()
        yield "trust/witness.vkeys", "".join(f"{vkey}\n" for vkey in self._witnesses()).encode()

    def _witnesses(self) -> Iterator[str]:
        """The key of each witness that the policy names (c2sp.org/tlog-policy)."""
        for line in self.policy.splitlines():
            words = line.split()
            if words[:1] == ["witness"] and len(words) > 2:
                yield words[2]
