"""What every action on an assessment shares: opening it for a caller, judging, recording a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.assessments import queries
from registry.assessments.covers import AgreementDirectory, Parties, parties_of
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.events import EVENTS
from registry.assessments.queries import Stored
from registry.assessments.rules import AssessmentMayNot, NoSuchAssessment
from registry.assessments.transitions import HOLDERS, Case, Kind, Role, Transition
from registry.auditlog import Subject, append, conceal, log_size
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.organisations.principals import principal
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Law, Policies
from registry.web.etags import check_match, tag

DOCUMENTS: dict[Kind, type[DpiaDocument] | type[EthicsDocument]] = {
    Kind.DPIA: DpiaDocument,
    Kind.ETHICS: EthicsDocument,
}

SUBJECTS = {Kind.DPIA: "dpia", Kind.ETHICS: "ethics-assessment"}
"""What the log calls an assessment of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts, when, by which policies; where agreements are looked up, and where people sign."""

    caller: Caller
    now: datetime
    policies: Policies
    agreements: AgreementDirectory
    ceremony: Ceremony | None = None

    @property
    def person(self) -> str:
        """The person who acts. The access rules let no one else this far."""
        return self.caller.acting_person


@dataclass(frozen=True, slots=True)
class AssessmentChanged:
    """What a change came to. `log_index` is the person's act, `log_size` follows the last entry."""

    id: str
    status: str
    hash: str
    etag: str
    log_index: int
    log_size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment that the caller may know of, its text, and the parties of what it covers."""

    stored: Stored
    document: DpiaDocument | EthicsDocument
    parties: Parties


def may(reading: Reading, action: str, acting: Acting, *, owner: str, parties: Parties) -> bool:
    """Whether the access rules let the caller do this to an assessment of this owner and these parties."""
    decision = acting.policies.access.allows(
        action,
        principal=principal(reading, acting.caller, acting.now),
        resource={"owner_organisation": owner, "parties": sorted(parties.parties)},
    )
    return decision.allowed


def check_reads(reading: Reading, acting: Acting) -> None:
    """Refuse a caller who reads no assessments, not even those of their own organisation.

    Raises:
        AssessmentMayNot: see there.
    """
    if not may(reading, "dpia.read", acting, owner=acting.caller.organisation, parties=Parties()):
        raise AssessmentMayNot(action="dpia.read")


def open_stored(reading: Reading, stored: Stored | None, kind: Kind, acting: Acting) -> Opened:
    """What was found, for a caller who may read it.

    Raises:
        NoSuchAssessment: nothing was found, or nothing that the caller may know of.
    """
    if stored is None:
        raise NoSuchAssessment
    parties = parties_of(reading, acting.agreements, stored.refs)
    if not may(reading, f"{kind}.read", acting, owner=stored.owner, parties=parties):
        raise NoSuchAssessment
    return Opened(stored, DOCUMENTS[kind].model_validate_json(stored.document), parties)


def lock(tx: Transaction, kind: Kind, identifier: str, acting: Acting, if_match: str | None) -> Opened:
    """An assessment that the caller may read, locked until the transaction ends.

    Raises:
        NoSuchAssessment: see `open_stored`.
        StaleVersion: `If-Match` was sent and is not the present tag.
    """
    opened = open_stored(tx, queries.lock(tx, kind, identifier), kind, acting)
    check_match(if_match, opened.stored.revision)
    return opened


def check_may(reading: Reading, action: str, opened: Opened, acting: Acting) -> None:
    """Refuse what the access rules do not allow to someone who may read the assessment.

    Raises:
        AssessmentMayNot: see there.
    """
    if not may(reading, action, acting, owner=opened.stored.owner, parties=opened.parties):
        raise AssessmentMayNot(action=action)


def law_for(reading: Reading, owner: str, acting: Acting) -> Law:
    """The law by which an owner's assessments are judged: with its own risk matrix."""
    return queries.law_of(reading, owner, acting.policies.law)


def judge(reading: Reading, opened: Opened, acting: Acting) -> Case:
    """The case that the rules look at."""
    stored = opened.stored
    law = law_for(reading, stored.owner, acting)
    designated = queries.is_dpo_designated(reading, stored.owner)
    return Case(
        kind=stored.kind,
        status=stored.status,
        findings=opened.document.findings(law, dpo_designated=designated),
        authors=stored.authors,
        advisers=queries.list_advisers(reading, stored),
        consultation=queries.stage_of(queries.find_consultation(reading, stored)),
    )


def role_of(kind: Kind, role: Role, caller: Caller) -> str:
    """The role at their organisation in which the caller acts."""
    return next(held for held in HOLDERS[kind, role] if held in caller.roles)


def subject_of(stored: Stored) -> Subject:
    """A version of an assessment, as the log names it."""
    return Subject(SUBJECTS[stored.kind], stored.id, stored.version, stored.hash)


def record(
    tx: Transaction, stored: Stored, transition: Transition, *, caller: Caller, now: datetime, **fields: Any
) -> AssessmentChanged:
    """Append the sealed event of a transition and say what it came to. Comes last: it locks the log."""
    event = EVENTS[f"{stored.kind}.{transition.event}"](
        at=now,
        org=caller.organisation,
        actor=conceal(tx, caller),
        subject=subject_of(stored),
        demo=caller.demo,
        **fields,
    )
    index = append(tx, event, sealed=True)
    return AssessmentChanged(
        id=stored.id,
        status=transition.target,
        hash=stored.hash,
        etag=tag(stored.revision + 1),
        log_index=index,
        log_size=log_size(tx),
    )


def record_act(
    tx: Transaction, stored: Stored, transition: Transition, acting: Acting, **fields: Any
) -> AssessmentChanged:
    """Append the event of a person's act in the role in which they act."""
    role = role_of(stored.kind, transition.role, acting.caller)
    return record(tx, stored, transition, caller=acting.caller, now=acting.now, role=role, **fields)
