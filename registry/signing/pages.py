"""The pages of who signs: the home page, one page to read a version and sign it, and the receipt."""

from dataclasses import dataclass
from typing import Any

import segno
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, RawBody
from markupsafe import Markup

from registry.agreements import actions
from registry.agreements.api.comparison import differing
from registry.agreements.rules import AlreadySigned
from registry.agreements.schemas import Comment, ReviewIn, SignIn
from registry.db import Database
from registry.errors import NotFound, Refusal
from registry.passkeys.rules import BadAssertion
from registry.passkeys.schemas import StatementOut
from registry.signing import actions as questions
from registry.signing import signatures
from registry.signing.approving import statement_of
from registry.signing.asking import ASKING, Asking
from registry.signing.forms import (
    ANSWER_WORDS,
    QUESTION_WORDS,
    REVIEW_WORDS,
    SIGNING_WORDS,
    AnswerForm,
    QuestionForm,
    ReviewForm,
    SigningForm,
    read_assertion,
    read_sent,
)
from registry.signing.inbox import read_inbox
from registry.signing.queries import names
from registry.signing.refusals import faults_of
from registry.web.pages import FieldFault, Form, lazy, page
from registry.web.problems import status_of

MAX_FORM_BYTES = 60_000
REASON_NEEDED = FieldFault("reason", lazy("Enter why you refuse"))
COMMENT_NEEDED = FieldFault("comment", lazy("Enter what is to be changed"))


class HomePage(Controller):
    """What waits for the person signed in."""

    include_in_schema = False
    dependencies = ASKING

    @get("/home", sync_to_thread=True)
    def show(self, db: NamedDependency[Database], asking: NamedDependency[Asking]) -> Response[str]:
        """Show what waits for the person, what waits for others, what is due and what is overdue."""
        with db.read() as reading:
            inbox = read_inbox(reading, caller=asking.caller, policies=asking.policies, now=asking.now)
            body = names(reading, [asking.caller.organisation])[asking.caller.organisation]
        held = asking.policies.law.roles
        return page(
            "signing/inbox",
            "/home",
            asking.language,
            inbox=inbox,
            body=body.pair,
            roles=[held[role].model_dump(include={"en", "cy"}) for role in sorted(asking.caller.roles)],
            visitor=asking.visitor,
        )


@dataclass(frozen=True, slots=True)
class Version:
    """The version whose page this is, and who looks at it."""

    ref: str
    number: int
    db: Database
    asking: Asking

    @property
    def path(self) -> str:
        """The English address of its page."""
        return f"/sign/{self.ref}/{self.number}"

    def show(self, form: Form[Any], status: int = 200) -> Response[str]:
        """The page as it is now, with what was typed and what is wrong with it."""
        with self.db.read() as reading:
            shown = signatures.read_signing_page(reading, self.ref, self.number, asking=self.asking)
        return page(
            "signing/sign",
            self.path,
            self.asking.language,
            status=400 if form.faults and status == 200 else status,
            faults=form.faults,
            form=form,
            shown=shown,
            visitor=self.asking.visitor,
        )

    def do(self, form: Form[Any], action: Any, *what: Any) -> Response[Any]:
        """The page again after an action about this version, or with what it refused."""
        try:
            with self.db.write() as tx:
                action(tx, self.ref, self.number, *what, **self.asking.by_whom)
        except Refusal as refusal:
            return self.refused(form, refusal)
        return self.asking.go(self.path)

    def refused(self, form: Form[Any], refusal: Refusal) -> Response[str]:
        """The page with what an action refused; what does not exist has no page.

        Raises:
            Refusal: there is nothing that this person may read.
        """
        if isinstance(refusal, NotFound):
            raise refusal
        faults = faults_of(refusal, self.asking.language)
        return self.show(form.refused(*faults), status_of(refusal))


def provide_version(
    ref: FromPath[str],
    number: FromPath[int],
    db: NamedDependency[Database],
    asking: NamedDependency[Asking],
) -> Version:
    """The dependency `version` of every page about one version."""
    return Version(ref, number, db, asking)


