"""Which agreements cover A to B, and what may I ask B for?"""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from registry import clock
from registry.agreements import actions
from registry.agreements.coverage import AskableOut, Coverage, askable, covering, named
from registry.callers import Caller
from registry.db import Database
from registry.web.catalogue import catalogue
from registry.web.documents import Bilingual

Organisation = Annotated[str, QueryParameter(max_length=60)]
Cursor = Annotated[str, QueryParameter(max_length=40)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class CoverageApi(Controller):
    """The flows from one body to another, as the register has them."""

    path = "/api/v1/coverage"
    tags = ("agreements",)

    @get("/", sync_to_thread=True)
    def find_covering(
        self,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        holder: Organisation,
        recipient: Organisation,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Coverage:
        """Find which agreements cover sharing by `holder` with `recipient`, and where each flow stands."""
        with db.read() as reading:
            found = actions.find_covering(
                reading, holder, recipient, after=cursor, limit=limit, caller=caller
            )
        now, withheld = clock.now(), catalogue()["coverage-incomplete"]
        return Coverage(
            holder=found.ends.holder,
            recipient=found.ends.recipient,
            complete=found.complete,
            note=None if found.complete else Bilingual(en=withheld.en, cy=withheld.cy),
            flows=[covering(row, now) for row in found.flows],
            in_summary=[named(row) for row in found.summarised],
            next=found.next,
        )

    @get("/askable", sync_to_thread=True)
    def find_askable(
        self,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        holder: Organisation,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> AskableOut:
        """Find what the caller's organisation may ask `holder` for, now: every question that gets a yes."""
        with db.read() as reading:
            found = actions.find_askable(
                reading, holder, after=cursor, limit=limit, caller=caller, now=clock.now()
            )
        return AskableOut(
            holder=found.ends.holder,
            recipient=found.ends.recipient,
            asks=[ask for row in found.flows for ask in askable(row)],
            next=found.next,
        )
