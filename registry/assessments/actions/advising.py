"""Advice on an assessment, and what the regulator says about a high residual risk."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col

from registry import clock
from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    Opened,
    check_may,
    judge,
    lock,
    record_act,
)
from registry.assessments.rules import ConsultationExtended
from registry.assessments.schemas import AdviceIn, ConsultationIn, ExtensionIn, PanelAdviceIn, ReplyIn
from registry.assessments.tables import Advice, Consultation
from registry.assessments.transitions import Action, Kind, Transition
from registry.db import Transaction, new_id
from registry.web.body import InvalidFields, field_error

ADVISE = {Kind.DPIA: "dpia.advise", Kind.ETHICS: "ethics.panel-advice"}
"""What the access rules call advising. The DPO is also the regulator's contact (UK GDPR Article 39(1)(e))."""


def advise(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: AdviceIn | PanelAdviceIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record the advice of the data protection officer or the ethics panel. It approves nothing.

    Raises:
        NoSuchAssessment, AssessmentMayNot: the caller may not know of it, or may not do this.
        StaleVersion: `If-Match` was sent and is not the present tag.
        AuthorAdvises: the caller wrote it.
        WrongAssessmentStatus: it does not wait for advice.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, ADVISE[kind], opened, acting)
    case = judge(tx, opened, acting)
    rules.check_adviser(case, acting.person)
    transition = rules.move(case, "advise")

    stored = opened.stored
    tx.insert(
        Advice,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        advice=wanted.advice,
        text=wanted.text,
        advised_at=acting.now,
    )
    queries.update_assessment(tx, stored, status=transition.target)
    return record_act(tx, stored, transition, acting, decision=wanted.advice)


def consult(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ConsultationIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record that the regulator was asked about a DPIA, and its reply where it has come (Article 36).

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion, AuthorAdvises: as for `advise`.
        WrongAssessmentStatus: no residual risk is high, or the regulator was asked before.
        DayNotCome: a day is in the future.
    """
    opened, transition = _with_regulator(tx, kind, identifier, "consult", acting, if_match)
    rules.check_day_come(wanted.replied_on or wanted.submitted_on, today=clock.london_day(acting.now))

    stored = opened.stored
    tx.insert(
        Consultation,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        extended_on=None,
        extension_reason="",
        recorded_at=acting.now,
        **wanted.model_dump(),
    )
    queries.update_assessment(tx, stored, status=transition.target)
    return record_act(tx, stored, transition, acting, decision=wanted.outcome or "submitted")


def extend(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ExtensionIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record that the regulator takes the extension that the law gives it.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion, AuthorAdvises: as for `advise`.
        WrongAssessmentStatus: no question waits for a reply.
        ConsultationExtended: it has taken it.
        DayNotCome: the day is in the future.
    """
    opened, transition = _with_regulator(tx, kind, identifier, "extend", acting, if_match)
    consultation = _open_consultation(tx, opened)
    if consultation["extended_on"] is not None:
        raise ConsultationExtended
    rules.check_day_come(wanted.extended_on, today=clock.london_day(acting.now))

    _update(tx, consultation, extended_on=wanted.extended_on, extension_reason=wanted.reason)
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting)


def reply(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ReplyIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record the regulator's reply: from then on the DPIA can be decided.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion, AuthorAdvises: as for `advise`.
        WrongAssessmentStatus: no question waits for a reply.
        InvalidFields: the reply is dated before the question.
        DayNotCome: the day is in the future.
    """
    opened, transition = _with_regulator(tx, kind, identifier, "reply", acting, if_match)
    consultation = _open_consultation(tx, opened)
    if wanted.replied_on < consultation["submitted_on"]:
        raise InvalidFields(errors=(field_error("/replied_on", "reply-before-question"),))
    rules.check_day_come(wanted.replied_on, today=clock.london_day(acting.now))

    _update(tx, consultation, **wanted.model_dump())
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting, decision=wanted.outcome)


def _with_regulator(
    tx: Transaction, kind: Kind, identifier: str, action: Action, acting: Acting, if_match: str | None
) -> tuple[Opened, Transition]:
    """The DPIA that the regulator is to do with, and the step that this is."""
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, ADVISE[kind], opened, acting)
    case = judge(tx, opened, acting)
    rules.check_adviser(case, acting.person)
    return opened, rules.move(case, action)


def _open_consultation(tx: Transaction, opened: Opened) -> dict[str, Any]:
    """The consultation that the step was found possible for."""
    consultation = queries.find_consultation(tx, opened.stored)
    if consultation is None:
        raise ValueError("a reply is awaited to no question")
    return consultation


def _update(tx: Transaction, consultation: dict[str, Any], **values: Any) -> None:
    tx.execute(update(Consultation).where(col(Consultation.id) == consultation["id"]).values(**values))
