"""Who looks at a page or sends its form: what every reading and every action here needs to know of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from registry import clock
from registry.assessments.actions import Acting as AssessmentActing
from registry.assessments.covers import AgreementDirectory
from registry.callers import Caller
from registry.oauth.visitors import Visitor
from registry.organisations.actions import Acting
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.pages import Language, in_language, language_of

Face = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """A person at one organisation, now, and by which rules they are answered."""

    request: Face
    visitor: Visitor
    policies: Policies
    directory: AgreementDirectory
    ceremony: Ceremony
    now: datetime

    @property
    def language(self) -> Language:
        """The language of the page."""
        return language_of(self.request.url.path)

    @property
    def caller(self) -> Caller:
        """Whom the JSON API would see."""
        return self.visitor.caller

    @property
    def by_whom(self) -> dict[str, Any]:
        """What every action on an agreement is told: who acts, when, by which policies."""
        return {"caller": self.caller, "now": self.now, "policies": self.policies}

    @property
    def acting(self) -> AssessmentActing:
        """The same, as actions on assessments want it."""
        return AssessmentActing(
            caller=self.caller,
            now=self.now,
            policies=self.policies,
            agreements=self.directory,
            ceremony=self.ceremony,
        )

    @property
    def person_acting(self) -> Acting:
        """The same, as actions on people and passkeys want it."""
        return Acting(caller=self.caller, now=self.now, policies=self.policies)

    def go(self, path: str) -> Response[Any]:
        """The way to a page of ours after a form, in the language of the form."""
        return Redirect(in_language(path, self.language), status_code=303)


def provide_asking(
    request: Face,
    visitor: NamedDependency[Visitor],
    policies: NamedDependency[Policies],
    directory: NamedDependency[AgreementDirectory],
    ceremony: NamedDependency[Ceremony],
) -> Asking:
    """The dependency `asking` of every page for people who are signed in."""
    return Asking(request, visitor, policies, directory, ceremony, clock.now())


ASKING = {"asking": Provide(provide_asking, sync_to_thread=False)}
