"""Every page of the application's own route table: where it is, and who looks at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from registry.app import create_app
from registry.settings import Settings

NOT_FOR_PEOPLE = frozenset(
    {
        "/.well-known/security.txt",
        "/docs",
        "/docs/{path}",
        "/oauth/authorize",
        "/openapi.json",
        "/static/{name}",
    }
)
"""What the description of the API leaves out although it is no page in two languages."""

FILES = (".csv", ".json", ".svg", ".zip")
"""How addresses end that bring a file."""

AGREEMENTS = {
    "live": "Lancashire multi-agency safeguarding hub",
    "executed": "Winter pressure figures",
}
"""Agreements of the demo by what they are an example of."""

QUESTION = "held_by=us&other=gss:E10000017&subject_group=child&category=criminal-allegation&volume=one"

ADDRESSES: dict[str, tuple[str, ...]] = {
    "/bodies/{identifier}": ("/bodies/gss:E10000017", "/bodies/ods:RTX"),
    "/can-we-share/answer": (
        f"/can-we-share/answer?{QUESTION}&purpose=child-safeguarding&regime=uk-gdpr",
        f"/can-we-share/answer?{QUESTION}&purpose=statistics",
    ),
    "/problems/{code}": ("/problems/gates-unmet",),
    "/register": ("/register", "/register?q=safeguarding", "/register?q=nothing-like-it"),
    "/register/{ref}": ("/register/{live}", "/register/{executed}"),
    "/register/{ref}/approvals": ("/register/{live}/approvals",),
    "/register/{ref}/card": ("/register/{live}/card",),
    "/sign/{ref}/{number}": ("/sign/{live}/1",),
    "/sign/{ref}/{number}/changes": ("/sign/{live}/1/changes",),
    "/sign/{ref}/{number}/receipt": ("/sign/{live}/1/receipt",),
}
"""Where a page is that has parameters in its path, or shows something else with a query.

Names in braces are those of `AGREEMENTS`.
"""

Visitor = tuple[str, str]
"""An organisation and a role there; both empty for a guest."""

GUEST: Visitor = ("", "")
OFFICER: Visitor = ("gss:E10000017", "ig_officer")
AUDITOR: Visitor = ("gss:E10000017", "auditor")
SIGNATORY: Visitor = ("gss:E10000017", "signatory")
CONSTABLE: Visitor = ("police:lancashire", "ig_officer")

SEEN_BY: dict[str, tuple[Visitor, ...]] = {
    "/": (GUEST, OFFICER),
    "/account": (OFFICER,),
    "/can-we-share": (GUEST, CONSTABLE),
    "/can-we-share/answer": (CONSTABLE,),
    "/register/{ref}": (GUEST, OFFICER),
    "/sign/{ref}/{number}": (OFFICER, SIGNATORY),
}
"""Who looks at a page, where it is neither a guest nor, as its handler wants a visitor, an IG officer."""


@dataclass(frozen=True, order=True)
class PageOf:
    """One page, by its route in English, and who looks at it."""

    route: str
    seen_by: tuple[Visitor, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it is in English. One that `ADDRESSES` lacks keeps the names of its parameters."""
        return ADDRESSES.get(self.route, (self.route,))


@dataclass(frozen=True)
class Site:
    """The pages that the route table names, in each language."""

    english: frozenset[PageOf]
    welsh: frozenset[PageOf]


def site(data_dir: Path, base_url: str) -> Site:
    """The pages of the application, put together as it is for serving, over a folder with its keys."""
    app = create_app(Settings(data_dir=data_dir, base_url=base_url, database_url=""))
    found = list(_pages(app.pages.routes))
    app.registry.db.dispose()
    return Site(
        frozenset(_page(path, handler) for path, handler in found if not _is_welsh(path)),
        frozenset(
            _page(path.removeprefix("/cy") or "/", handler) for path, handler in found if _is_welsh(path)
        ),
    )


def _pages(routes: Iterable[object]) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """What answers a GET and is in no description of the API, files left out."""
    for route in routes:
        if not isinstance(route, HTTPRoute) or route.path_format in NOT_FOR_PEOPLE:
            continue
        if route.path_format.endswith(FILES) or "GET" not in route.route_handler_map:
            continue
        handler, _ = route.route_handler_map["GET"]
        if not handler.resolve_include_in_schema():
            yield route.path_format, handler


def _page(route: str, handler: HTTPRouteHandler) -> PageOf:
    needs_sign_in = "visitor" in handler.parsed_fn_signature.parameters
    return PageOf(route, SEEN_BY.get(route, (OFFICER if needs_sign_in else GUEST,)))


def _is_welsh(path: str) -> bool:
    return path == "/cy" or path.startswith("/cy/")
