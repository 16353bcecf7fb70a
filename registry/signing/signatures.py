"""The page on which one person reads one version and signs it: what they read, may do, and have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from registry.agreements import actions
from registry.agreements.actions.reading import Read
from registry.agreements.rules import SIGNABLE, Status
from registry.assessments import actions as assessments
from registry.assessments.queries import covering
from registry.assessments.rules import AssessmentMayNot, NoSuchAssessment
from registry.assessments.schemas import AssessmentOut
from registry.auditlog import Subject
from registry.callers import Caller
from registry.db import Reading
from registry.passkeys.ceremonies import Deciding
from registry.signing import queries
from registry.signing.actions import said
from registry.signing.approving import Means, means_of
from registry.signing.asking import Asking
from registry.signing.brief import Brief, Words, write_brief
from registry.signing.inbox import WRITERS, Pair
from registry.web.pages import Sentence, lazy

SIGNERS = ("signatory", "caldicott_guardian")


@dataclass(frozen=True, slots=True)
class Given:
    """A signature or a refusal that was given."""

    role: Pair
    decision: str
    strength: Pair
    hash: str
    is_marked: bool
    at: datetime
    log_index: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question that somebody asked before signing, and the author's answer where there is one."""

    id: str
    organisation: Pair
    role: Pair
    text: str
    at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class SigningPage:
    """Everything the page shows.

    `role` is the one to act in, empty where there is nothing to do; `to_answer` the question to answer.
    """

    ref: str
    number: int
    title: Pair
    hash: str
    etag: str
    brief: Brief
    assessments: Sequence[AssessmentOut]
    changed_from: int | None
    role: str
    role_name: Pair
    means: Means | None
    may_review: bool
    why_not: Sentence | None
    given: tuple[Given, ...]
    questions: tuple[Question, ...]
    to_answer: str


def read_signing_page(reading: Reading, ref: str, number: int, *, asking: Asking) -> SigningPage:
    """The page of one version for one person.

    Raises:
        NoSuchAgreement: there is none that they may read.
    """
    found = _read(reading, ref, number, asking)
    version, law = found.version, asking.policies.law
    covers = _assessments(reading, ref, asking)
    names = queries.names(reading, version.parties | {one.owner for one in covers})
    role, asked = _role(found, asking.caller), _questions(reading, found, asking)
    return SigningPage(
        ref=ref,
        number=number,
        title=_pair(version.terms.title),
        hash=version.hash,
        etag=version.etag,
        brief=write_brief(
            version.terms, covers, Words(law, names, asking.language), review_on=version.review_on
        ),
        assessments=covers,
        changed_from=version.amends,
        role=role,
        role_name=_pair(law.roles[role]) if role else {},
        means=_means(reading, found, role, asking) if role else None,
        may_review=_may_review(found, asking.caller),
        why_not=None if role else _why_not(found, asking.caller),
        given=given_by(found, asking),
        questions=asked,
        to_answer=_to_answer(asked) if _is_author(found, asking.caller) else "",
    )


def given_by(found: Read, asking: Asking) -> tuple[Given, ...]:
    """What the person's organisation has signed or refused of this very version."""
    law, caller = asking.policies.law, asking.caller
    return tuple(
        Given(
            role=_pair(law.roles[row.role]),
            decision=row.decision,
            strength=_pair(law.approval_strengths[row.strength]),
            hash=row.hash,
            is_marked=bool(row.marked),
            at=row.signed_at,
            log_index=row.log_index,
            is_mine=row.person == caller.person,
        )
        for row in found.signatures
        if row.organisation == caller.organisation and not row.carried_from
    )


def read_given(reading: Reading, ref: str, number: int, *, asking: Asking) -> tuple[Pair, tuple[Given, ...]]:
    """The title of a version, and what the person's organisation has signed or refused of it.

    Raises:
        NoSuchAgreement: there is none that they may read.
    """
    found = _read(reading, ref, number, asking)
    return _pair(found.version.terms.title), given_by(found, asking)


