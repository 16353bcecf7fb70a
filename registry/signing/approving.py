"""How a person can approve here: with a passkey, without one, or not before they have one."""

from dataclasses import dataclass

from registry.db import Reading
from registry.passkeys import queries as passkeys
from registry.passkeys.actions import approving
from registry.passkeys.ceremonies import Deciding
from registry.passkeys.rules import SESSION, NotRostered, StrongerApprovalNeeded, check_strength
from registry.passkeys.schemas import StatementOut
from registry.policy import Policies
from registry.signing.asking import Asking
from registry.verification.spelling import digest


@dataclass(frozen=True, slots=True)
class Means:
    """What a person can approve with in a role.

    `is_vouched`: a passkey of theirs that the body's roster lists; `has_passkey`: any at all; `must`: the
    policy of this registry takes nothing weaker than a passkey.
    """

    has_passkey: bool
    is_vouched: bool
    must: bool


def means_of(reading: Reading, deciding: Deciding, *, high_risk: bool, asking: Asking) -> Means:
    """What a person can approve this decision with."""
    caller = asking.caller
    mine = [
        row for row in passkeys.list_passkeys(reading, caller.organisation) if row.person == caller.person
    ]
    return Means(
        has_passkey=any(row.ended_at is None for row in mine),
        is_vouched=_is_vouched(reading, deciding, asking),
        must=_must(asking.policies, deciding.role, high_risk=high_risk),
    )


def statement_of(reading: Reading, deciding: Deciding, *, asking: Asking) -> StatementOut:
    """The statement that a passkey of the person is to sign, with what the browser needs for it.

    Raises:
        NotRostered, NotAuthorised: see `passkeys.actions.approving.begin`.
    """
    statement, options = approving.begin(
        reading, deciding, by_key=False, acting=asking.person_acting, ceremony=asking.ceremony
    )
    octets = statement.octets()
    return StatementOut(statement=octets.decode(), digest=digest(octets), strength="passkey", options=options)


def _is_vouched(reading: Reading, deciding: Deciding, asking: Asking) -> bool:
    try:
        statement_of(reading, deciding, asking=asking)
    except NotRostered:
        return False
    return True


def _must(policies: Policies, role: str, *, high_risk: bool) -> bool:
    strengths = policies.law.approval_strengths.values()
    try:
        check_strength(strengths, SESSION, role=role, high_risk=high_risk)
    except StrongerApprovalNeeded:
        return True
    return False
