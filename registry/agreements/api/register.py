"""Agreements over JSON. Each change opens its transaction here and answers after it has committed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import Row

from registry import clock
from registry.agreements import actions
from registry.agreements.actions.reading import Read
from registry.agreements.api.frame import Acting, IfMatch, Ref, provide_acting
from registry.agreements.api.telling import told
from registry.agreements.schemas import (
    CarriedOut,
    ChangedOut,
    ConfirmIn,
    NeededOut,
    PageOut,
    ReasonIn,
    ResumeIn,
    ReviewIn,
    SignatureOut,
    SignIn,
    SummaryOut,
    SuspendIn,
    TerminateIn,
    TermsIn,
    VersionOut,
)
from registry.callers import Caller
from registry.db import Database
from registry.errors import PreconditionMissing
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.body import Nothing, StrictBody

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Cursor = Annotated[str, QueryParameter(max_length=40)]
SearchText = Annotated[str | None, QueryParameter(max_length=200)]


class AgreementsApi(Controller):
    """The register of agreements: draft, review, sign, suspend, review again, end."""

    path = "/api/v1/agreements"
    tags = ("agreements",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @get("/", sync_to_thread=True)
    def find(
        self,
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        party: FromQuery[str | None] = None,
        purpose: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        q: SearchText = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Response[PageOut]:
        """Find agreements that the caller's organisation may see, in order of reference."""
        with db.read() as reading:
            found = actions.find(
                reading,
                party=party,
                purpose=purpose,
                category=category,
                status=status,
                text=q,
                after=cursor,
                limit=limit,
                caller=caller,
            )
        lines = [_line(row, found.parties[row.id]) for row in found.rows]
        headers = {"link": _next_page(request, found.next)} if found.next else {}
        return Response(PageOut(results=lines, next=found.next), headers=headers)

    @post("/", sync_to_thread=True)
    def create(
        self,
        data: JSONBody[TermsIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[ChangedOut]:
        """Make a draft of a new agreement."""
        with db.write() as tx:
            return acting.answer(tx, actions.create, data, status=201)

    @get("/{ref:str}", sync_to_thread=True)
    def read(
        self,
        ref: Ref,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> Response[VersionOut]:
        """Read the newest version that the caller may see."""
        with db.read() as reading:
            return _version(
                actions.read(reading, ref, None, caller=caller, now=clock.now(), policies=policies)
            )

    @get("/{ref:str}/versions/{number:int}", sync_to_thread=True)
    def read_version(
        self,
        ref: Ref,
        number: FromPath[int],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> Response[VersionOut]:
        """Read one version."""
        with db.read() as reading:
            return _version(
                actions.read(reading, ref, number, caller=caller, now=clock.now(), policies=policies)
            )

    @put("/{ref:str}/draft", sync_to_thread=True)
    def edit(
        self,
        ref: Ref,
        data: JSONBody[TermsIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Replace the text of a draft. `If-Match` is required."""
        if if_match is None:
            raise PreconditionMissing
        with db.write() as tx:
            return acting.answer(tx, actions.edit, ref, data, if_match=if_match)

    @post("/{ref:str}/submit", status_code=200, sync_to_thread=True)
    def submit(
        self,
        ref: Ref,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        data: JSONBody[Nothing | None] = None,
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Freeze the text and hand it to quality review."""
        with db.write() as tx:
            return acting.answer(tx, actions.submit, ref, if_match=if_match)

    @post("/{ref:str}/qa-review", status_code=200, sync_to_thread=True)
    def review(
        self,
        ref: Ref,
        data: JSONBody[ReviewIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Accept a submitted text, or ask for changes."""
        with db.write() as tx:
            return acting.answer(tx, actions.review, ref, data, if_match=if_match)

    @post("/{ref:str}/sign", status_code=200, sync_to_thread=True)
    def sign(
        self,
        ref: Ref,
        data: JSONBody[SignIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
    ) -> Response[ChangedOut]:
        """Sign an agreement version for the caller's organisation, or refuse to."""
        with db.write() as tx:
            return acting.answer(tx, actions.sign, ref, data, ceremony=ceremony)

    @post("/{ref:str}/suspend", status_code=200, sync_to_thread=True)
    def suspend(
        self,
        ref: Ref,
        data: JSONBody[SuspendIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Suspend flows at once."""
        with db.write() as tx:
            return acting.answer(tx, actions.suspend, ref, data, if_match=if_match, ceremony=ceremony)

    @post("/{ref:str}/resume", status_code=200, sync_to_thread=True)
    def resume(
        self,
        ref: Ref,
        data: JSONBody[ResumeIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Lift the caller's organisation's own suspensions."""
        with db.write() as tx:
            return acting.answer(tx, actions.resume, ref, data, if_match=if_match, ceremony=ceremony)

    @post("/{ref:str}/amend", status_code=200, sync_to_thread=True)
    def amend(
        self,
        ref: Ref,
        data: JSONBody[TermsIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Make a draft of a further version."""
        with db.write() as tx:
            return acting.answer(tx, actions.amend, ref, data, if_match=if_match)

    @post("/{ref:str}/confirm", status_code=200, sync_to_thread=True)
    def confirm(
        self,
        ref: Ref,
        data: JSONBody[ConfirmIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Confirm at review that the agreement goes on unchanged."""
        with db.write() as tx:
            return acting.answer(tx, actions.confirm, ref, data, if_match=if_match)

    @post("/{ref:str}/terminate", status_code=200, sync_to_thread=True)
    def terminate(
        self,
        ref: Ref,
        data: JSONBody[TerminateIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """End the agreement for the caller's organisation."""
        with db.write() as tx:
            return acting.answer(tx, actions.terminate, ref, data, if_match=if_match, ceremony=ceremony)

    @post("/{ref:str}/withdraw", status_code=200, sync_to_thread=True)
    def withdraw(
        self,
        ref: Ref,
        data: JSONBody[ReasonIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Withdraw a version that is not in force."""
        with db.write() as tx:
            return acting.answer(tx, actions.withdraw, ref, data, if_match=if_match)


def _version(found: Read) -> Response[VersionOut]:
    version = found.version
    out = VersionOut(
        ref=version.ref,
        version=version.number,
        status=version.status.value,
        hash=version.hash,
        terms=found.terms,
        signatures=[SignatureOut(**_signature(row)) for row in found.signatures if not row.carried_from],
        carried=[
            CarriedOut(version=row.carried_from, **_signature(row))
            for row in found.signatures
            if row.carried_from
        ],
        signatures_needed=[NeededOut.model_validate(asdict(one)) for one in found.needed],
        **told(found),
    )
    return Response(out, headers={"etag": version.etag})


def _signature(row: Row[Any]) -> dict[str, Any]:
    return {
        "organisation": row.organisation,
        "role": row.role,
        "decision": row.decision,
        "hash": row.hash,
        "strength": row.strength,
        "marked": row.marked,
        "signed_at": clock.stamp(row.signed_at),
        "log_index": row.log_index,
    }


def _next_page(request: Request[Any, Any, Any], cursor: str) -> str:
    """The `Link` to the next page of the same search (RFC 8288)."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f'<{request.url.path}?{urlencode([*asked, ("cursor", cursor)])}>; rel="next"'


def _line(row: Row[Any], parties: Sequence[str]) -> SummaryOut:
    return SummaryOut(
        ref=row.ref,
        version=row.number,
        status=row.status,
        title={"en": row.title_en, "cy": row.title_cy},
        parties=list(parties),
        starts_on=row.starts_on,
        expires_on=row.expires_on,
        review_on=row.review_on,
    )
