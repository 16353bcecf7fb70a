"""Advising on an assessment and deciding it, on one page: the same actions as those of the JSON API."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, RawBody

from registry.assessments import actions
from registry.assessments.schemas import AdviceIn, ConditionIn, DecisionIn, PanelAdviceIn
from registry.assessments.transitions import Kind
from registry.db import Database
from registry.errors import NotFound, Refusal
from registry.passkeys.rules import BadAssertion, NotRostered
from registry.passkeys.schemas import StatementOut
from registry.signing import decisions
from registry.signing.approving import statement_of
from registry.signing.asking import ASKING, Asking
from registry.signing.forms import (
    ADVICE_WORDS,
    DECISION_WORDS,
    AdviceForm,
    DecisionForm,
    read_assertion,
    read_sent,
)
from registry.signing.refusals import faults_of
from registry.web.pages import FieldFault, Form, lazy, page
from registry.web.problems import status_of

MAX_FORM_BYTES = 200_000
CONDITIONS = 3
"""Conditions that the form has room for; the API takes more."""

CONDITION_NEEDED = FieldFault("condition_1", lazy("Enter the first condition, who meets it, and by when"))
CONDITION_PART = lazy("Enter each condition with who meets it, and by when (a day such as 2027-03-31)")
NO_CONDITION = FieldFault("decision", lazy("Choose approval with conditions, or leave the conditions empty"))
BAD_DAY = FieldFault("until", lazy("Enter a day such as 2027-03-31"))


@dataclass(frozen=True, slots=True)
class Open:
    """The assessment whose page this is, and who looks at it."""

    kind: Kind
    id: str
    db: Database
    asking: Asking

    @property
    def path(self) -> str:
        """The English address of its page."""
        return f"/decide/{self.kind}/{self.id}"

    def show(self, form: Form[Any], status: int = 200) -> Response[str]:
        """The page as it is now, with what was typed and what is wrong with it."""
        with self.db.read() as reading:
            shown = decisions.read_assessment_page(reading, self.kind, self.id, asking=self.asking)
        return page(
            "signing/decide",
            self.path,
            self.asking.language,
            status=400 if form.faults and status == 200 else status,
            faults=form.faults,
            form=form,
            shown=shown,
            places=range(1, CONDITIONS + 1),
            visitor=self.asking.visitor,
        )

    def refused(self, form: Form[Any], refusal: Refusal) -> Response[str]:
        """The page with what an action refused; what does not exist has no page.

        Raises:
            Refusal: there is nothing that this person may know of.
        """
        if isinstance(refusal, NotFound):
            raise refusal
        return self.show(form.refused(*faults_of(refusal, self.asking.language)), status_of(refusal))


def provide_open(
    kind: FromPath[str],
    identifier: FromPath[str],
    db: NamedDependency[Database],
    asking: NamedDependency[Asking],
) -> Open:
    """The dependency `assessment` of every page about one assessment.

    Raises:
        NotFoundException: there is no such kind.
    """
    if kind not in set(Kind):
        raise NotFoundException
    return Open(Kind(kind), identifier, db, asking)


class DecidingPages(Controller):
    """Read an assessment, then advise on it or decide it."""

    include_in_schema = False
    path = "/decide/{kind:str}/{identifier:str}"
    dependencies = ASKING | {"assessment": Provide(provide_open, sync_to_thread=False)}

    @get("/", sync_to_thread=True)
    def show(self, assessment: NamedDependency[Open]) -> Response[str]:
        """Show what an assessment says, and what the person can do about it."""
        return assessment.show(Form())

    @post("/advice", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def advise(self, assessment: NamedDependency[Open], body: RawBody) -> Response[Any]:
        """Record the advice of the data protection officer or the ethics panel."""
        form = read_sent(AdviceForm, body, ADVICE_WORDS, assessment.asking)
        given = form.model
        if given is None:
            return assessment.show(form)
        said = {"advice": given.advice, "text": given.text}
        try:
            of_kind = AdviceIn if assessment.kind is Kind.DPIA else PanelAdviceIn
            self._act(assessment, actions.advise, of_kind.model_validate(said), given.etag)
        except Refusal as refusal:
            return assessment.refused(form, refusal)
        return assessment.asking.go(assessment.path)

    @post("/", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def decide(self, assessment: NamedDependency[Open], body: RawBody) -> Response[Any]:
        """Approve the assessment, with or without conditions, or reject it."""
        form = read_sent(DecisionForm, body, DECISION_WORDS, assessment.asking)
        if form.model is None:
            return assessment.show(form)
        given, faults = read_decision(form, form.model)
        if given is None:
            return assessment.show(form.refused(*faults))
        try:
            wanted = given.model_copy(update={"assertion": read_assertion(form.model.assertion)})
            self._act(assessment, actions.decide, wanted, form.model.etag)
        except Refusal as refusal:
            return assessment.refused(form, refusal)
        return assessment.asking.go(assessment.path)

    @post("/statement", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def state(self, assessment: NamedDependency[Open], body: RawBody) -> StatementOut:
        """Write the statement that the person's passkey is to sign. Nothing is stored."""
        asking = assessment.asking
        form = read_sent(DecisionForm, body, DECISION_WORDS, asking)
        decision = form.value("decision")
        if decision not in decisions.DECIDED:
            raise BadAssertion
        with assessment.db.read() as reading:
            deciding = decisions.read_deciding(
                reading, assessment.kind, assessment.id, decision=decision, asking=asking
            )
            if deciding is None:
                raise NotRostered
            return statement_of(reading, deciding, asking=asking)

    @staticmethod
    def _act(assessment: Open, action: Any, wanted: Any, etag: str) -> None:
        with assessment.db.write() as tx:
            action(
                tx,
                assessment.kind,
                assessment.id,
                wanted,
                acting=assessment.asking.acting,
                if_match=etag,
            )


def read_decision(
    form: Form[DecisionForm], given: DecisionForm
) -> tuple[DecisionIn | None, tuple[FieldFault, ...]]:
    """The decision that a form asks for, or what is wrong with its conditions and its day."""
    conditions, faults = _conditions(form)
    until = _day(given.until)
    if given.until and until is None:
        faults.append(BAD_DAY)
    has_any = bool(conditions or faults)
    if given.decision == "approve_with_conditions" and not has_any:
        faults.append(CONDITION_NEEDED)
    if given.decision != "approve_with_conditions" and conditions:
        faults.append(NO_CONDITION)
    if faults:
        return None, tuple(faults)
    return (
        DecisionIn(
            decision=given.decision,
            reason=given.reason,
            departure=given.departure,
            conditions=conditions,
            until=until,
        ),
        (),
    )


def _conditions(form: Form[Any]) -> tuple[list[ConditionIn], list[FieldFault]]:
    """The conditions that were typed; one that lacks a part is a fault."""
    conditions, faults = [], []
    for place in range(1, CONDITIONS + 1):
        text, owner, due = (form.value(f"{name}_{place}") for name in ("condition", "owner", "due"))
        if not (text or owner or due):
            continue
        try:
            conditions.append(ConditionIn.model_validate({"text": text, "owner": owner, "due_on": _day(due)}))
        except ValueError:
            faults.append(FieldFault(f"condition_{place}", CONDITION_PART))
    return conditions, faults


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
