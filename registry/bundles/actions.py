"""Making the bundle of one organisation: what its flows, the law and the log are at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from registry import clock
from registry.auditlog import log_size
from registry.bundles.extract import extract
from registry.bundles.queries import flows_of
from registry.bundles.rules import LONGEST, MayNotTakeBundle
from registry.bundles.signing import BundleKey
from registry.callers import Caller, Mode
from registry.db import Reading
from registry.decisions.law.bars import bars_of
from registry.decisions.queries import list_bodies
from registry.organisations.principals import principal
from registry.organisations.queries import find_primary, get_primary
from registry.policy import Policies
from registry.settings import Settings


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes bundles of one registry: its key, its addresses, how long a bundle lasts."""

    key: BundleKey
    issuer: str
    log_origin: str
    lifetime: timedelta

    @classmethod
    def of(cls, settings: Settings, log_origin: str) -> "Maker":
        """What these settings say."""
        key = BundleKey(settings.bundle_key, passphrase_file=settings.signing_key_passphrase_file)
        lifetime = min(timedelta(hours=settings.bundle_hours), LONGEST)
        return cls(key, settings.base_url, log_origin, lifetime)

    def make(
        self, reading: Reading, organisation: str, mode: Mode, *, now: datetime, policies: Policies
    ) -> str:
        """The signed bundle of an organisation, by its primary identifier.

        Bodies, flows and log size are of one look at the database.
        """
        bodies = list_bodies(reading)
        names = {organisation} | {
            alias for body in bodies if body.id == organisation for alias in body.aliases
        }
        bars = bars_of(policies, clock.london_day(now))
        issued_at = int(now.timestamp())
        about: dict[str, Any] = {
            "schema": "bundle/1",
            "iss": self.issuer,
            "aud": organisation,
            "mode": mode,
            "iat": issued_at,
            "exp": issued_at + int(self.lifetime.total_seconds()),
            "log_origin": self.log_origin,
            "log_size": log_size(reading),
            "policy_digest": policies.digest,
            **({"overlay": policies.overlay} if policies.overlay else {}),
        }
        return self.key.sign(about | extract(flows_of(reading, names), bodies, policies, bars))


def give_bundle(
    reading: Reading, organisation: str, *, caller: Caller, now: datetime, policies: Policies, maker: Maker
) -> str:
    """The bundle of the caller's own organisation, which any of its identifiers names.

    Raises:
        MayNotTakeBundle: it is another's, or the caller may not ask; the same whether or not there is one.
    """
    own = get_primary(reading, caller.organisation)
    owner = own if find_primary(reading, organisation) == own else ""
    facts = principal(reading, caller, now) | {"organisation": own}
    if not policies.access.allows(
        "bundle.take", principal=facts, resource={"owner_organisation": owner}
    ).allowed:
        raise MayNotTakeBundle
    return maker.make(reading, own, caller.mode or "advise", now=now, policies=policies)
