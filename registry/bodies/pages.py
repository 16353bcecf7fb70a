"""Pages about bodies, open to anyone: the list, one body with its data-flow map, and who shares with whom."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from registry.bodies import queries, views
from registry.bodies.drawing import draw_tall, draw_wide
from registry.bodies.keeping import Sharing
from registry.bodies.matrix import matrix_of
from registry.bodies.paging import Paging
from registry.db import Database, Reading
from registry.oauth.visitors import Visitor
from registry.organisations.naming import PublicName, public_name, public_names
from registry.organisations.queries import get_organisation, list_organisations
from registry.organisations.rules import UnknownOrganisation
from registry.policy import Law, Policies
from registry.web.pages import Language, language_of, page

Face = Request[Any, Any, Any]
Asked = Annotated[str, QueryParameter(max_length=100)]
Place = Annotated[int, QueryParameter(ge=1, le=10_000)]
Page = Annotated[int, QueryParameter(name="page", ge=1, le=10_000)]

LISTED = 50
FLOWS = 40
SIDE = 40
"""How many rows, and how many columns, the matrix shows at a time."""
READ = 20
"""Of how many agreements the contacts of a body are read."""
SUMMARIES = 100
EVERYONE = 100_000


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at a page, in which language, and what the pages about bodies are made of."""

    language: Language
    guest: Visitor | None
    law: Law
    sharing: Sharing


def provide_looking(
    request: Face,
    policies: NamedDependency[Policies],
    sharing: NamedDependency[Sharing],
    guest: NamedDependency[Visitor | None],
) -> Looking:
    """The dependency `looking` of every page here."""
    return Looking(language_of(request.url.path), guest, policies.law, sharing)


LOOKING = {"looking": Provide(provide_looking, sync_to_thread=False)}


class BodyPages(Controller):
    """The bodies in the register, and each of them."""

    path = "/bodies"
    include_in_schema = False
    dependencies = LOOKING

    @get("/", sync_to_thread=True)
    def list_bodies(
        self,
        db: NamedDependency[Database],
        looking: NamedDependency[Looking],
        q: Asked = "",
        kind: Asked = "",
        nation: Asked = "",
        at: Page = 1,
    ) -> Response[str]:
        """Find a body by name, kind and nation."""
        asked, law, language = {"q": q, "kind": kind, "nation": nation}, looking.law, looking.language
        with db.read() as reading:
            everyone = _everyone(reading, law)
            found = [
                name
                for name in views.by_name(everyone.values(), language)
                if _fits(name, kind, nation) and views.matches(name, q)
            ]
            paging = Paging.over(len(found), size=LISTED, number=at, path="/bodies", query=asked)
            shown = paging.of_these(found)
            counted = queries.count_agreements(reading, [name.id for name in shown])
            reviews = views.reviews_of(looking.sharing.counted(reading).reviews)
        return page(
            "bodies/list",
            paging.here,
            language,
            visitor=looking.guest,
            asked=asked,
            bodies=[
                (name, views.pairs(law.organisation_kinds, [name.kind])[0], counted.get(name.id, 0))
                for name in shown
            ],
            paging=paging,
            choices=views.choices(everyone.values(), law, language),
            reviews=reviews,
        )

    @get("/{identifier:str}", sync_to_thread=True)
    def show_body(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        looking: NamedDependency[Looking],
        partner: Asked = "",
        at: Page = 1,
    ) -> Response[str]:
        """Show what a body is, whom to turn to, and its data-flow map with the same as a table."""
        with db.read() as reading:
            return _body_page(reading, identifier, looking, partner=partner, at=at)


