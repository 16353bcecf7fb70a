"""The front page, what every service has to say of itself, and the styles and scripts of all pages."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from registry.web.pages import language_of, page
from registry.web.pages.files import read_static
from registry.web.pages.places import PLACES, SIGN_IN

TESTED_ON = date(2026, 11, 22)
"""When the accessibility statement was last compared with the pages."""

Face = Request[Any, Any, Any]


@get(["/", "/cy"], include_in_schema=False, sync_to_thread=False)
def read_home(request: Face) -> Response[str]:
    """The front page: what this is, and the way in for each kind of user."""
    return page("home", "/", language_of(request.url.path), entries=(*PLACES, SIGN_IN))


@get(["/accessibility", "/cy/accessibility"], include_in_schema=False, sync_to_thread=False)
def read_accessibility(request: Face) -> Response[str]:
    """The accessibility statement (Public Sector Bodies Accessibility Regulations 2018, regulation 8)."""
    return page("accessibility", "/accessibility", language_of(request.url.path), tested_on=TESTED_ON)


def routes(feedback_contact: str) -> list[HTTPRouteHandler]:
    """The front page, the pages about the service, and `/static`."""

    @get(["/feedback", "/cy/feedback"], include_in_schema=False, sync_to_thread=False)
    def read_feedback(request: Face) -> Response[str]:
        """Whom to tell what does not work."""
        address = feedback_contact.removeprefix("mailto:")
        return page(
            "feedback", "/feedback", language_of(request.url.path), contact=feedback_contact, address=address
        )

    return [read_home, read_accessibility, read_feedback, read_static]
