"""Data-ethics assessments over JSON."""

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.assessments import actions
from registry.assessments.actions import Acting
from registry.assessments.api.frame import Asking, IfMatch
from registry.assessments.api.steps import Steps
from registry.assessments.atrs import AtrsRecord, as_csv
from registry.assessments.ethics import EthicsDocument
from registry.assessments.schemas import ChangedOut, EffectIn, PanelAdviceIn, ReopenIn, RollOutIn
from registry.assessments.transitions import Kind
from registry.db import Database


class EthicsApi(Steps):
    """Data-ethics assessments."""

    path = "/api/v1/ethics-assessments"
    kind = Kind.ETHICS

    @post("/", sync_to_thread=True)
    def create(
        self, data: JSONBody[EthicsDocument], db: NamedDependency[Database], asking: NamedDependency[Asking]
    ) -> Response[ChangedOut]:
        """Begin a data-ethics assessment for the caller's organisation."""
        with db.write() as tx:
            return asking.answer(tx, actions.create, self.kind, data, created_under=self.path)

    @put("/{identifier:str}", sync_to_thread=True)
    def edit(
        self,
        identifier: FromPath[str],
        data: JSONBody[EthicsDocument],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Replace the text of a data-ethics assessment. `If-Match` is required."""
        with db.write() as tx:
            return asking.answer(tx, actions.edit, self.kind, identifier, data, if_match=if_match)

    @get("/{identifier:str}/atrs", sync_to_thread=True)
    def read_record(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> AtrsRecord:
        """Read the public record of the tool (ATRS), written from its assessment."""
        with db.read() as reading:
            return actions.public_record(reading, identifier, acting=acting)

    @get("/{identifier:str}/atrs.csv", media_type="text/csv", sync_to_thread=True)
    def export_record(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> str:
        """Read the public record of the tool (ATRS) as one row of CSV under its headings."""
        with db.read() as reading:
            return as_csv(actions.public_record(reading, identifier, acting=acting))

    @post("/{identifier:str}/panel-advice", status_code=200, sync_to_thread=True)
    def advise(
        self,
        identifier: FromPath[str],
        data: JSONBody[PanelAdviceIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the advice of the ethics panel."""
        with db.write() as tx:
            return asking.answer(tx, actions.advise, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/reopen", status_code=200, sync_to_thread=True)
    def reopen(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReopenIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Open a data-ethics assessment again: its approval ends."""
        with db.write() as tx:
            return asking.answer(tx, actions.reopen, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/roll-out", status_code=200, sync_to_thread=True)
    def roll_out(
        self,
        identifier: FromPath[str],
        data: JSONBody[RollOutIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the day a tool went into general use."""
        with db.write() as tx:
            return asking.answer(tx, actions.roll_out, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/effect", status_code=200, sync_to_thread=True)
    def review_effect(
        self,
        identifier: FromPath[str],
        data: JSONBody[EffectIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record what a tool achieved since its roll-out."""
        with db.write() as tx:
            return asking.answer(tx, actions.review_effect, self.kind, identifier, data, if_match=if_match)
