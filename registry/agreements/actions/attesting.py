"""Bringing in an agreement that was signed outside: two people attest what both have before them.

The first says which document was signed (its SHA-256), by whom and when; a second one, who did not write the
text here, says the same. Then the text is frozen, the outside signatures stand as attested ones, and flows go
live when their start has come. The papers that come before a signature were other registers' business: the
rules that ask for them refuse nothing here, and those not met are kept and told (`shortcomings`). The rules
of stage disclose hold as everywhere. At its review such an agreement is not confirmed but signed anew, here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_may
from registry.agreements.actions.known import act_unit
from registry.agreements.actions.settling import settle, standing_of
from registry.agreements.events import AgreementAttested, AttestationBegun
from registry.agreements.facts import Signed, Standing
from registry.agreements.queries.attestations import (
    begin_attestation,
    find_attestation,
    finish_attestation,
    insert_outside_signature,
)
from registry.agreements.rules import AttestationDiffers, NotASigner, SecondPersonNeeded, check_blocked, move
from registry.agreements.schemas import AttestIn, OutsideSignature
from registry.callers import Caller
from registry.db import Transaction
from registry.errors import FieldError, StaleVersion
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error

Signatures = Sequence[OutsideSignature]


def attest(
    tx: Transaction, ref: str, wanted: AttestIn, *, caller: Caller, now: datetime, policies: Policies
) -> Changed:
    """Attest for the author's organisation that a draft is the text of an agreement signed outside.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        WrongStatus: the version is not a draft.
        StaleVersion: the text attested is no longer the draft's.
        NotASigner: a signature is of a body or role that the text does not ask to sign.
        InvalidFields: a controller's signature is missing, or is dated after today.
        SecondPersonNeeded, GatesUnmet (SD-01), AttestationDiffers: the second must be another person than the
            first, no author of the text, and say the same.
    """
    version = queries.lock(tx, ref)
    check_may(tx, policies, "agreement.attest", caller, version, now)
    transition = move(version.status, "attest")
    if wanted.hash != version.hash:
        raise StaleVersion
    standing = standing_of(tx, version, policies, now)
    signatures = _checked(tx, standing, wanted.signatures)

    first = find_attestation(tx, version)
    if first is None:
        change = Change(tx, version, caller, now, policies)
        change.record(AttestationBegun, evidence=wanted.pdf)
        begin_attestation(tx, version, wanted, caller, now)
        return change.finish(pending="second-person")

    if first.person == caller.person:
        raise SecondPersonNeeded
    if (first.pdf, first.signatures) != (wanted.pdf, wanted.stored()):
        raise AttestationDiffers
    act = act_unit(tx, version, caller, role="signatory")
    check_blocked(policies.gates.judge("sign", [act], standing.today))
    change = Change(tx, replace(version, attested_by=caller.organisation), caller, now, policies)
    change.status = transition.target
    return _take_in(change, standing, signatures, wanted.pdf)


def _checked(tx: Transaction, standing: Standing, given: Signatures) -> Signatures:
    """The outside signatures under primary identifiers, if they are those the text asks for."""
    names = queries.primaries(tx, frozenset(one.organisation for one in given))
    found = [
        one.model_copy(update={"organisation": names.get(one.organisation, one.organisation)})
        for one in given
    ]
    controllers = standing.terms.controllers()
    for one in found:
        if one.organisation not in controllers:
            raise NotASigner(organisation=one.organisation, role=one.role)
    faults = [*_too_late(found, standing), *_missing(found, controllers)]
    if faults:
        raise InvalidFields(errors=tuple(faults))
    return found


def _too_late(given: Signatures, standing: Standing) -> list[FieldError]:
    return [
        field_error(f"/signatures/{place}/signed_on", "in-the-future")
        for place, one in enumerate(given)
        if one.signed_on > standing.today
    ]


def _missing(given: Signatures, controllers: Sequence[str]) -> list[FieldError]:
    signed = {one.organisation for one in given if one.role == "signatory"}
    return [
        field_error("/signatures", "signature-missing", organisation=one)
        for one in controllers
        if one not in signed
    ]


def _take_in(change: Change, standing: Standing, signatures: Signatures, pdf: str) -> Changed:
    """Freeze the text, note each outside signature, and let the system do what it now allows."""
    tx, version = change.tx, change.version
    queries.freeze(tx, version)
    for one in signatures:
        change.record(
            AgreementAttested,
            party=one.organisation,
            role=one.role,
            decision="sign",
            evidence=pdf,
            policy=change.policies.digest,
            strength="attested",
        )
    signed = [Signed(one.organisation, one.role, one.signed_on) for one in signatures]
    settle(change, replace(standing, signatures=signed))
    finish_attestation(tx, version, change.caller, change.now)
    changed = change.finish(attested_by=change.caller.organisation)
    for place, one in enumerate(signatures):
        insert_outside_signature(
            tx,
            version,
            one,
            person=change.caller.person,
            signed_at=clock.day_start(one.signed_on),
            log_index=changed.log_index + place,
        )
    return changed
