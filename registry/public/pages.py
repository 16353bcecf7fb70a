"""The public register as pages: the list with its search, and the same as CSV and JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from registry import clock
from registry.db import Database
from registry.oauth.visitors import Visitor
from registry.policy import Policies
from registry.public.keeping import Register
from registry.public.lines import Line
from registry.public.listing import Names, as_csv, as_json, found, pagination
from registry.public.recording import record_of
from registry.public.searching import Search
from registry.public.seeing import Viewer, see, show
from registry.public.timeline import find_legible, timeline
from registry.public.words import options
from registry.tlog.messages import Kind
from registry.verification.logged import LogKeys
from registry.web.pages import filled, in_language, language_of, page

Face = Request[Any, Any, Any]
LONGEST_NUMBER = 7
"""How many digits an address can have for a version or an entry that there may be."""


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


class AgreementPages(Controller):
    """One agreement. A version that a visitor may not see is not there, whether it exists or not."""

    include_in_schema = False
    path = "/register/{ref:str}"

    @get("/", sync_to_thread=True)
    def show_agreement(
        self,
        request: Face,
        ref: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        guest: NamedDependency[Visitor | None],
    ) -> Response[str]:
        """Show who shares what with whom and why, whom to ask, and the versions."""
        viewer, number = _viewer(guest, policies), _number(request)
        with db.read() as reading:
            agreement = show(reading, see(reading, ref, number, viewer), viewer)
        address = f"/register/{ref}" + (f"?version={number}" if number is not None else "")
        language = language_of(request.url.path)
        return page("public/agreement", address, language, agreement=agreement, visitor=guest)

    @get("/approvals", sync_to_thread=True)
    def show_approvals(
        self,
        request: Face,
        ref: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        log_keys: NamedDependency[LogKeys],
        guest: NamedDependency[Visitor | None],
    ) -> Response[str]:
        """Show how the agreement was approved, step by step, each to be checked in the browser."""
        with db.read() as reading:
            steps = timeline(reading, ref, _viewer(guest, policies))
        return page(
            "public/approvals",
            f"/register/{ref}/approvals",
            language_of(request.url.path),
            timeline=steps,
            key=key_for_browsers(log_keys),
            visitor=guest,
        )

    @get("/approvals/{index:int}/record.json", sync_to_thread=True)
    def give_record(
        self,
        ref: FromPath[str],
        index: FromPath[int],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        guest: NamedDependency[Visitor | None],
    ) -> Response[dict[str, Any]]:
        """Give one entry with all that is needed to check it."""
        with db.read() as reading:
            legible = find_legible(reading, ref, index, _viewer(guest, policies))
            record = record_of(reading, legible)
        return Response(
            record.members(), media_type="application/json", headers={"cache-control": "no-store"}
        )


def key_for_browsers(log_keys: LogKeys) -> str:
    """The log's key of the kind that browsers can check, as people exchange it; nothing where it has none."""
    return next((key.text() for key in log_keys if key.kind is Kind.ED25519), "")


def _viewer(guest: Visitor | None, policies: Policies) -> Viewer:
    return Viewer(guest.caller if guest else None, policies, clock.now())


def _number(request: Face) -> int | None:
    """The version that an address asks for; what is no number asks for one that there is not."""
    asked = request.query_params.get("version")
    if asked is None:
        return None
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < LONGEST_NUMBER else 0


def _search(request: Face) -> Search:
    return Search.read(cast(Mapping[str, str], request.query_params))


def _find(
    request: Face, search: Search, db: Database, register: Register, guest: Visitor | None
) -> tuple[Sequence[Line], Names]:
    """What a search finds for this visitor, and what the bodies in it are called."""
    reads_own = guest is not None and "register:read" in guest.caller.scopes
    own = guest.caller.organisation if guest and reads_own else ""
    with db.read() as reading:
        lines = register.find(reading, search, language_of(request.url.path), own)
        return lines, register.names(reading)


def _file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


PAGES = (RegisterPages, AgreementPages)
"""What `app.py` mounts."""
