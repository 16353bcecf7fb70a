"""Every page of the application's own route table: where it is, and who looks at it."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from litestar.routes import HTTPRoute

from registry.app import create_app
from registry.settings import Settings
from registry.web.pages import english as in_english
from registry.web.pages import language_of

NOT_FOR_PEOPLE = frozenset(
    {
        "/.well-known/security.txt",
        "/docs/{path}",
        "/oauth/authorize",
        "/openapi.json",
        "/static/{name}",
    }
)
"""What the description of the API leaves out although it is no page in two languages."""

FILES = (".csv", ".json", ".policy", ".py", ".vkey", ".zip")
"""How addresses end that bring a file."""

ON_THE_WAY = frozenset({"/login/step"})
"""Pages that there are only in the middle of something: the journeys look at these."""

AGREEMENTS = {
    "live": "Lancashire multi-agency safeguarding hub",
    "part_signed": "Antisocial behaviour in Glasgow",
    "expired": "Supporting families in Somerset",
}
"""Agreements of the demo by what they are an example of."""

QUESTION = "held_by=us&other=gss:E10000017&subject_group=child&category=criminal-allegation&volume=one"

ADDRESSES: dict[str, tuple[str, ...]] = {
    "/bodies/{identifier}": ("/bodies/gss:E10000017", "/bodies/ods:RTX"),
    "/can-we-share/answer": (
        f"/can-we-share/answer?{QUESTION}&purpose=child-safeguarding&regime=uk-gdpr",
        f"/can-we-share/answer?{QUESTION}&purpose=statistics",
    ),
    "/decide/{kind}/{identifier}": ("/decide/dpia/{dpia}",),
    "/problems/{code}": ("/problems/gates-unmet",),
    "/register": ("/register", "/register?q=safeguarding", "/register?q=nothing-like-it"),
    "/register/{ref}": ("/register/{live}", "/register/{expired}"),
    "/register/{ref}/approvals": ("/register/{live}/approvals",),
    "/register/{ref}/card": ("/register/{live}/card",),
    "/sign/{ref}/{number}": ("/sign/{part_signed}/1",),
    "/sign/{ref}/{number}/changes": ("/sign/{part_signed}/1/changes",),
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
    "/audit": (AUDITOR,),
    "/audit/export": (AUDITOR,),
    "/can-we-share": (GUEST, CONSTABLE),
    "/can-we-share/answer": (CONSTABLE,),
    "/register/{ref}": (GUEST, OFFICER),
    "/sign/{ref}/{number}": (("police:scotland", "signatory"),),
    "/sign/{ref}/{number}/changes": (("police:scotland", "signatory"),),
    "/sign/{ref}/{number}/receipt": (SIGNATORY,),
}
"""Who looks at a page, where it is neither a guest nor, as a guest is sent to sign in, an IG officer."""


def examples_in(data_dir: Path) -> dict[str, str]:
    """What stands in addresses: agreements of a demo, and the DPIA of the live one."""
    with closing(sqlite3.connect(data_dir / "registry.sqlite3")) as reading:
        refs = dict(reading.execute("SELECT title_en, ref FROM agreement_version").fetchall())
        live = (refs[AGREEMENTS["live"]],)
        ((dpia,),) = reading.execute("SELECT assessment FROM assessment_cover WHERE ref = ?", live)
    return {name: refs[title] for name, title in AGREEMENTS.items()} | {"dpia": dpia}


@dataclass(frozen=True)
class Site:
    """The routes of the pages, as in English."""

    english: frozenset[str]
    welsh: frozenset[str]


def site(data_dir: Path, base_url: str) -> Site:
    """The pages of the application, put together as it is for serving, over a folder with its keys."""
    app = create_app(Settings(data_dir=data_dir, base_url=base_url, database_url=""))
    found = frozenset(_pages(app.pages.routes))
    app.registry.db.dispose()
    english = frozenset(path for path in found if language_of(path) == "en")
    return Site(english, frozenset(in_english(path) for path in found - english))


def _pages(routes: Iterable[object]) -> Iterator[str]:
    """What answers a GET and is in no description of the API, files left out."""
    for route in routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.route_handler_map:
            continue
        handler, _ = route.route_handler_map["GET"]
        path = route.path_format
        if (
            path not in NOT_FOR_PEOPLE
            and not path.endswith(FILES)
            and not handler.resolve_include_in_schema()
        ):
            yield path
