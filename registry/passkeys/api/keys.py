"""Organisations' own keys over JSON. What stands on a body's own domain is fetched outside transactions."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Row

from registry import clock
from registry.db import Database
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import RecordedOut
from registry.passkeys.actions import keys
from registry.passkeys.ceremonies import Ceremony
from registry.passkeys.domains import OwnDomains
from registry.passkeys.schemas import CountersignIn, KeyIn, KeyOut, KeysOut
from registry.verification.rosters import OrganisationKey
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt


class OrganisationKeysApi(Controller):
    """The keys by which organisations vouch for their people and approve over the API."""

    path = "/api/v1/organisation-keys"
    tags = ("passkeys",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_keys(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        organisation: FromQuery[str | None] = None,
    ) -> KeysOut:
        """List the keys of an organisation, by default one's own, with who countersigned them."""
        with db.read() as reading:
            found = keys.list_keys(reading, organisation or acting.caller.organisation, acting=acting)
        return KeysOut(results=[_key(row, signed) for row, signed in found])

    @post("/", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[KeyIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Propose the key of the caller's organisation: its first one, or one in place of another."""
        with db.write() as tx:
            return change(
                tx,
                acting,
                attempt,
                lambda: keys.propose(tx, data, acting=acting, ceremony=ceremony),
                status=201,
            )

    @post("/{identifier:str}/countersign", status_code=200, sync_to_thread=True)
    def countersign(
        self,
        identifier: FromPath[str],
        data: JSONBody[CountersignIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Countersign another organisation's key."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: keys.countersign(tx, identifier, data, acting=acting))

    @post("/{identifier:str}/register", status_code=200, sync_to_thread=True)
    def register(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        domains: NamedDependency[OwnDomains],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """Look for the key on the organisation's own domain, and let it count from here on."""
        with db.read() as reading:
            url = keys.find_url(reading, identifier, acting=acting)
        published = domains.read(url)
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: keys.register(tx, identifier, published, acting=acting)
            )

    @post("/{identifier:str}/withdraw", status_code=200, sync_to_thread=True)
    def withdraw(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """Take back a proposed key that does not count yet."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: keys.withdraw(tx, identifier, acting=acting))


def _key(row: Row[Any], countersigned_by: Sequence[str]) -> KeyOut:
    registered = row.registered_at is not None
    document = bytes(row.document)
    return KeyOut(
        id=row.id,
        organisation=row.organisation,
        document=document.decode(),
        digest=row.digest,
        url=keys.url_of(OrganisationKey.parse(document)),
        status="registered" if registered else "withdrawn" if row.withdrawn_at else "waiting",
        is_reset=row.is_reset,
        countersigned_by=list(countersigned_by),
        proposed_at=clock.stamp(row.proposed_at),
        registered_at=clock.stamp(row.registered_at) if registered else None,
        evidence=bytes(row.evidence).decode() if row.evidence else None,
        log_index=row.log_index,
    )
