"""Confirming at review that an agreement goes on, and ending it for one's own organisation."""

from datetime import datetime

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, finish_all, lock_in_force
from registry.agreements.actions.settling import end_flow, settle_status
from registry.agreements.events import AgreementConfirmed, PartyLeft
from registry.agreements.rules import IN_FORCE, FlowState, MayNot, check_status, move
from registry.agreements.schemas import ConfirmIn, ReasonIn
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error


def confirm(
    tx: Transaction,
    ref: str,
    wanted: ConfirmIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Confirm unchanged for one controller; when every controller has, the agreement is active again.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        MayNot: also where the caller's organisation is party, but no controller.
        WrongStatus: the version is not under review.
        InvalidFields: the next review is past, no later than the present one, or beyond the term.
    """
    version = lock_in_force(tx, policies, "agreement.confirm", caller, ref, now)[0]
    check_match(version, if_match)
    if caller.organisation not in version.terms.controllers():
        raise MayNot(action="agreement.confirm")
    transition = move(version.status, "confirm")
    earliest = max(version.review_on, clock.london_day(now))
    if not earliest < wanted.next_review_on <= version.expires_on:
        raise InvalidFields(errors=(field_error("/next_review_on", "review-outside-term"),))

    queries.insert_confirmation(tx, version, caller, wanted)
    change = Change(tx, version, caller, now, policies)
    change.record(AgreementConfirmed)
    confirmed = queries.confirmations(tx, version)
    if not confirmed.keys() >= set(version.terms.controllers()):
        return change.finish(pending="other-controllers")
    change.status = transition.target
    return change.finish(review_on=min(confirmed.values()))


def terminate(
    tx: Transaction,
    ref: str,
    wanted: ReasonIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """End the agreement, in every version in force, for the caller's organisation; the others go on.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not in force.
    """
    versions = lock_in_force(tx, policies, "agreement.terminate", caller, ref, now)
    check_match(versions[0], if_match)
    check_status(versions[0].status, IN_FORCE, action="terminate")

    changes = [_left(Change(tx, version, caller, now, policies)) for version in versions]
    return finish_all(changes, end_reason=wanted.reason)


def _left(change: Change) -> Change:
    """End the flows of the caller's organisation in one version."""
    ours = change.caller.organisation
    change.record(PartyLeft, party=ours)
    for flow in change.version.terms.flows:
        if ours in (flow.from_, flow.to) and change.flows[flow.id] is not FlowState.ENDED:
            end_flow(change, flow.id, ended_by="terminated")
    settle_status(change, all_signed=False)
    return change
