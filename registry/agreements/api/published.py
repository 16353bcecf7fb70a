"""What anyone may read of the form of agreements: code lists, and the schema of the terms."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from registry.agreements.schemas import (
    CodeOut,
)
from registry.agreements.terms import json_schema
from registry.callers import Caller
from registry.policy import Policies
from registry.web.guards import check_scope

CODE_LISTS = (
    "purposes",
    "subject_groups",
    "categories",
    "obligations",
    "gateways",
    "age_bands",
    "methods",
    "frequencies",
    "volumes",
    "actions",
    "confidentiality_routes",
)

CACHED = {"cache-control": "public, max-age=300"}


class VocabularyApi(Controller):
    """The codes that terms and questions may use."""

    path = "/api/v1/vocabulary"
    tags = ("vocabulary",)

    @get("/", sync_to_thread=False)
    def read(
        self, policies: NamedDependency[Policies], caller: NamedDependency[Caller]
    ) -> dict[str, list[CodeOut]]:
        """Read every code list, in English and Welsh."""
        check_scope(caller, "register:read")
        lists = {name: getattr(policies.law, name) for name in CODE_LISTS}
        return {
            name: [CodeOut(code=entry.code, en=entry.en, cy=entry.cy) for entry in entries.values()]
            for name, entries in lists.items()
        }


class SchemasApi(Controller):
    """The JSON Schemas of documents that are frozen and signed."""

    path = "/schemas"
    tags = ("agreements",)

    @get("/terms-1.json", media_type="application/schema+json", sync_to_thread=False)
    def read_terms_schema(self) -> Response[dict[str, Any]]:
        """Read the JSON Schema of the terms document `terms/1` (2020-12)."""
        return Response(json_schema(), media_type="application/schema+json", headers=CACHED)
