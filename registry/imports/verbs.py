"""The verbs of a story. Each is the ordinary action that the API calls, so a told history is a real one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from registry.agreements import actions as agreements
from registry.agreements.queries import Directory
from registry.agreements.schemas import (
    AccessionIn,
    ArchiveIn,
    CallReviewIn,
    ConfirmIn,
    ReasonIn,
    ResumeIn,
    ReviewIn,
    SignIn,
    SuspendIn,
    TerminateIn,
    TermsIn,
)
from registry.assessments import actions as assessments
from registry.assessments.actions import Acting
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.schemas import AdoptionIn, AdviceIn, DecisionIn, RevocationIn
from registry.assessments.transitions import Kind
from registry.callers import Caller
from registry.db import Transaction
from registry.imports.reading import read_body
from registry.imports.references import Values
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.templates import actions as templates
from registry.templates.schemas import FromAgreementIn
from registry.web.body import WireModel


@dataclass(frozen=True, slots=True)
class Verb:
    """An action: what names the thing it changes (`ref`, `id`; nothing when it makes one), and its body."""

    act: Callable[..., Any]
    names: str | None
    body: type[WireModel] | None
    approves: bool = False
    """Whether a person may sign it with a passkey."""

    @property
    def parts(self) -> frozenset[str]:
        """What a later step may refer to of the thing that this one makes or changes."""
        is_agreement = self.names == "ref" or self.body is TermsIn
        return frozenset({"ref", "version", "hash"} if is_agreement else {"id", "hash"})

    def call(
        self,
        tx: Transaction,
        given: dict[str, Any],
        *,
        caller: Caller,
        now: datetime,
        policies: Policies,
        ceremony: Ceremony | None = None,
    ) -> Values:
        """Do it with what a step gives, and say what it came to.

        Raises:
            Refusal: as the action says.
        """
        arguments = [given.pop(self.names)] if self.names else []
        if self.body:
            arguments.append(read_body(given, self.body))
        held = {"ceremony": ceremony} if self.approves else {}
        changed = self.act(tx, *arguments, caller=caller, now=now, policies=policies, **held)
        return {name: getattr(changed, name) for name in self.parts}


def _on_assessment(act: Callable[..., Any], kind: Kind) -> Callable[..., Any]:
    """An action on assessments, called as those on agreements are."""

    def run(
        tx: Transaction,
        *given: Any,
        caller: Caller,
        now: datetime,
        policies: Policies,
        ceremony: Ceremony | None = None,
    ) -> Any:
        acting = Acting(caller=caller, now=now, policies=policies, agreements=Directory(), ceremony=ceremony)
        return act(tx, kind, *given, acting=acting)

    return run


def _assessment_verbs(name: str, kind: Kind, document: type[WireModel]) -> dict[str, Verb]:
    verbs: dict[str, tuple[Callable[..., Any], type[WireModel] | None]] = {
        "submit": (assessments.submit, None),
        "advise": (assessments.advise, AdviceIn),
        "decide": (assessments.decide, DecisionIn),
        "adopt": (assessments.adopt, AdoptionIn),
        "revoke": (assessments.revoke, RevocationIn),
    }
    drafting = {f"draft-{name}": Verb(_on_assessment(assessments.create, kind), None, document)}
    return drafting | {
        f"{verb}-{name}": Verb(_on_assessment(act, kind), "id", body, approves=verb == "decide")
        for verb, (act, body) in verbs.items()
    }


DO: dict[str, Verb] = {
    "draft": Verb(agreements.create, None, TermsIn),
    "edit": Verb(partial(agreements.edit, if_match="*"), "ref", TermsIn),
    "submit": Verb(agreements.submit, "ref", None),
    "review": Verb(agreements.review, "ref", ReviewIn),
    "sign": Verb(agreements.sign, "ref", SignIn, approves=True),
    "suspend": Verb(agreements.suspend, "ref", SuspendIn),
    "resume": Verb(agreements.resume, "ref", ResumeIn),
    "amend": Verb(agreements.amend, "ref", TermsIn),
    "confirm": Verb(agreements.confirm, "ref", ConfirmIn),
    "terminate": Verb(agreements.terminate, "ref", TerminateIn),
    "call-review": Verb(agreements.call_review, "ref", CallReviewIn),
    "accede": Verb(agreements.accede, "ref", AccessionIn),
    "archive": Verb(agreements.archive, "ref", ArchiveIn),
    "withdraw": Verb(agreements.withdraw, "ref", ReasonIn),
    "publish-template": Verb(templates.publish_from, None, FromAgreementIn),
    **_assessment_verbs("dpia", Kind.DPIA, DpiaDocument),
    **_assessment_verbs("ethics", Kind.ETHICS, EthicsDocument),
}
"""What a step of a story can do."""
