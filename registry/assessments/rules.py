"""Who may not do what to an assessment, and what refuses a step: values in, a transition or a refusal out.

The adviser never decides (UK GDPR Article 38(6)), and an author neither advises nor decides. The transitions
themselves stand in `transitions`.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from registry.assessments.approval import Approval
from registry.assessments.transitions import TRANSITIONS, Action, Case, Kind, Status, Transition, Verdict
from registry.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable


class NoSuchAssessment(NotFound):
    """There is no assessment of this kind under this id, or none the caller may see."""

    code = "no-such-assessment"


class AssessmentMayNot(Forbidden):
    """The caller's roles, scopes and organisation do not allow this action on this assessment."""

    code = "assessment-may-not"


class WrongAssessmentStatus(Conflict):
    """The assessment is not in a status in which this can be done; `status_now` says in which it is."""

    code = "wrong-assessment-status"

    def extensions(self) -> dict[str, Any]:
        """The present status."""
        return {"status_now": self.facts["status"]}


class AssessmentUnfinished(Conflict):
    """The assessment cannot be submitted yet; `errors` names every answer that is missing."""

    code = "assessment-unfinished"


class AuthorDecides(Forbidden):
    """Whoever wrote or submitted an assessment does not decide it (rule SD-01)."""

    code = "author-decides"


class AuthorAdvises(Forbidden):
    """Whoever wrote or submitted an assessment does not advise on it (rule SD-01)."""

    code = "author-advises"


class AdviserDecides(Forbidden):
    """Whoever advises on an assessment does not decide it; a DPO never does (rule SD-02, Article 38(6))."""

    code = "adviser-decides"


class AdviceNotGiven(Conflict):
    """The advice that the assessment waits for comes before its decision."""

    code = "advice-not-given"


class RegulatorNotConsulted(Conflict):
    """A residual risk is high: the regulator is consulted before approval (Article 36; DPA 2018 s.65)."""

    code = "regulator-not-consulted"


class EthicsNotPassed(Conflict):
    """The assessment does not reach the pass score, or a condition has no owner; `errors` says where."""

    code = "ethics-not-passed"


class ApprovalAlreadyOver(Unprocessable):
    """The last day of the approval, or of the pilot it is for, is in the past."""

    code = "approval-already-over"


class NotForYourOrganisation(Forbidden):
    """The caller named another organisation than the one the token speaks for."""

    code = "adopt-for-yourself"


class NotAController(Forbidden):
    """The caller's organisation is not a controller in any agreement that the assessment covers."""

    code = "not-a-controller"


class AlreadyAdopted(Conflict):
    """The organisation has adopted this assessment before."""

    code = "already-adopted"


class NoSuchVersion(NotFound):
    """No version of the assessment has this digest, or there is only one to compare."""

    code = "no-such-assessment-version"


class DayNotCome(Unprocessable):
    """What is recorded as done is dated after the present day."""

    code = "day-not-come"


class ConsultationExtended(Conflict):
    """The regulator has taken its extension before; there is one."""

    code = "consultation-extended"


class NothingToAnswer(Conflict):
    """The approval follows the advice: there is no departure to give reasons for."""

    code = "nothing-to-answer"


class NoOpenCondition(Conflict):
    """No condition with this number waits to be met."""

    code = "no-open-condition"


def move(case: Case, action: Action) -> Transition:
    """The transition an action makes.

    Raises:
        AdviceNotGiven, RegulatorNotConsulted: an approval comes before what must precede it.
        WrongAssessmentStatus: the table has no row from this status for any other reason.
    """
    for row in TRANSITIONS[case.kind]:
        if row.source == case.status and row.action == action and row.guard(case):
            return row
    if action in ("approve", "approve_with_conditions"):
        _check_precedents(case)
    raise WrongAssessmentStatus(status=str(case.status), action=action)


def _check_precedents(case: Case) -> None:
    if case.status in (Status.DPO_ADVICE, Status.PANEL_ADVICE):
        raise AdviceNotGiven
    if case.status in (Status.HIGH_RESIDUAL, Status.REGULATOR_CONSULTED):
        raise RegulatorNotConsulted


def check_finished(missing: Collection[FieldError]) -> None:
    """Refuse to submit what has gaps.

    Raises:
        AssessmentUnfinished: with every gap.
    """
    if missing:
        raise AssessmentUnfinished(errors=tuple(missing), count=len(missing))


def check_adviser(case: Case, person: str | None) -> None:
    """Keep author and adviser apart.

    Raises:
        AuthorAdvises: the caller wrote or submitted the text (SD-01).
    """
    if person in case.authors:
        raise AuthorAdvises


def check_decider(case: Case, *, person: str | None, roles: Collection[str]) -> None:
    """Keep author, adviser and decider apart.

    Raises:
        AuthorDecides: the caller wrote or submitted the text (SD-01).
        AdviserDecides: the caller advised on the text, or is a DPO deciding a DPIA (SD-02).
    """
    if person in case.authors:
        raise AuthorDecides
    if person in case.advisers or (case.kind is Kind.DPIA and "dpo" in roles):
        raise AdviserDecides


def decide(case: Case, verdict: Verdict) -> Transition:
    """The transition a decision makes.

    Raises:
        EthicsNotPassed: an approval, and the answers do not carry it.
        AdviceNotGiven, RegulatorNotConsulted, WrongAssessmentStatus: see `move`.
    """
    transition = move(case, verdict)
    if verdict != "reject" and case.findings.weaknesses:
        raise EthicsNotPassed(errors=case.findings.weaknesses, count=len(case.findings.weaknesses))
    return transition


def valid_until(case: Case, until: date | None, *, today: date) -> date | None:
    """The last day an approval holds: the earlier of what was decided and the pilot's end; None: open.

    Raises:
        ApprovalAlreadyOver: that day is in the past.
    """
    last = min((day for day in (until, case.findings.pilot_until) if day is not None), default=None)
    if last is not None and last < today:
        raise ApprovalAlreadyOver(until=last.isoformat())
    return last


def departs(advice: str, verdict: Verdict, *, conditions: int) -> bool:
    """Whether a decision goes against the last advice (DOMAIN 4.2, step 7).

    Advice for conditions is followed by an approval that has some, whoever wrote them.
    """
    if verdict == "reject":
        return False
    return advice in ("against", "more-work") or (advice == "conditions" and not conditions)


def check_day_come(day: date, *, today: date) -> None:
    """Refuse to record as done what is dated in the future.

    Raises:
        DayNotCome: see there.
    """
    if day > today:
        raise DayNotCome(day=day.isoformat(), today=today.isoformat())


def check_condition_open(approval: Approval, number: int) -> None:
    """Refuse to meet a condition twice, or one that there is not.

    Raises:
        NoOpenCondition: see there.
    """
    if not any(one.number == number and one.met_on is None for one in approval.conditions):
        raise NoOpenCondition(number=number)


def check_departs(approval: Approval) -> None:
    """Refuse reasons for a departure that there is not.

    Raises:
        NothingToAnswer: see there.
    """
    if not approval.departs:
        raise NothingToAnswer
