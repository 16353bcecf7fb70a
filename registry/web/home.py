"""The front page in both languages, and the styles and scripts of all pages."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from registry.web.pages import language_of, page
from registry.web.pages.files import read_static
from registry.web.pages.places import PLACES, SIGN_IN


@get(["/", "/cy"], include_in_schema=False, sync_to_thread=False)
def read_home(request: Request[Any, Any, Any]) -> Response[str]:
    """The front page: what this is, and the way in for each kind of user."""
    return page("home", "/", language_of(request.url.path), entries=(*PLACES, SIGN_IN))


def routes() -> list[HTTPRouteHandler]:
    """The front page and `/static`."""
    return [read_home, read_static]