class MatrixPages(Controller):
    """Who shares with whom, all bodies at once."""

    path = "/matrix"
    include_in_schema = False
    dependencies = LOOKING

    @get("/", sync_to_thread=True)
    def show_matrix(
        self,
        db: NamedDependency[Database],
        looking: NamedDependency[Looking],
        sender: Asked = "",
        receiver: Asked = "",
        nation: Asked = "",
        rows: Place = 1,
        columns: Place = 1,
    ) -> Response[str]:
        """Show how many agreements let each body send to each other, by kind and nation where asked for."""
        asked = {"sender": sender, "receiver": receiver, "nation": nation}
        with db.read() as reading:
            everyone = _everyone(reading, looking.law)
            counted = looking.sharing.counted(reading)
        matrix = matrix_of(
            counted.links,
            everyone,
            looking.language,
            sends=partial(_fits, kind=sender, nation=nation),
            receives=partial(_fits, kind=receiver, nation=nation),
        )
        over = partial(Paging.over, size=SIDE, path="/matrix", anchor="#matrix")
        down = over(len(matrix.senders), number=rows, query=asked | {"columns": str(columns)}, name="rows")
        across = over(
            len(matrix.receivers), number=columns, query=asked | {"rows": str(rows)}, name="columns"
        )
        receivers = across.of_these(matrix.receivers)
        return page(
            "bodies/matrix",
            down.here,
            looking.language,
            visitor=looking.guest,
            asked=asked,
            receivers=receivers,
            rows=[(sender, matrix.row(sender, receivers)) for sender in down.of_these(matrix.senders)],
            down=down,
            across=across,
            reviews=views.reviews_of(counted.reviews),
            choices=views.choices(everyone.values(), looking.law, looking.language),
        )


PAGES = (BodyPages, MatrixPages)


def _body_page(
    reading: Reading, identifier: str, looking: Looking, *, partner: str, at: int
) -> Response[str]:
    """The page of one body.

    Raises:
        UnknownOrganisation: there is none of this identifier, or none that may be named.
    """
    law, guest = looking.law, looking.guest
    row = get_organisation(reading, identifier)
    body = public_name(row, law)
    if not body.is_named:
        raise UnknownOrganisation(organisation=identifier)
    names, everyone = public_names(reading, law), _everyone(reading, law)
    links = looking.sharing.counted(reading).of(row.id)
    partners = [one for one, name in names.items() if name.id == partner] if partner else None
    total = queries.count_flows(reading, row.id, partners)
    address, query = f"/bodies/{row.id}", {"partner": partner}
    paging = Paging.over(total, size=FLOWS, number=at, path=address, query=query, anchor="#flows")
    flows = queries.flows(reading, row.id, partners, first=paging.first, most=FLOWS)
    drawn = views.map_of(body, links, everyone, looking.language)
    return page(
        "bodies/body",
        paging.here,
        looking.language,
        visitor=guest,
        body=body,
        identifier=row.id,
        illustrative=row.illustrative,
        kind=views.pairs(law.organisation_kinds, [row.kind])[0],
        nations=views.nation_names(row.nations, law),
        contacts=views.contacts_of(row, queries.texts(reading, row.id, most=READ)),
        drawings=(draw_wide(drawn), draw_tall(drawn)) if links else (),
        flows=views.flow_lines(flows, names, law),
        partner=everyone.get(partner),
        summaries=views.summary_lines(queries.summaries(reading, row.id, most=SUMMARIES)),
        withheld=queries.count_withheld(reading, row.id, guest.caller.organisation) if guest else None,
        reviews=views.reviews_of(queries.review_days(reading, row.id)),
        paging=paging,
    )


def _everyone(reading: Reading, law: Law) -> dict[str, PublicName]:
    """Every public name by its id: of bodies that may not be named there is one for each kind."""
    rows = list_organisations(reading, limit=EVERYONE)
    return {name.id: name for name in (public_name(row, law) for row in rows)}


def _fits(name: PublicName, kind: str, nation: str) -> bool:
    """Whether a body is of the kind, and works in the nation, that is asked for; empty: any."""
    return (not kind or name.kind == kind) and (not nation or nation in name.nations)