def has_given(
    reading: Reading, ref: str, number: int, *, role: str, decision: str, digest: str, asking: Asking
) -> bool:
    """Whether this person has done this very thing before: then the same form came twice."""
    rows = _read(reading, ref, number, asking).signatures
    wanted = (asking.caller.organisation, asking.caller.person, role, decision, digest)
    return any((row.organisation, row.person, row.role, row.decision, row.hash) == wanted for row in rows)


def signing(ref: str, number: int, digest: str, *, decision: str, role: str) -> Deciding:
    """The decision to sign or refuse a version, as a passkey states it."""
    return Deciding(Subject("agreement", ref, number, digest), decision, role)


def _read(reading: Reading, ref: str, number: int, asking: Asking) -> Read:
    return actions.read(reading, ref, number, **asking.by_whom)


def _assessments(reading: Reading, ref: str, asking: Asking) -> list[AssessmentOut]:
    """The assessments that cover an agreement, as far as the person may read them."""
    found = []
    for one in covering(reading, ref):
        try:
            found.append(assessments.read(reading, one.kind, one.id, acting=asking.acting)[0])
        except (NoSuchAssessment, AssessmentMayNot):
            continue
    return found


def _role(found: Read, caller: Caller) -> str:
    """The role in which the person can sign now; empty where they cannot."""
    if found.version.status not in SIGNABLE or caller.person in found.version.authors:
        return ""
    asked = {one.role for one in found.needed if one.organisation == caller.organisation}
    return next((role for role in SIGNERS if role in asked & caller.roles), "")


def _means(reading: Reading, found: Read, role: str, asking: Asking) -> Means:
    version = found.version
    return means_of(
        reading,
        signing(version.ref, version.number, version.hash, decision="sign", role=role),
        high_risk=any(one.limits.high_residual for one in covering(reading, version.ref)),
        asking=asking,
    )


def _questions(reading: Reading, found: Read, asking: Asking) -> tuple[Question, ...]:
    """The questions about a version, for its parties alone."""
    if asking.caller.organisation not in found.version.parties | {found.version.author_organisation}:
        return ()
    rows = queries.questions(reading, found.version.id)
    names, roles = queries.names(reading, {row.organisation for row in rows}), asking.policies.law.roles
    return tuple(
        Question(
            id=row.id,
            organisation=names[row.organisation].pair,
            role=_pair(roles[row.role]),
            text=said(row.document),
            at=row.asked_at,
            answer=said(row.answer) if row.answer else "",
            answered_at=row.answered_at,
        )
        for row in rows
    )


def _to_answer(asked: Sequence[Question]) -> str:
    """The id of the first question without an answer: one form at a time."""
    return next((one.id for one in asked if not one.answer), "")


def _is_author(found: Read, caller: Caller) -> bool:
    return caller.organisation == found.version.author_organisation and bool(caller.roles & WRITERS)


def _may_review(found: Read, caller: Caller) -> bool:
    is_party = caller.organisation in found.version.parties
    is_other = caller.person not in found.version.authors
    return found.version.status is Status.IN_REVIEW and "ig_officer" in caller.roles and is_party and is_other


def _why_not(found: Read, caller: Caller) -> Sentence:
    """Why there is nothing for the person to sign."""
    version = found.version
    asked = {one.role for one in found.needed if one.organisation == caller.organisation}
    if version.status not in SIGNABLE:
        return lazy("This version is not open for signature.")
    if not asked:
        return lazy("No signature of your organisation is missing from this version.")
    if caller.person in version.authors:
        return lazy("You wrote or changed this text, so another person signs it.")
    return lazy("Your organisation is asked to sign in a role that you do not hold.")


def _pair(text: Any) -> Pair:
    return cast(Pair, {"en": text.en, "cy": text.cy})
