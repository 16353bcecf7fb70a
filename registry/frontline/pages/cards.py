"""The printable card of an agreement."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry import clock
from registry.db import Database
from registry.frontline import queries
from registry.frontline.cards import card_of
from registry.oauth.visitors import Visitor
from registry.policy import Policies
from registry.web.pages import language_of, page


class CardPages(Controller):
    """One card for each agreement that is in force."""

    path = "/register"
    include_in_schema = False

    @get("/{ref:str}/card", sync_to_thread=True)
    def show(
        self,
        request: Request[Any, Any, Any],
        ref: FromPath[str],
        guest: NamedDependency[Visitor | None],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        base_url: NamedDependency[str],
    ) -> Response[str]:
        """The card, in both languages on either page, with the names that the visitor may know."""
        caller = guest.caller if guest else queries.ANYONE
        with db.read() as reading:
            version = queries.get_carried(reading, ref, caller=caller, now=clock.now(), policies=policies)
            names = queries.names_for(reading, version, caller, policies.law)
        card = card_of(version, names=names, law=policies.law, base_url=base_url)
        return page(
            "frontline/card", f"/register/{ref}/card", language_of(request.url.path), visitor=guest, card=card
        )
