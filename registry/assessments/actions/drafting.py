"""Writing an assessment: begin it, replace its text, send it for advice."""

from dataclasses import replace

from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    check_may,
    judge,
    law_for,
    lock,
    may,
    open_stored,
    record,
)
from registry.assessments.covers import Extent, Parties, unreadable_covers
from registry.assessments.documents import frozen
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.queries import Stored
from registry.assessments.rules import AssessmentMayNot, WrongAssessmentStatus
from registry.assessments.schemas import RevisionIn
from registry.assessments.transitions import SUPERSEDABLE, Case, Kind, Status
from registry.db import Reading, Transaction, new_id
from registry.errors import FieldError
from registry.organisations.queries import find_primary
from registry.web.body import InvalidFields, field_error
from registry.web.documents import digest
from registry.web.etags import check_match

AnyDocument = DpiaDocument | EthicsDocument

RETURNED = frozenset(
    {Status.HIGH_RESIDUAL, Status.REJECTED, Status.IDEA_SUPPORTED, Status.EXPIRED, Status.REOPENED}
)
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
    law = law_for(tx, owner, acting)
    findings = document.findings(law, dpo_designated=True)
    transition = rules.move(Case(kind=kind, status=None, findings=findings), "create")

    octets = frozen(document)
    stored = Stored(
        id=new_id(),
        kind=kind,
        owner=owner,
        status=transition.target,
        revision=0,
        version=1 + _last_version(tx, document),
        hash=digest(octets),
        document=octets,
        authors=frozenset({acting.person}),
        supersedes=document.supersedes,
        valid_until=None,
        refs=tuple(document.covers),
        scope=scope,
        limits=document.limits(law),
    )
    queries.insert_assessment(tx, stored)
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
        scope=scope,
        limits=document.limits(law_for(tx, opened.stored.owner, acting)),
    )
    queries.replace_text(tx, stored)
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
    law = law_for(tx, opened.stored.owner, acting)
    rules.check_finished(opened.document.gaps(law))

    stored = opened.stored
    queries.update_assessment(
        tx,
        stored,
        status=transition.target,
        authors=sorted(stored.authors | {acting.person}),
        limits=opened.document.limits(law).model_dump(mode="json"),
    )
    return record(tx, stored, transition, caller=acting.caller, now=acting.now, policy=acting.policies.digest)


def revise(tx: Transaction, kind: Kind, wanted: RevisionIn, *, acting: Acting) -> AssessmentChanged:
    """Begin a new version of a decided assessment: the same text under a new salt, to be edited.

    What is decided holds until the new version is approved, which supersedes it.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
        AssessmentMayNot: the caller does not write assessments, or not those of its owner.
        WrongAssessmentStatus: it has not been decided; edit it.
        InvalidFields: what it names is no longer there.
    """
    opened = open_stored(tx, queries.find(tx, kind, wanted.revises), kind, acting)
    check_may(tx, f"{kind}.edit", opened, acting)
    if opened.stored.status not in SUPERSEDABLE | {Status.REVOKED}:
        raise WrongAssessmentStatus(status=str(opened.stored.status), action="revise")
    document = opened.document.model_copy(update={"salt": "", "supersedes": opened.stored.id})
    return create(tx, kind, document, acting=acting)


def _last_version(tx: Transaction, document: AnyDocument) -> int:
    """The number of the newest version among those that this one replaces; 0 where it replaces none."""
    if document.supersedes is None:
        return 0
    return max(version.number for version in queries.versions(tx, document.supersedes))


def _check(tx: Transaction, kind: Kind, document: AnyDocument, acting: Acting) -> Extent:
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
    return Extent(
        categories=frozenset(document.scope.categories),
        purposes=frozenset(document.scope.purposes),
        parties=frozenset(party for party in parties if party is not None),
    )


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
