"""One browser at one page: its session cookie, its language, and what it can be answered."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from registry.oauth.adapter import Answer
from registry.oauth.sessions import Session
from registry.web.pages import Language, in_language, lazy, page


def read_cookie(request: Request[Any, Any, Any], issuer_url: str) -> str | None:
    """The session cookie a browser sent, if any."""
    return request.cookies.get(_cookie_name(issuer_url))


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser with its session, reading in a language."""

    session: Session
    issuer_url: str
    language: Language

    @property
    def signed_in(self) -> Session | None:
        """The session, where somebody has signed in; what a page is shown as `visitor`."""
        return self.session if self.session.is_complete else None

    def speaking(self, language: Language) -> "Visit":
        """The same browser, read to in another language."""
        return replace(self, language=language)

    def wanting(self, session: Session) -> "Visit":
        """The same browser with a session that remembers more."""
        return replace(self, session=session)

    def go(self, path: str) -> Response[Any]:
        """A redirect to a page of ours, given by its English path."""
        return self._redirect(in_language(path, self.language))

    def go_on(self) -> Response[Any]:
        """A redirect to the page that the person wanted to see, or to what waits for them."""
        if self.session.next_path is None:
            return self.go("/home")
        return self._redirect(self.session.next_path)

    def go_to_client(self, answer: Answer) -> Response[Any]:
        """The redirect to the client, or a page where there is no address an error could be sent to."""
        if answer.location is None:
            return refused_page(answer, self.language)
        return self._redirect(answer.location)

    def answering(self, status: int, wait_seconds: int = 0) -> dict[str, Any]:
        """What every page of the sign-in is sent with: the cookie, and where its form may lead."""
        return {
            "status": status,
            "cookies": (self._cookie(),),
            "form_action": self._client_origin(),
            "headers": {"retry-after": str(wait_seconds)} if wait_seconds else {},
        }

    def _client_origin(self) -> str:
        """The origin the form leads to by redirect; browsers apply `form-action` to it as well."""
        address = urlsplit(dict(self.session.pending or ()).get("redirect_uri", ""))
        return f"{address.scheme}://{address.netloc}" if address.netloc else ""

    def _redirect(self, location: str) -> Response[Any]:
        headers = {"cache-control": "no-store"}
        return Redirect(location, status_code=302, cookies=[self._cookie()], headers=headers)

    def _cookie(self) -> Cookie:
        return Cookie(
            key=_cookie_name(self.issuer_url),
            value=self.session.cookie,
            path="/",
            httponly=True,
            secure=self.issuer_url.startswith("https:"),
            samesite="lax",
        )


def refused_page(answer: Answer, language: Language) -> Response[str]:
    """A page for errors that must not be sent by redirect (RFC 6749 section 4.1.2.1)."""
    reason = answer.body.get("error_description") or answer.body["error"]
    sentences = (
        lazy(
            "Go back to the program you came from and start again. "
            "If it happens again, show its supplier this page."
        ),
        lazy("What the program did wrong: %(reason)s", reason=reason),
    )
    return page(
        "error",
        "/login",
        language,
        status=answer.status,
        title=lazy("This sign-in cannot go on").said(language),
        sentences=[sentence.said(language) for sentence in sentences],
    )


def _cookie_name(issuer_url: str) -> str:
    """`__Host-` binds the cookie to this host over TLS; plain http exists on loopback only."""
    return "__Host-registry-session" if issuer_url.startswith("https:") else "registry-session"
