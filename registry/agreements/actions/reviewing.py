"""Review: called before its date or opened by it, answered and signed by every controller."""

from dataclasses import replace
from datetime import datetime

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, lock_in_force
from registry.agreements.actions.settling import settle, standing_of
from registry.agreements.events import AgreementConfirmed, ContinuationDoubted, ReviewCalled
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import MayNot, SignedOutside, Status, WrongStatus, move
from registry.agreements.schemas import CallReviewIn, ConfirmIn
from registry.callers import Caller
from registry.db import Transaction
from registry.errors import StaleVersion
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error
from registry.web.documents import canonical, digest, salted


def call_review(
    tx: Transaction,
    ref: str,
    wanted: CallReviewIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Start a review at once: its date becomes today.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not active, or under review already.
        InvalidFields: no trigger of `policies/lifecycle` has this code.
    """
    version = lock_in_force(tx, policies, "agreement.review-now", caller, ref, now)[0]
    check_match(version, if_match)
    transition = move(version.status, "call_review")
    if wanted.reason_code not in {trigger.code for trigger in policies.lifecycle.review.triggers}:
        fault = field_error("/reason_code", "unknown-code", value=wanted.reason_code, list="review triggers")
        raise InvalidFields(errors=(fault,))

    change = Change(tx, version, caller, now, policies)
    change.status = transition.target
    change.review_on = min(version.review_on, change.today)
    change.record(ReviewCalled, reason_code=wanted.reason_code)
    return change.finish(review_reason=wanted.reason)


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
    """Answer a review for one controller; when every controller would go on, the agreement is active again.

    What a review that was overdue had stopped runs again with the last answer. Whoever would not go on leaves
    the review open: to be amended, ended, or thought over.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`; also where the text read is another than the version's.
        MayNot: also where the caller's organisation is party, but no controller.
        SignedOutside: the version was attested; only one signed here follows it.
        WrongStatus: no review of the version is open.
        InvalidFields: the next review is past, no later than the present one, or beyond the term.
    """
    version = lock_in_force(tx, policies, "agreement.confirm", caller, ref, now)[0]
    check_match(version, if_match)
    if caller.organisation not in version.terms.controllers():
        raise MayNot(action="agreement.confirm")
    if wanted.hash not in (None, version.hash):
        raise StaleVersion
    change = Change(tx, version, caller, now, policies)
    if version.attested_by:
        raise SignedOutside
    transition = move(version.status, "confirm")
    _check_review(change, wanted)

    document = canonical(salted(wanted))
    change.record(
        AgreementConfirmed if wanted.continue_ else ContinuationDoubted,
        evidence=digest(document),
        reason_code=f"achieved-{wanted.achieved}",
    )
    pending = "other-controllers" if _awaits_others(change, wanted) else None
    if pending is None:
        change.status = transition.target
        settle(change, replace(standing_of(tx, version, policies, now), review_on=change.review_on))
    changed = change.finish(pending=pending)
    queries.insert_review_answer(
        tx, version, caller, wanted, document=document, log_index=changed.log_index, now=now
    )
    return changed


def _check_review(change: Change, wanted: ConfirmIn) -> None:
    """Refuse an answer to a review that is not open, or one that names a day the next review cannot have."""
    version: StoredVersion = change.version
    opens_on = change.policies.lifecycle.review_opens_on(version.review_on)
    if version.status is Status.SUSPENDED and change.today < opens_on:
        raise WrongStatus(status=version.status.value, action="confirm")
    next_on = wanted.next_review_on
    if next_on is not None and not max(version.review_on, change.today) < next_on <= version.expires_on:
        raise InvalidFields(errors=(field_error("/next_review_on", "review-outside-term"),))


def _awaits_others(change: Change, wanted: ConfirmIn) -> bool:
    """Keep one body's word; the last one that was missing settles the next review."""
    if not wanted.continue_:
        queries.delete_confirmation(change.tx, change.version, change.caller.organisation)
        return True
    queries.insert_confirmation(change.tx, change.version, change.caller, wanted)
    confirmed = queries.confirmations(change.tx, change.version)
    if not confirmed.keys() >= set(change.version.terms.controllers()):
        return True
    change.review_on = min(confirmed.values())
    return False
