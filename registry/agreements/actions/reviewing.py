"""Confirming at review that an agreement goes on, and ending it for one's own organisation."""

from datetime import datetime

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, check_may
from registry.agreements.actions.settling import end_flow, settle_status
from registry.agreements.events import AgreementConfirmed, PartyLeft
from registry.agreements.rules import IN_FORCE, FlowState, Status, check_status, move
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
        WrongStatus: the version is not under review.
        InvalidFields: the next review lies outside the term.
    """
    version = queries.lock(tx, ref, queries.number_in_force(tx, ref))
    check_may(tx, policies, "agreement.confirm", caller, version, now)
    check_match(version, if_match)
    transition = move(version.status, "confirm")
    if not version.review_on < wanted.next_review_on <= version.expires_on:
        raise InvalidFields(errors=(field_error("/next_review_on", "review-outside-term"),))

    queries.insert_confirmation(tx, version, caller, wanted.next_review_on)
    change = Change(tx, version, caller, now, policies)
    change.record(AgreementConfirmed)
    confirmed = queries.confirmations(tx, version)
    if set(confirmed) < set(version.terms.controllers()):
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
    """End the agreement for the caller's organisation; the others go on while a flow is left.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not in force.
    """
    version = queries.lock(tx, ref, queries.number_in_force(tx, ref))
    check_may(tx, policies, "agreement.terminate", caller, version, now)
    check_match(version, if_match)
    check_status(version.status, IN_FORCE, action="terminate")

    change = Change(tx, version, caller, now, policies)
    change.record(PartyLeft, party=caller.organisation)
    for flow in version.terms.flows:
        if caller.organisation in (flow.from_, flow.to) and change.flows[flow.id] is not FlowState.ENDED:
            end_flow(change, flow.id, ended_by="terminated")
    settle_status(change, all_signed=False)
    ended = wanted.reason if change.status is Status.TERMINATED else ""
    return change.finish(end_reason=ended)
