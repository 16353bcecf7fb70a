"""Making a text: create, edit, amend, submit, have it reviewed, withdraw."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from registry import clock
from registry.agreements import projections, queries
from registry.agreements.actions.change import Change, Changed, check_match, check_may
from registry.agreements.actions.frameworks import warnings_about
from registry.agreements.actions.settling import standing_of
from registry.agreements.codes import repeated_parties, unknown_codes
from registry.agreements.events import (
    AgreementAmended,
    AgreementDrafted,
    AgreementEdited,
    AgreementSubmitted,
    AgreementWithdrawn,
)
from registry.agreements.queries import StoredVersion, Wish
from registry.agreements.rules import (
    EDITABLE,
    IN_FORCE,
    OVER,
    FlowState,
    MayNot,
    NoChange,
    Status,
    check_blocked,
    check_status,
    move,
    move_flow,
)
from registry.agreements.schemas import ReasonIn, TermsIn
from registry.agreements.terms import Terms
from registry.callers import Caller
from registry.db import Transaction
from registry.errors import FieldError
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error
from registry.web.documents import canonical, digest, salted

AMENDABLE = IN_FORCE | {Status.READY_TO_SIGN, Status.PART_SIGNED, Status.EXECUTED}
REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def create(
    tx: Transaction,
    wanted: TermsIn,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
    made_from: str | None = None,
    remember: Callable[[str], None] = lambda _: None,
) -> Changed:
    """Make a draft of a new agreement. The reference is random: it tells nothing (LOG B9a).

    `made_from` is the digest of the text or template that it was made from; the log keeps it. `remember`
    writes what else is kept under the new reference.

    Raises:
        MayNot: the caller's roles do not allow it.
        InvalidFields: a code or an organisation is unknown, or the caller's own is not a party.
    """
    facts = principal(tx, caller, now)
    resource = {"author_organisation": caller.organisation}
    if not policies.access.allows("agreement.create", principal=facts, resource=resource).allowed:
        raise MayNot(action="agreement.create")
    terms = _checked(tx, wanted.terms, caller, policies)

    ref = "ISA-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))
    queries.insert_agreement(tx, ref, caller.organisation)
    version = _insert(tx, ref, 1, terms, caller, policies)
    remember(ref)
    change = Change(tx, version, caller, now, policies)
    change.record(AgreementDrafted, evidence=made_from)
    warnings = warnings_about(tx, version.terms, caller=caller, now=now, policies=policies)
    alike = queries.similar(tx, Wish.of(version.terms), visible_to=caller.organisation, leave_out=ref)
    return replace(change.finish(), warnings=warnings, similar=tuple(alike))


def edit(
    tx: Transaction,
    ref: str,
    wanted: TermsIn,
    *,
    if_match: str | None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Replace the text of a draft; the version keeps its number and changes its hash.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: the draft is no longer the one that was read.
        WrongStatus: the version is frozen.
        InvalidFields: see `create`.
    """
    version = queries.lock(tx, ref)
    check_may(tx, policies, "agreement.edit", caller, version, now)
    check_match(version, if_match)
    check_status(version.status, EDITABLE, action="edit")
    terms = _checked(tx, wanted.terms, caller, policies)

    document = canonical(terms)
    values = {"hash": digest(document), "authors": _with_author(version.authors, caller)}
    queries.replace_text(tx, version, terms, document, **values)
    change = Change(tx, queries.get(tx, ref), caller, now, policies)
    change.record(AgreementEdited)
    warnings = warnings_about(tx, change.version.terms, caller=caller, now=now, policies=policies)
    return replace(change.finish(), warnings=warnings)


