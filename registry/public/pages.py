"""The public register as pages: the list with its search, and the same as CSV and JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from registry.db import Database
from registry.oauth.visitors import Visitor
from registry.policy import Policies
from registry.public.keeping import Register
from registry.public.lines import Line
from registry.public.listing import Names, as_csv, as_json, found, pagination
from registry.public.searching import Search
from registry.public.words import options
from registry.web.pages import filled, in_language, language_of, page

Face = Request[Any, Any, Any]


class RegisterPages(Controller):
    """The list of agreements. No sign-in is needed; who is signed in sees those of their body too."""

    include_in_schema = False

    @get("/register", sync_to_thread=True)
    def list_agreements(
        self,
        request: Face,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        register: NamedDependency[Register],
        guest: NamedDependency[Visitor | None],
    ) -> Response[str]:
        """Show the agreements that a search finds, a page of them."""
        language = language_of(request.url.path)
        search = _search(request)
        lines, names = _find(request, search, db, register, guest)
        shown = found(lines, search, names, policies.law)
        address = in_language("/register", language)
        return page(
            "public/register",
            "/register" + search.query,
            language,
            search=search,
            form=filled(
                q=search.text,
                party=search.party,
                purpose=search.purpose,
                category=search.category,
                status=search.status,
                sort=search.order,
            ),
            options=options(policies.law),
            found=shown,
            pages=pagination(shown, search, address),
            all_query=search.on_page(1).query,
            visitor=guest,
        )

    @get("/register.csv", sync_to_thread=True)
    def give_csv(
        self,
        request: Face,
        db: NamedDependency[Database],
        register: NamedDependency[Register],
        guest: NamedDependency[Visitor | None],
    ) -> Stream:
        """Give all that a search finds as CSV."""
        lines, names = _find(request, _search(request), db, register, guest)
        content = as_csv(lines, names, language_of(request.url.path))
        return Stream(content, media_type="text/csv; charset=utf-8", headers=_file("register.csv"))

    @get("/register.json", sync_to_thread=True)
    def give_json(
        self,
        request: Face,
        db: NamedDependency[Database],
        register: NamedDependency[Register],
        guest: NamedDependency[Visitor | None],
        base_url: NamedDependency[str],
    ) -> Stream:
        """Give all that a search finds as JSON."""
        lines, names = _find(request, _search(request), db, register, guest)
        content = as_json(lines, names, base_url)
        return Stream(content, media_type="application/json", headers=_file("register.json"))


def _search(request: Face) -> Search:
    return Search.read(cast(Mapping[str, str], request.query_params))


def _find(
    request: Face, search: Search, db: Database, register: Register, guest: Visitor | None
) -> tuple[Sequence[Line], Names]:
    """What a search finds for this visitor, and what the bodies in it are called."""
    own = guest.caller.organisation if guest is not None and guest.caller.person else ""
    with db.read() as reading:
        lines = register.find(reading, search, language_of(request.url.path), own)
        return lines, register.names(reading)


def _file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


PAGES = (RegisterPages,)
"""What `app.py` mounts."""
