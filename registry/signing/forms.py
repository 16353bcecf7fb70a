"""The forms of these pages: what may be sent, and what is said of a field that is not right."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, StringConstraints

from registry.passkeys.rules import BadAssertion
from registry.passkeys.schemas import AssertionIn
from registry.signing.asking import Asking
from registry.web.documents import Text
from registry.web.pages import Form, Sentence, lazy, read_form

M = TypeVar("M", bound=BaseModel)

REREAD = lazy("The page you sent is not complete. Read the text again, then act on it.")


class SigningForm(BaseModel):
    """A signature or a refusal. `assertion` is what a passkey signed, where one did."""

    role: Literal["signatory", "caldicott_guardian"]
    hash: str
    decision: Literal["sign", "refuse"]
    reason: Text = ""
    assertion: str = ""


class ReviewForm(BaseModel):
    """A quality review: accepted, or sent back with what is to change."""

    etag: str
    outcome: Literal["accept", "changes"]
    comment: Annotated[str, StringConstraints(max_length=5000)] = ""
    interests: Text = ""


class QuestionForm(BaseModel):
    """A question to the author."""

    question: Annotated[str, StringConstraints(max_length=2000)]


class AnswerForm(BaseModel):
    """The author's answer."""

    answer: Annotated[str, StringConstraints(max_length=2000)]


class AdviceForm(BaseModel):
    """The advice of a data protection officer or an ethics panel."""

    etag: str
    advice: Literal["support", "conditions", "against", "more-work"]
    text: Text


class DecisionForm(BaseModel):
    """A decision on an assessment, with up to three conditions."""

    etag: str
    decision: Literal["approve", "approve_with_conditions", "reject"]
    reason: Text
    departure: Text = ""
    until: str = ""
    assertion: str = ""


TOO_LONG = lazy("Write no more than 20,000 characters")
SIGNING_WORDS = {"role": REREAD, "hash": REREAD, "decision": REREAD, "reason": TOO_LONG}
REVIEW_WORDS = {
    "etag": REREAD,
    "outcome": lazy("Choose whether you accept the text"),
    "comment": lazy("Write no more than 5,000 characters"),
    "interests": TOO_LONG,
}
QUESTION_WORDS = {"question": lazy("Enter your question, in no more than 2,000 characters")}
ANSWER_WORDS = {"answer": lazy("Enter your answer, in no more than 2,000 characters")}
ADVICE_WORDS = {
    "etag": REREAD,
    "advice": lazy("Choose what you advise"),
    "text": lazy("Enter your advice, in no more than 20,000 characters"),
}
DECISION_WORDS = {
    "etag": REREAD,
    "decision": lazy("Choose your decision"),
    "reason": lazy("Enter the reason for your decision, in no more than 20,000 characters"),
    "departure": TOO_LONG,
}


def read_sent(model: type[M], body: bytes, words: Mapping[str, Sentence], asking: Asking) -> Form[M]:
    """A form that was sent from a page made for this person.

    Raises:
        NotAForm: it is no form.
        ForeignForm: it was sent from elsewhere.
    """
    form = read_form(model, body, words)
    asking.visitor.check_form(asking.request, form)
    return form


def read_assertion(text: str) -> AssertionIn | None:
    """What a passkey signed, as the page's script sent it; None where none was used.

    Raises:
        BadAssertion: it is no assertion.
    """
    if not text:
        return None
    try:
        return AssertionIn.model_validate_json(text)
    except ValueError:
        raise BadAssertion from None