def amend(
    tx: Transaction,
    ref: str,
    wanted: TermsIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Make a draft of a further version, from the latest or, where that came to nothing, the one in force.

    A version in force stays so until the new one is. One that is not yet in force is withdrawn. Of its
    signatures those carry over that the new text does not touch (`actions.carrying`). Whoever
    wrote it stays an author: most of the text is still theirs.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the latest version is still a draft (edit it), is being assessed, or all are over.
        NoChange: the terms sent are those of the version to amend.
        InvalidFields: see `create`.
    """
    latest = queries.lock(tx, ref)
    in_force = queries.list_in_force(tx, ref) if latest.status in OVER else []
    base = in_force[0] if in_force else latest
    check_may(tx, policies, "agreement.amend", caller, base, now)
    check_match(base, if_match)
    check_status(base.status, AMENDABLE, action="amend")
    # A new version never repeats a salt: equal texts must not show as equal digests.
    fresh = wanted.terms.model_copy(update={"salt": ""})
    if canonical(fresh) == canonical(projections.parse(base.document).model_copy(update={"salt": ""})):
        raise NoChange
    terms = _checked(tx, fresh, caller, policies)

    if base.status not in IN_FORCE:
        _withdraw(Change(tx, base, caller, now, policies))
    number, authors = latest.number + 1, latest.authors
    version = _insert(tx, ref, number, terms, caller, policies, authors=authors, amends=base.number)
    queries.set_latest(tx, ref, version.number)
    change = Change(tx, version, caller, now, policies)
    change.record(AgreementAmended)
    warnings = warnings_about(tx, version.terms, caller=caller, now=now, policies=policies)
    return replace(change.finish(), warnings=warnings)


def submit(
    tx: Transaction,
    ref: str,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Freeze the text and hand it to quality review.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not a draft.
        GatesUnmet: a rule of stage submit blocks, with every unmet rule.
    """
    version = queries.lock(tx, ref)
    check_may(tx, policies, "agreement.submit", caller, version, now)
    check_match(version, if_match)
    transition = move(version.status, "submit")
    standing = standing_of(tx, version, policies, now)
    check_blocked(policies.gates.judge("submit", standing.submit_units(), clock.london_day(now)))

    change = Change(tx, version, caller, now, policies)
    change.status = transition.target
    queries.freeze(tx, version)
    change.record(AgreementSubmitted, policy=policies.digest)
    return change.finish(authors=_with_author(version.authors, caller))


def withdraw(
    tx: Transaction,
    ref: str,
    wanted: ReasonIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Take back a version that is not in force. The reason stays with the registry, not in the log.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is in force, or over.
    """
    version = queries.lock(tx, ref)
    check_may(tx, policies, "agreement.withdraw", caller, version, now)
    check_match(version, if_match)
    return _withdraw(Change(tx, version, caller, now, policies), wanted.reason)


def _withdraw(change: Change, reason: str = "") -> Changed:
    change.status = move(change.status, "withdraw").target
    change.record(AgreementWithdrawn)
    for flow, state in change.flows.items():
        change.flows[flow] = move_flow(state, "end")
        queries.update_flow(
            change.tx, change.version.id, flow, state=FlowState.ENDED.value, ended_by="withdrawn"
        )
    return change.finish(end_reason=reason)


def _checked(tx: Transaction, terms: Terms, caller: Caller, policies: Policies) -> Terms:
    """The terms, salted, when every code and organisation is known and the caller's own is a party.

    Raises:
        InvalidFields: with every fault.
    """
    names = queries.primaries(tx, projections.mentioned(terms))
    faults: list[FieldError] = [*unknown_codes(terms, policies.law, names), *repeated_parties(terms, names)]
    if caller.organisation not in {names.get(party.organisation) for party in terms.parties}:
        faults.append(field_error("/terms/parties", "not-a-party", organisation=caller.organisation))
    if faults:
        raise InvalidFields(errors=tuple(faults))
    return salted(terms)


def _insert(
    tx: Transaction,
    ref: str,
    number: int,
    terms: Terms,
    caller: Caller,
    policies: Policies,
    *,
    authors: tuple[str, ...] = (),
    amends: int | None = None,
) -> StoredVersion:
    document = canonical(terms)
    queries.insert_version(
        tx,
        terms,
        document,
        ref=ref,
        number=number,
        hash=digest(document),
        policy=policies.digest,
        authors=_with_author(authors, caller),
        author_organisation=caller.organisation,
        amends=amends,
    )
    return queries.get(tx, ref)


def _with_author(authors: tuple[str, ...], caller: Caller) -> list[str]:
    """The authors and the caller: whoever wrote, changed or submitted a text approves none of it."""
    return sorted({*authors, *([caller.person] if caller.person else [])})
