"""Emergency decisions (break-glass) over JSON."""

import re

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Row

from registry.db import Database
from registry.records.actions import Acting, emergencies, erasing, stubs
from registry.records.api.frame import IfMatch, answer, provide_acting
from registry.records.schemas import (
    EmergenciesOut,
    EmergencyIn,
    EmergencyOut,
    EmergencyReviewIn,
    RecordedOut,
    RecordFormOut,
    StubOut,
    StubsOut,
    WordsOut,
)
from registry.records.vault import Vault
from registry.web.body import Nothing, StrictBody
from registry.web.catalogue import catalogue
from registry.web.etags import tag
from registry.web.idempotency import Attempt

EVALUATION = re.compile(r"[0-9a-f-]{36}\.[0-9]{1,18}", re.ASCII)
NO_STORE = {"cache-control": "no-store"}


class EmergenciesApi(Controller):
    """Decisions to share, or not to share, in an emergency. Few read their words, and each time is logged."""

    path = "/api/v1/break-glass"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @post("/", sync_to_thread=True)
    def record(
        self,
        data: JSONBody[EmergencyIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        vault: NamedDependency[Vault],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Record a decision to share, or not to share, in an emergency."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: emergencies.record(tx, data, acting=acting, vault=vault),
                created_under=self.path,
            )

    @get("/", sync_to_thread=True)
    def find(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> EmergenciesOut:
        """List the emergency decisions of the caller's organisation, newest first, without their words."""
        with db.read() as reading:
            rows = emergencies.find(reading, acting=acting)
        return EmergenciesOut(results=[emergency_out(row) for row in rows])

    @get("/awaited", sync_to_thread=True)
    def find_awaited(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> StubsOut:
        """List the emergencies in which a system of one's organisation was not told yes, unrecorded."""
        with db.read() as reading:
            rows = stubs.find_open(reading, acting=acting)
        return StubsOut(results=list(map(stub_out, rows)))

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[EmergencyOut]:
        """Read an emergency decision without its words."""
        with db.read() as reading:
            row = emergencies.read(reading, identifier, acting=acting)
        return Response(emergency_out(row), headers={"etag": tag(row.revision)})

    # A safe method may leave a trace that the reader did not ask for (RFC 9110 section 9.2.1). Its answer is
    # never kept under an Idempotency-Key: the words are stored nowhere but encrypted.
    @get("/{identifier:str}/words", sync_to_thread=True)
    def read_words(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        vault: NamedDependency[Vault],
    ) -> Response[WordsOut]:
        """Read the words of an emergency decision. The reading is an entry of the log."""
        with db.write() as tx:
            words = emergencies.read_words(tx, identifier, acting=acting, vault=vault)
        return Response(words, headers=NO_STORE)

    @post("/{identifier:str}/review", status_code=200, sync_to_thread=True)
    def review(
        self,
        identifier: FromPath[str],
        data: JSONBody[EmergencyReviewIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Say what the review of an emergency decision found."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: emergencies.review(tx, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/erase", status_code=200, sync_to_thread=True)
    def erase(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Erase the words of an emergency decision after their retention: one person asks, another agrees."""
        with db.write() as tx:
            return answer(
                tx, acting, attempt, lambda: erasing.erase(tx, identifier, acting=acting, if_match=if_match)
            )


class RecordFormApi(Controller):
    """Where the `record_url` of a permission answer leads."""

    path = "/break-glass/new"
    tags = ("records",)

    @get("/", sync_to_thread=False)
    def read_form(self, evaluation: FromQuery[str] = "") -> RecordFormOut:
        """Say how an emergency decision is recorded, for the evaluation that led here."""
        how = catalogue()["record-an-emergency"]
        return RecordFormOut(
            href=EmergenciesApi.path,
            evaluation_id=evaluation if EVALUATION.fullmatch(evaluation) else None,
            json_schema=EmergencyIn.model_json_schema(),
            en=how.en,
            cy=how.cy,
        )


def emergency_out(row: Row[tuple[object, ...]]) -> EmergencyOut:
    """An emergency decision as it is read, without its words."""
    return EmergencyOut.model_validate(
        {**row._mapping, "erasure_asked": row.erasure_asked_by is not None, "erased": row.words is None}
    )


def stub_out(row: Row[tuple[object, ...]]) -> StubOut:
    """An emergency that awaits its record."""
    return StubOut.model_validate(dict(row._mapping))
