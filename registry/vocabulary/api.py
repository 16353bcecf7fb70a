"""The vocabulary for machines (JSON-LD, in the open), and the deployment's own entries of law."""

import hashlib
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import BaseModel

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.policy import Policies
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


class OverlayApi(Controller):
    """Two people let a deployment's own entries of law count."""

    path = "/api/v1/vocabulary/overlay"
    tags = ("vocabulary",)
    dto = StrictBody
    return_dto = None

    @post("/propose", status_code=200, sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[OverlayIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        folders: NamedDependency[Folders],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
    ) -> Response[OverlayChangedOut]:
        """Propose that the entries lying there count."""
        now = clock.now()

        def do() -> Response[BaseModel]:
            return _changed(
                actions.propose(tx, data.digest, folders=folders, policies=policies, caller=caller, now=now)
            )

        with db.write() as tx:
            return once(tx, attempt, now, do)

    @post("/approve", status_code=200, sync_to_thread=True)
    def approve(
        self,
        data: JSONBody[OverlayIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        folders: NamedDependency[Folders],
        caller: NamedDependency[Caller],
        attempt: NamedDependency[Attempt],
    ) -> Response[OverlayChangedOut]:
        """Approve, as a second person, the entries that another proposed."""
        now = clock.now()

        def do() -> Response[BaseModel]:
            return _changed(
                actions.approve(tx, data.digest, folders=folders, policies=policies, caller=caller, now=now)
            )

        with db.write() as tx:
            return once(tx, attempt, now, do)


def _changed(changed: Changed) -> Response[BaseModel]:
    return Response(
        OverlayChangedOut(
            digest=changed.digest,
            status=changed.status,
            log_index=changed.log_index,
            log_size=changed.log_index + 1,
        )
    )


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
