"""Quality review: another person than the author reads a submitted text; for high risk, from another body."""

from datetime import datetime

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, check_may
from registry.agreements.actions.known import act_unit
from registry.agreements.actions.settling import settle_ready, standing_of
from registry.agreements.ageing import is_high_risk, is_peer
from registry.agreements.events import AgreementReviewed, ChangesRequested
from registry.agreements.rules import PeerNeeded, check_blocked, move
from registry.agreements.schemas import ReviewIn
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies


def review(
    tx: Transaction,
    ref: str,
    wanted: ReviewIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Accept a submitted text, or ask for changes with comments on its fields.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not in review.
        GatesUnmet: an author reviews their own text (SD-01), or whoever advised on its DPIA does (SD-02).
        PeerNeeded: a text of high risk is accepted by its author's organisation, or by no controller.
    """
    version = queries.lock(tx, ref)
    check_may(tx, policies, "agreement.qa-review", caller, version, now)
    check_match(version, if_match)
    accepted = wanted.outcome == "accept"
    transition = move(version.status, "accept" if accepted else "request_changes")
    act = act_unit(tx, version, caller, role="ig_officer")
    check_blocked(policies.gates.judge("sign", [act], clock.london_day(now)))
    standing = standing_of(tx, version, policies, now)
    needs_peer = accepted and is_high_risk(standing, policies.lifecycle)
    if needs_peer and not is_peer(standing, version.author_organisation, caller.organisation):
        raise PeerNeeded(organisation=version.author_organisation)

    change = Change(tx, version, caller, now, policies)
    change.status = transition.target
    queries.insert_review(tx, version, caller, wanted, now)
    interests = "interest-declared" if wanted.interests else "no-interest-declared"
    change.record(AgreementReviewed if accepted else ChangesRequested, reason_code=interests)
    if accepted:
        settle_ready(change, standing)
    return change.finish()
