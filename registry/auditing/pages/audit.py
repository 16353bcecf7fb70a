"""The auditor's page: what there is to check, a sample with its evidence, and the whole log to take away."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, RawBody
from litestar.response import File, Redirect
from pydantic import BaseModel

from registry import clock
from registry.auditing.asking import Asked, check_auditor, find, list_population, read_query
from registry.auditing.evidence import evidence_of, shown_of
from registry.auditing.exporting import Exporter
from registry.auditing.population import KINDS, LABELS, as_csv
from registry.db import Database
from registry.exports.actions import give_case
from registry.exports.trust import Trust
from registry.oauth.visitors import Visitor
from registry.organisations.naming import public_names
from registry.policy import Policies
from registry.web.pages import in_language, language_of, page, read_form

Face = Request[Any, Any, Any]
MAX_FORM_BYTES = 4096


class Begin(BaseModel):
    """The form that begins an export: a button, and nothing to fill in."""


class AuditPages(Controller):
    """For people with the role of an auditor."""

    path = "/audit"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show_audit(
        self,
        request: Face,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        base_url: NamedDependency[str],
        visitor: NamedDependency[Visitor],
    ) -> Response[str]:
        """Count what there is to check in a period, and draw a sample of it by a seed."""
        form = read_query(request.scope["query_string"])
        asked, caller = form.model or Asked(), visitor.caller
        with db.read() as reading:
            check_auditor(reading, caller=caller, now=clock.now(), policies=policies)
            found = find(reading, asked, auditor=caller)
            names = public_names(reading, policies.law, {count.body for count in found.counts})
            drawn = [shown_of(reading, item) for item in found.drawn]
        query = asked.query()
        return page(
            "auditing/audit",
            "/audit" + (f"?{query}" if query else ""),
            language_of(request.url.path),
            status=400 if form.faults else 200,
            visitor=visitor,
            form=form,
            faults=form.faults,
            asked=asked,
            query=query,
            found=found,
            drawn=drawn,
            names=names,
            kinds=[(kind, LABELS[kind]) for kind in KINDS],
            base_url=base_url,
        )

    @get("/export", sync_to_thread=True)
    def show_export(
        self,
        request: Face,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        exporter: NamedDependency[Exporter],
        visitor: NamedDependency[Visitor],
    ) -> Response[str]:
        """Show how far the export of the whole log is, and let it be downloaded."""
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
        language = language_of(request.url.path)
        return page(
            "auditing/export", "/audit/export", language, visitor=visitor, standing=exporter.standing()
        )

    @post("/export", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def begin_export(
        self,
        request: Face,
        body: RawBody,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        exporter: NamedDependency[Exporter],
        visitor: NamedDependency[Visitor],
    ) -> Response[Any]:
        """Begin to make an export of the whole log."""
        visitor.check_form(request, read_form(Begin, body, {}))
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
        exporter.begin()
        return Redirect(in_language("/audit/export", language_of(request.url.path)), status_code=303)


class AuditFiles(Controller):
    """What an auditor takes away."""

    path = "/audit"
    include_in_schema = False

    @get("/population.csv", sync_to_thread=True)
    def read_population(
        self,
        request: Face,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        visitor: NamedDependency[Visitor],
    ) -> Response[bytes]:
        """The population that a sample is drawn from, one entry a line."""
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
            asked = read_query(request.scope["query_string"]).model or Asked()
            octets = as_csv(list_population(reading, asked, auditor=visitor.caller))
        return _file(octets, "population.csv", "text/csv; charset=utf-8; header=present")

    @get("/evidence/{index:int}/evidence.json", sync_to_thread=True)
    def read_evidence(
        self,
        index: FromPath[int],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        visitor: NamedDependency[Visitor],
    ) -> Response[bytes]:
        """Statement and signature of one approval that the auditor may see."""
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
            octets = evidence_of(reading, index, own=visitor.caller.organisation)
        if octets is None:
            raise NotFoundException
        return _file(octets, f"evidence-{index}.json", "application/json")

    @get("/cases/{ref:str}/case.zip", sync_to_thread=True)
    def read_case(
        self,
        ref: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        trust: NamedDependency[Trust],
        visitor: NamedDependency[Visitor],
    ) -> Response[bytes]:
        """The case file of one agreement: texts, entries with their proofs, evidence."""
        with db.read() as reading:
            made = give_case(
                reading, ref, trust=trust, caller=visitor.caller, now=clock.now(), policies=policies
            )
        return _file(made.octets, f"{ref}.zip", "application/zip")

    @get("/export/standing.json", sync_to_thread=True)
    def read_standing(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        exporter: NamedDependency[Exporter],
        visitor: NamedDependency[Visitor],
    ) -> Response[dict[str, int | bool]]:
        """How far the export is, for the script of its page."""
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
        standing = exporter.standing()
        told: dict[str, int | bool] = {
            "running": standing.is_running,
            "octets": standing.octets,
            "percent": standing.percent,
        }
        return Response(told, headers={"cache-control": "no-store"})

    @get("/export/log.zip", sync_to_thread=True)
    def read_export(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        exporter: NamedDependency[Exporter],
        visitor: NamedDependency[Visitor],
    ) -> File:
        """The whole log, as it was last made."""
        with db.read() as reading:
            check_auditor(reading, caller=visitor.caller, now=clock.now(), policies=policies)
        if not exporter.standing().is_ready:
            raise NotFoundException
        headers = {"cache-control": "no-store"}
        return File(exporter.file, filename="log.zip", media_type="application/zip", headers=headers)


def _file(octets: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(octets, media_type=media_type, headers=headers)
