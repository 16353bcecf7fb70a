"""The people of an organisation: accounts, roles, training, leaving. Each sees what was done about them."""

from typing import Protocol, runtime_checkable

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from registry.callers import Caller
from registry.db import Database
from registry.organisations import actions, queries
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import (
    DelegationIn,
    LeaveIn,
    LeftOut,
    NewPerson,
    NoticesOut,
    PersonIn,
    PersonOut,
    RecordedOut,
    RoleIn,
    SharedAuthorityIn,
    TrainingIn,
)
from registry.web.body import StrictBody
from registry.web.guards import check_scope
from registry.web.idempotency import Attempt, once


@runtime_checkable
class PasswordHasher(Protocol):
    """What turns a password into what is stored of it; `oauth` knows how."""

    def __call__(self, password: str) -> str:
        """What is stored of a password."""


class PeopleApi(Controller):
    """People at the caller's organisation. Names are told to colleagues who look after accounts alone."""

    path = "/api/v1/people"
    tags = ("people",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @post("/", sync_to_thread=True)
    def admit(
        self,
        data: JSONBody[PersonIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        hash_password: NamedDependency[PasswordHasher],
    ) -> Response[RecordedOut]:
        """Give a colleague an account. They can do nothing until they hold a role."""
        wanted = NewPerson(
            username=data.username,
            name=data.name,
            email=data.email,
            password_hash=hash_password(data.password),
            demo=acting.caller.demo,
        )
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.admit(tx, wanted, acting=acting), status=201)

    @get("/me/notices", sync_to_thread=True)
    def read_notices(self, db: NamedDependency[Database], caller: NamedDependency[Caller]) -> NoticesOut:
        """Read what was done about oneself: roles asked for, given and ended, work handed over."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            return NoticesOut(results=queries.notices(reading, caller.person) if caller.person else [])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> PersonOut:
        """Read a colleague's roles and training."""
        with db.read() as reading:
            return actions.read_person(reading, identifier, acting=acting)

    @post("/{identifier:str}/roles", status_code=200, sync_to_thread=True)
    def give_role(
        self,
        identifier: FromPath[str],
        data: JSONBody[RoleIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Give a role. One that approves waits until a second person makes the same request."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.give_role(tx, identifier, data.role, acting=acting)
            )

    @post("/{identifier:str}/roles/end", status_code=200, sync_to_thread=True)
    def take_role(
        self,
        identifier: FromPath[str],
        data: JSONBody[RoleIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """End a role, at once."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.take_role(tx, identifier, data.role, acting=acting)
            )

    @post("/{identifier:str}/delegations", status_code=200, sync_to_thread=True)
    def delegate(
        self,
        identifier: FromPath[str],
        data: JSONBody[DelegationIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Lend a role for some days and within limits."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.delegate(tx, identifier, data, acting=acting))

    @post("/{identifier:str}/shared-authority", status_code=200, sync_to_thread=True)
    def share_authority(
        self,
        identifier: FromPath[str],
        data: JSONBody[SharedAuthorityIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Record that a person may sign for the caller's organisation and for another."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.share_authority(tx, identifier, data, acting=acting)
            )

    @post("/{identifier:str}/shared-authority/end", status_code=200, sync_to_thread=True)
    def end_authority(
        self,
        identifier: FromPath[str],
        data: JSONBody[SharedAuthorityIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Take back that a person may sign for the caller's organisation and for another."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.end_authority(tx, identifier, data, acting=acting)
            )

    @post("/{identifier:str}/training", status_code=200, sync_to_thread=True)
    def record_training(
        self,
        identifier: FromPath[str],
        data: JSONBody[TrainingIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Record a course completed for a role, and the last day it counts."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.record_training(tx, identifier, data, acting=acting)
            )

    @post("/{identifier:str}/leave", status_code=200, sync_to_thread=True)
    def leave(
        self,
        identifier: FromPath[str],
        data: JSONBody[LeaveIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[LeftOut]:
        """Let a person leave the caller's organisation, and hand over what would be left to nobody."""
        with db.write() as tx:

            def do() -> Response[BaseModel]:
                left = actions.leave(tx, identifier, hand_over_to=data.hand_over_to, acting=acting)
                return Response(
                    LeftOut(
                        id=left.id,
                        roles=list(left.roles),
                        unfinished=list(left.unfinished),
                        handed_to=left.handed_to,
                        log_index=left.log_index,
                        log_size=left.log_size,
                    )
                )

            return once(tx, attempt, acting.now, do)
