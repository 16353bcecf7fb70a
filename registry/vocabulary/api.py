"""The vocabulary for machines (JSON-LD, in the open), and the deployment's own entries of law."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.policy import Policies
from registry.policy.schema import law_schema
from registry.vocabulary import actions
from registry.vocabulary.actions import Changed, Folders
from registry.vocabulary.linked import Linked
from registry.vocabulary.rules import NoSuchCode
from registry.vocabulary.schemas import DifferenceOut, OverlayChangedOut, OverlayIn, OverlayOut
from registry.web.body import StrictBody
from registry.web.idempotency import Attempt, once

LINKED_DATA = "application/ld+json"
CACHED = "public, max-age=3600"
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=400)]


class LinkedVocabularyApi(Controller):
    """Every code list as SKOS concepts in English and Welsh."""

    path = "/vocabulary"
    tags = ("vocabulary",)

    @get("/", media_type=LINKED_DATA, sync_to_thread=False)
    def read_all(
        self, linked: NamedDependency[Linked], if_none_match: IfNoneMatch = None
    ) -> Response[dict[str, Any]]:
        """Read the whole vocabulary."""
        return _document(linked, if_none_match)

    @get("/overlay", sync_to_thread=True)
    def read_overlay(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        folders: NamedDependency[Folders],
    ) -> OverlayOut:
        """Read the entries that this registry adds to the shipped law or changes in it."""
        with db.read() as reading:
            found = actions.read(reading, folders)
        shown = found.overlay.differences if found.overlay else ()
        return OverlayOut(
            digest=found.overlay and found.overlay.digest,
            status=found.status,
            in_effect=policies.overlay,
            differences=[DifferenceOut.of(one) for one in shown],
        )

    @get("/{name:str}", media_type=LINKED_DATA, sync_to_thread=False)
    def read_list(
        self, name: FromPath[str], linked: NamedDependency[Linked], if_none_match: IfNoneMatch = None
    ) -> Response[dict[str, Any]]:
        """Read one list."""
        return _document(linked, if_none_match, name)

    @get("/{name:str}/{code:path}", media_type=LINKED_DATA, sync_to_thread=False)
    def read_code(
        self,
        name: FromPath[str],
        code: FromPath[str],
        linked: NamedDependency[Linked],
        if_none_match: IfNoneMatch = None,
    ) -> Response[dict[str, Any]]:
        """Read one code. A code with a stroke in it may be written with it or with %2F."""
        return _document(linked, if_none_match, name, str(code).removeprefix("/"))


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides about which entries, in which attempt, when, and the policies it is judged by."""

    caller: Caller
    policies: Policies
    folders: Folders
    attempt: Attempt
    now: datetime

    def answer(
        self, tx: Transaction, action: Callable[..., Changed], wanted: OverlayIn
    ) -> Response[OverlayChangedOut]:
        """The answer to what an action does; to the same attempt again, the answer it got."""

        def do() -> Response[BaseModel]:
            changed = action(
                tx,
                wanted.digest,
                folders=self.folders,
                policies=self.policies,
                caller=self.caller,
                now=self.now,
            )
            return Response(OverlayChangedOut(**changed._asdict(), log_size=changed.log_index + 1))

        return once(tx, self.attempt, self.now, do)


def provide_deciding(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    folders: NamedDependency[Folders],
    attempt: NamedDependency[Attempt],
) -> Deciding:
    """The dependency `deciding` of what two people do."""
    return Deciding(caller, policies, folders, attempt, clock.now())


class OverlayApi(Controller):
    """Two people let a deployment's own entries of law count."""

    path = "/api/v1/vocabulary/overlay"
    tags = ("vocabulary",)
    dependencies = {"deciding": Provide(provide_deciding, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @post("/propose", status_code=200, sync_to_thread=True)
    def propose(
        self, data: JSONBody[OverlayIn], db: NamedDependency[Database], deciding: NamedDependency[Deciding]
    ) -> Response[OverlayChangedOut]:
        """Propose that the entries lying there count."""
        with db.write() as tx:
            return deciding.answer(tx, actions.propose, data)

    @post("/approve", status_code=200, sync_to_thread=True)
    def approve(
        self, data: JSONBody[OverlayIn], db: NamedDependency[Database], deciding: NamedDependency[Deciding]
    ) -> Response[OverlayChangedOut]:
        """Approve, as a second person, the entries that another proposed."""
        with db.write() as tx:
            return deciding.answer(tx, actions.approve, data)


class LawSchemaApi(Controller):
    """The JSON Schema of the law files, for whoever writes entries of their own."""

    path = "/schemas"
    tags = ("vocabulary",)

    @get("/law-1.json", media_type="application/schema+json", sync_to_thread=False)
    def read_law_schema(self) -> Response[dict[str, Any]]:
        """Read the JSON Schema of the files under policies/law (2020-12)."""
        headers = {"cache-control": CACHED}
        return Response(law_schema(), media_type="application/schema+json", headers=headers)


def _document(linked: Linked, if_none_match: str | None, *place: str) -> Response[Any]:
    """A document with its entity tag; no body for whoever has it already (RFC 9110 section 13.1.2)."""
    content = linked.document(*place)
    if content is None:
        raise NoSuchCode(place="/".join(place))
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": CACHED}
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    if tag in known or known == ["*"]:
        return Response(None, status_code=304, headers=headers)
    return Response(content, media_type=LINKED_DATA, headers=headers)
