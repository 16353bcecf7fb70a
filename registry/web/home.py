"""The front page in both languages, and the styles of all pages."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.router import Router
from litestar.static_files import create_static_files_router

from registry.web.pages import STATIC, language_of, page


@get(["/", "/cy"], include_in_schema=False, sync_to_thread=False)
def read_home(request: Request[Any, Any, Any]) -> Response[str]:
    """The front page: what this is, and the way in for each kind of user."""
    return page("home", "/", language_of(request.url.path))


def routes() -> list[HTTPRouteHandler | Router]:
    """The front page and `/static`."""
    return [
        read_home,
        create_static_files_router(path="/static", directories=[STATIC], include_in_schema=False),
    ]