class SigningPages(Controller):
    """Read one version, then sign it, refuse it, or review it."""

    include_in_schema = False
    path = "/sign/{ref:str}/{number:int}"
    dependencies = ASKING | {"version": Provide(provide_version, sync_to_thread=False)}

    @get("/", sync_to_thread=True)
    def show(self, version: NamedDependency[Version]) -> Response[str]:
        """Show what a version is about, and what the person can do about it."""
        return version.show(Form())

    @post("/", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def sign(self, version: NamedDependency[Version], body: RawBody) -> Response[Any]:
        """Sign the version for the person's organisation, or refuse to. The same form twice is one act."""
        asking = version.asking
        form = read_sent(SigningForm, body, SIGNING_WORDS, asking)
        wanted = form.model
        if wanted is None:
            return version.show(form)
        if wanted.decision == "refuse" and not wanted.reason:
            return version.show(form.refused(REASON_NEEDED))
        try:
            given = _signature(wanted, version)
            with version.db.write() as tx:
                actions.sign(tx, version.ref, given, ceremony=asking.ceremony, **asking.by_whom)
        except Refusal as refusal:
            if not (isinstance(refusal, AlreadySigned) and _is_repeated(version, wanted)):
                return version.refused(form, refusal)
        return asking.go(f"{version.path}/receipt")

    @post("/statement", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def state(self, version: NamedDependency[Version], body: RawBody) -> StatementOut:
        """Write the statement that the person's passkey is to sign. Nothing is stored."""
        wanted = read_sent(SigningForm, body, SIGNING_WORDS, version.asking).model
        if wanted is None:
            raise BadAssertion
        deciding = signatures.signing(
            version.ref, version.number, wanted.hash, decision=wanted.decision, role=wanted.role
        )
        with version.db.read() as reading:
            return statement_of(reading, deciding, asking=version.asking)

    @post("/review", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def review(self, version: NamedDependency[Version], body: RawBody) -> Response[Any]:
        """Accept a submitted text, or send it back with what is to change."""
        form = read_sent(ReviewForm, body, REVIEW_WORDS, version.asking)
        wanted = form.model
        if wanted is None:
            return version.show(form)
        if wanted.outcome == "changes" and not wanted.comment:
            return version.show(form.refused(COMMENT_NEEDED))
        comments = [Comment(pointer="", text=wanted.comment)] if wanted.comment else []
        given = ReviewIn(outcome=wanted.outcome, comments=comments, interests=wanted.interests)
        try:
            with version.db.write() as tx:
                actions.review(tx, version.ref, given, if_match=wanted.etag, **version.asking.by_whom)
        except Refusal as refusal:
            return version.refused(form, refusal)
        return version.asking.go(version.path)

    @post("/questions", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def ask(self, version: NamedDependency[Version], body: RawBody) -> Response[Any]:
        """Ask the author a question before signing."""
        form = read_sent(QuestionForm, body, QUESTION_WORDS, version.asking)
        if form.model is None:
            return version.show(form)
        return version.do(form, questions.ask, questions.Words(text=form.model.question))

    @post(
        "/questions/{question:str}",
        request_max_body_size=MAX_FORM_BYTES,
        status_code=200,
        sync_to_thread=True,
    )
    def answer(
        self, version: NamedDependency[Version], question: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Answer a question for the organisation that wrote the text."""
        form = read_sent(AnswerForm, body, ANSWER_WORDS, version.asking)
        if form.model is None:
            return version.show(form)
        return version.do(form, questions.answer, question, questions.Words(text=form.model.answer))

    @get("/changes", sync_to_thread=True)
    def changes(self, version: NamedDependency[Version]) -> Response[str]:
        """Show what the version changes of the one it was made from, field by field and word by word."""
        asking = version.asking
        with version.db.read() as reading:
            base, found = actions.differences_between(
                reading, version.ref, version.number, None, **asking.by_whom
            )
        return page(
            "signing/changes",
            f"{version.path}/changes",
            asking.language,
            visitor=asking.visitor,
            ref=version.ref,
            number=version.number,
            base=base,
            differences=differing(found),
        )

    @get("/receipt", sync_to_thread=True)
    def receipt(self, version: NamedDependency[Version]) -> Response[Any]:
        """Show what the person's organisation signed or refused, and how anyone can check it."""
        asking = version.asking
        with version.db.read() as reading:
            title, given = signatures.read_given(reading, version.ref, version.number, asking=asking)
            body = names(reading, [asking.caller.organisation])[asking.caller.organisation]
        if not given:
            return asking.go(version.path)
        address = f"{asking.visitor.base_url}/register/{version.ref}/approvals"
        return page(
            "signing/receipt",
            f"{version.path}/receipt",
            asking.language,
            visitor=asking.visitor,
            ref=version.ref,
            number=version.number,
            body=body.pair,
            title=title,
            given=given,
            address=address,
            square=_square(address),
        )


def _signature(wanted: SigningForm, version: Version) -> SignIn:
    """The signature that a form asks for.

    Raises:
        BadAssertion: what a passkey is said to have signed is no assertion, or the form is not ours.
    """
    try:
        return SignIn(
            organisation=version.asking.caller.organisation,
            role=wanted.role,
            version=version.number,
            hash=wanted.hash,
            decision=wanted.decision,
            reason=wanted.reason,
            assertion=read_assertion(wanted.assertion),
        )
    except ValueError:
        raise BadAssertion from None


def _is_repeated(version: Version, wanted: SigningForm) -> bool:
    """Whether this person gave this very answer before."""
    with version.db.read() as reading:
        return signatures.has_given(
            reading,
            version.ref,
            version.number,
            role=wanted.role,
            decision=wanted.decision,
            digest=wanted.hash,
            asking=version.asking,
        )


def _square(address: str) -> Markup:
    """A QR code of an address, as SVG to stand in the page."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=2, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - the library's own markup, of an address of ours
