"""How strongly an approval is known to be a person's own, and what is refused of passkeys and keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.errors import Conflict, Forbidden, NotFound, Unprocessable
from registry.policy.approvals import Act, ApprovalStrength

SESSION, PASSKEY, ORGANISATION_KEY = "session", "passkey", "organisation-key"
RESET_WAITS = timedelta(days=7)
"""From the day a new key is proposed in the place of one in force until it can count (LOG B9b)."""

STATEMENT_LASTS = timedelta(minutes=10)
RESET_MARK = "key-reset"
"""What marks an approval by a passkey or a key while a reset of the organisation's key waits."""


class BadAssertion(Unprocessable):
    """What was signed is not accepted: about something else, from another site, or not signed rightly."""

    code = "bad-assertion"


class StatementExpired(Conflict):
    """The statement was not made by this registry for this person's organisation, or its time is over."""

    code = "statement-expired"


class StatementUsed(Conflict):
    """The statement has served for another approval."""

    code = "statement-used"


class NotRostered(Conflict):
    """No roster in force of the organisation vouches for this passkey in this role."""

    code = "not-rostered"


class StrongerApprovalNeeded(Conflict):
    """The policy of this registry asks for a stronger approval in this role; `strength` says which."""

    code = "stronger-approval-needed"


class DeviceBoundPasskeyNeeded(Conflict):
    """The policy of this registry takes no passkey in this role that could be synced to another device."""

    code = "device-bound-passkey-needed"


class PasskeyKnown(Conflict):
    """The passkey is enrolled already."""

    code = "passkey-known"


class NoSuchPasskey(NotFound):
    """There is no such passkey at the caller's organisation."""

    code = "no-such-passkey"


class PasskeyOver(Conflict):
    """The passkey has ended already."""

    code = "passkey-over"


class NoSuchKey(NotFound):
    """There is no such key of an organisation."""

    code = "no-such-organisation-key"


class KeySettled(Conflict):
    """The key waits for nothing any more, or not for the caller's organisation."""

    code = "organisation-key-settled"


class KeyWaits(Conflict):
    """The key cannot count yet: countersignatures are missing, or the seven days of a reset are not over."""

    code = "organisation-key-waits"


class KeyNotPublished(Conflict):
    """The document of the key is not what stands on the organisation's own domain."""

    code = "organisation-key-not-published"


class OwnKey(Forbidden):
    """An organisation does not countersign its own key."""

    code = "own-organisation-key"


class BadRoster(Unprocessable):
    """The document is not the organisation's next roster, or says of a passkey what is not so."""

    code = "bad-roster"


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """Where a proposed key stands."""

    proposed_at: datetime
    is_reset: bool
    countersigned_by: Collection[str]


def check_key_may_count(key: KeyStanding, now: datetime, *, needed: int) -> None:
    """Refuse a key that partners have not countersigned, or the reset to it that has not waited.

    Raises:
        KeyWaits: naming the first instant, and how many countersignatures are missing.
    """
    may_from = key.proposed_at + RESET_WAITS if key.is_reset else key.proposed_at
    missing = max(0, needed - len(key.countersigned_by))
    if missing or now < may_from:
        raise KeyWaits(missing=missing, until=f"{may_from:%Y-%m-%dT%H:%M:%SZ}")


def check_strength(
    demands: Collection[ApprovalStrength],
    strength: str,
    *,
    role: str,
    high_risk: bool,
    act: Act = "approve",
    synced: bool = False,
) -> None:
    """Refuse an act that is known less strongly than the policy asks for in a role at a risk.

    `synced` says of a passkey that it may be on other devices too (WebAuthn, the flag BE).

    Raises:
        StrongerApprovalNeeded: naming the weakest that would do.
        DeviceBoundPasskeyNeeded: the passkey may be synced, and none of that kind will do.
    """
    rank = {one.code: one.rank for one in demands}
    needed = [one for one in demands if one.is_demanded(act, role, high_risk=high_risk)]
    strongest = max(needed, key=lambda one: one.rank, default=None)
    if strongest is not None and rank[strength] < strongest.rank:
        raise StrongerApprovalNeeded(strength=strongest.code, role=role)
    if synced and any(one.is_device_bound(act, role, high_risk=high_risk) for one in needed):
        raise DeviceBoundPasskeyNeeded(role=role)
