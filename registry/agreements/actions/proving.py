"""How strongly it is known to be a person's own act that an agreement was stopped, resumed or ended.

Stopping has to stay quick, so as shipped such an act rests on the person's signing in. A deployment may ask
for more (`policies/law/approval-strengths.yaml`, `acts`), and anyone may sign of their own accord. The
statement is about the version that the answer is about; the first entry of the act names the evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.agreements.actions.change import Change, Changed, finish_all, roles_for
from registry.agreements.actions.settling import standing_of
from registry.agreements.rules import MayNot
from registry.passkeys.actions import BY_SESSION, Proven, approve, keep
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.rules import SESSION, BadAssertion, check_strength
from registry.passkeys.schemas import AssertionIn
from registry.policy.approvals import Act
from registry.tlog.faults import Malformed
from registry.verification.statements import Statement


@dataclass(frozen=True, slots=True)
class Proving:
    """What somebody sent to prove an act of theirs, if anything, and the ceremony in which it was made."""

    act: Act
    assertion: AssertionIn | None
    ceremony: Ceremony | None


def finish_proved(changes: Sequence[Change], proving: Proving, **values: Any) -> Changed:
    """Finish one act's changes of several versions, of which the first is the one that was signed.

    Raises:
        MayNot: the statement names a role in which the caller may not do this.
        StrongerApprovalNeeded, DeviceBoundPasskeyNeeded: the policy asks for more in a role that lets them.
        BadAssertion, StatementExpired, StatementUsed, NotRostered: the assertion sent proves nothing.
    """
    first = changes[0]
    proven, role = _prove(first, proving)
    if proven.evidence is not None:
        # What makes it doubtful is in the evidence: the reason code says here why the flow stopped.
        said = {name: value for name, value in proven.fields().items() if name != "reason_code"}
        first.say(decision=proving.act, role=role, **said)
    changed = finish_all(changes, **values)
    keep(first.tx, proven, organisation=first.caller.organisation, log_index=changed.log_index)
    return changed


def _prove(change: Change, proving: Proving) -> tuple[Proven, str]:
    """How strongly the act is known, and the role in which it was done."""
    listed = change.policies.law.approval_strengths.values()
    if proving.assertion is None and not any(one.demanded for one in listed):
        return BY_SESSION, ""
    action = f"agreement.{proving.act}"
    roles = roles_for(change.tx, change.policies, action, change.caller, change.version, change.now)
    high_risk = standing_of(change.tx, change.version, change.policies, change.now).is_high_risk()
    if proving.assertion is None:
        for role in roles:
            check_strength(listed, SESSION, role=role, high_risk=high_risk, act=proving.act)
        return BY_SESSION, ""

    role = _role_stated(proving.assertion)
    if role not in roles:
        raise MayNot(action=action)
    proven = approve(
        change.tx,
        proving.assertion,
        Deciding(change.subject, proving.act, role),
        high_risk=high_risk,
        acting=change,
        ceremony=proving.ceremony,
        act=proving.act,
    )
    return proven, role


def _role_stated(assertion: AssertionIn) -> str:
    try:
        return Statement.parse(assertion.statement.encode()).role
    except (Malformed, UnicodeEncodeError):
        raise BadAssertion from None
