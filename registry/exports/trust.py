"""Whom an auditor should trust. Copies that travel with an export are for convenience and prove nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.settings import Settings
from registry.tlog.note import Signer
from registry.tlog.policy import Log, Policy
from registry.verification.names import SITE


@dataclass(frozen=True, slots=True)
class Trust:
    """What to believe of a log.

    `policy` says whose cosignatures its checkpoints need (c2sp.org/tlog-policy), empty: nobody's; `site` is
    the web origin where approvals are made.
    """

    signer: Signer
    policy: str = ""
    site: str = ""

    @classmethod
    def of(cls, settings: Settings, signer: Signer) -> "Trust":
        """What these settings say."""
        file, address = settings.witness_policy_file, urlsplit(settings.base_url)
        policy = file.read_text(encoding="utf-8") if file else ""
        return cls(signer, policy, f"{address.scheme}://{address.netloc}")

    def files(self, origins: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
        """Each file with its octets, in order of name; `origins` are where approvals were made besides."""
        policy = self.policy or Policy(tuple(Log(key) for key in self.signer.keys)).text()
        witnesses = Policy.parse(policy.encode()).witnesses
        yield "trust/log.vkey", "".join(f"{key.text()}\n" for key in self.signer.keys).encode()
        yield "trust/policy", policy.encode()
        if sites := sorted({self.site, *origins} - {""}):
            yield SITE, "".join(f"{site}\n" for site in sites).encode()
        yield "trust/witness.vkeys", "".join(f"{one.key.text()}\n" for one in witnesses).encode()
