"""Who looks at a page: the person signed in at this browser, acting for one of their organisations.

A handler takes `visitor: NamedDependency[Visitor]` where a person has to be signed in, and is not called
otherwise: the browser is sent to the sign-in page and comes back. Pages that strangers see too take
`guest: NamedDependency[Visitor | None]`.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Request, Response
from litestar.response import Redirect

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.errors import Refusal
from registry.oauth import sessions
from registry.oauth.principals import find_caller
from registry.oauth.rules import ForeignForm, NoRoleHeld, ProofNeeded, SignInNeeded, local_path
from registry.oauth.sessions import Session
from registry.oauth.visit import read_cookie
from registry.web.forms import is_own_form
from registry.web.pages import Form, in_language, language_of

Face = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person signed in. `caller` is whom the JSON API would see, were the same person to ask there."""

    session: Session
    caller: Caller
    base_url: str

    @property
    def csrf_token(self) -> str:
        """What every form of this visitor carries in a hidden field of this name."""
        return self.session.csrf_token

    @property
    def person(self) -> str:
        """The row id of the person."""
        return self.caller.acting_person

    def check_form(self, request: Face, form: Form[Any]) -> None:
        """Refuse a form that was not sent from a page made for this visitor. Call it before anything else.

        Raises:
            ForeignForm: its token is not the session's, or the browser says that another site sent it.
        """
        if not self.session.owns(form.value("csrf_token")):
            raise ForeignForm
        if not is_own_form(request.headers, self.base_url):
            raise ForeignForm


class Visitors:
    """Finds out who sits at a browser."""

    def __init__(self, db: Database, base_url: str) -> None:
        self._db = db
        self._base_url = base_url

    def find(self, request: Face) -> Visitor | None:
        """The dependency `guest`: who is signed in, if anyone."""
        try:
            return self.get(request)
        except (SignInNeeded, NoRoleHeld):
            return None

    def get(self, request: Face) -> Visitor:
        """The dependency `visitor`: who is signed in.

        Raises:
            SignInNeeded: nobody is, or not yet with more than a password.
            NoRoleHeld: someone who cannot act for any organisation.
        """
        now = clock.now()
        with self._db.read() as reading:
            session = sessions.find(reading, read_cookie(request, self._base_url), now)
            if session is None or session.person is None or not session.is_complete:
                raise SignInNeeded
            caller = find_caller(reading, session.person, session.organisation, now)
        if caller is None:
            raise NoRoleHeld
        if sessions.is_stale(session, now):
            with self._db.write() as tx:
                sessions.touch(tx, session, now)
        return Visitor(session, caller, self._base_url)


def send_away(request: Face, refusal: SignInNeeded | ProofNeeded | NoRoleHeld) -> Response[Any]:
    """The answer at a page where someone has to show who they are first: the way there and back.

    Whoever holds no role finds that said in their account.
    """
    wanted = None if isinstance(refusal, NoRoleHeld) else local_path(_page_of(request))
    query = "?" + urlencode({"next": wanted}) if wanted else ""
    address = in_language(WAYS[type(refusal)], language_of(request.url.path)) + query
    return Redirect(address, status_code=303, headers={"cache-control": "no-store"})


WAYS: dict[type[Refusal], str] = {
    SignInNeeded: "/login",
    ProofNeeded: "/login/step",
    NoRoleHeld: "/account",
}
HANDLERS: dict[int | type[Exception], Any] = dict.fromkeys(WAYS, send_away)
"""What `Litestar(exception_handlers=...)` needs beside those of `web.problems`."""


def _page_of(request: Face) -> str:
    """The address of the page at which a browser is: of a form that was sent, the page that held it."""
    if request.method in ("GET", "HEAD"):
        query = request.scope["query_string"].decode("ascii", "replace")
        return request.url.path + ("?" + query if query else "")
    page = urlsplit(request.headers.get("referer", ""))
    return page.path + ("?" + page.query if page.query else "")
