"""Writing an assessment: begin it, replace its text, send it for advice."""

from dataclasses import replace
from typing import Any

from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    check_may,
    judge,
    lock,
    may,
    record,
)
from registry.assessments.covers import Parties, unreadable_covers
from registry.assessments.documents import frozen
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.queries import Stored
from registry.assessments.rules import AssessmentMayNot
from registry.assessments.transitions import Case, Kind, Status
from registry.db import Reading, Transaction, new_id
from registry.errors import FieldError
from registry.organisations.queries import find_primary
from registry.web.body import InvalidFields, field_error
from registry.web.documents import digest
from registry.web.etags import check_match

AnyDocument = DpiaDocument | EthicsDocument

RETURNED = frozenset({Status.HIGH_RESIDUAL, Status.REJECTED})
"""A text edited here was submitted before: the edit makes the next version."""


def create(tx: Transaction, kind: Kind, document: AnyDocument, *, acting: Acting) -> AssessmentChanged:
    """Begin an assessment for the caller's organisation, which becomes its owner.

    Raises:
        AssessmentMayNot: the caller does not write assessments.
        InvalidFields: it names a code, an organisation, an agreement or an assessment that there is not.
    """
    owner = acting.caller.organisation
    if not may(tx, f"{kind}.create", acting, owner=owner, parties=Parties()):
        raise AssessmentMayNot(action=f"{kind}.create")
    scope = _check(tx, kind, document, acting)
    findings = document.findings(acting.policies.law, dpo_designated=True)
    transition = rules.move(Case(kind=kind, status=None, findings=findings), "create")

    octets = frozen(document)
    stored = Stored(
        id=new_id(),
        kind=kind,
        owner=owner,
        status=transition.target,
        revision=0,
        version=1,
        hash=digest(octets),
        document=octets,
        authors=frozenset({acting.person}),
        supersedes=document.supersedes,
        valid_until=None,
        refs=tuple(document.covers),
    )
    queries.insert_assessment(tx, stored, scope)
    return record(tx, stored, transition, caller=acting.caller, now=acting.now)


def edit(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    document: AnyDocument,
    *,
    acting: Acting,
    if_match: str | None,
) -> AssessmentChanged:
    """Replace the text of an assessment that has not been submitted or came back.

    Raises:
        NoSuchAssessment, AssessmentMayNot: the caller may not know of it, or not edit it.
        PreconditionMissing, StaleVersion: `If-Match` is missing or not the present tag.
        WrongAssessmentStatus: it awaits advice or a decision, or has been decided.
        InvalidFields: as for `create`.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, f"{kind}.edit", opened, acting)
    check_match(if_match, opened.stored.revision, required=True)
    scope = _check(tx, kind, document, acting)
    case = judge(tx, replace(opened, document=document), acting)
    transition = rules.move(case, "edit")

    octets = frozen(document)
    stored = replace(
        opened.stored,
        status=transition.target,
        version=opened.stored.version + (opened.stored.status in RETURNED),
        hash=digest(octets),
        document=octets,
        authors=opened.stored.authors | {acting.person},
        supersedes=document.supersedes,
        refs=tuple(document.covers),
    )
    queries.replace_text(tx, stored, scope)
    return record(tx, stored, transition, caller=acting.caller, now=acting.now)


def submit(
    tx: Transaction, kind: Kind, identifier: str, *, acting: Acting, if_match: str | None = None
) -> AssessmentChanged:
    """Freeze the text and send it for advice, or straight to the decision where nobody is to advise.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `edit`.
        WrongAssessmentStatus: it was submitted before.
        AssessmentUnfinished: with every answer that is missing.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, f"{kind}.submit", opened, acting)
    transition = rules.move(judge(tx, opened, acting), "submit")
    rules.check_finished(opened.document.gaps(acting.policies.law))

    stored = opened.stored
    authors = sorted(stored.authors | {acting.person})
    queries.update_assessment(tx, stored, status=transition.target, authors=authors)
    return record(tx, stored, transition, caller=acting.caller, now=acting.now, policy=acting.policies.digest)


def _check(tx: Transaction, kind: Kind, document: AnyDocument, acting: Acting) -> dict[str, Any]:
    """The scope with primary identifiers, of a document in which every name names something.

    Raises:
        InvalidFields: with every name that does not.
    """
    parties = [find_primary(tx, organisation) for organisation in document.scope.parties]
    faults = (
        *document.unknown_codes(acting.policies.law),
        *unreadable_covers(tx, acting.agreements, document.covers, organisation=acting.caller.organisation),
        *_unknown_parties(document, parties),
        *_unknown_predecessor(tx, kind, document, acting),
    )
    if faults:
        raise InvalidFields(errors=faults)
    return document.scope.model_dump() | {"parties": parties}


def _unknown_parties(document: AnyDocument, found: list[str | None]) -> tuple[FieldError, ...]:
    named = enumerate(zip(document.scope.parties, found, strict=True))
    return tuple(
        field_error(f"/scope/parties/{place}", "unknown-organisation", value=name)
        for place, (name, primary) in named
        if primary is None
    )


def _unknown_predecessor(
    reading: Reading, kind: Kind, document: AnyDocument, acting: Acting
) -> tuple[FieldError, ...]:
    if document.supersedes is None:
        return ()
    found = queries.find(reading, kind, document.supersedes)
    if found is not None and found.owner == acting.caller.organisation:
        return ()
    return (field_error("/supersedes", "unknown-assessment", value=document.supersedes),)
