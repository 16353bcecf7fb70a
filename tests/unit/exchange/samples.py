"""Papers to give out: every agreement of the sample registry, and one made for a test."""

import json
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from registry import clock
from registry.agreements.terms import Terms
from registry.demo.samples import sample_files
from registry.exchange.linked import Web
from registry.exchange.papers import Line, Named, Paper
from registry.exchange.voice import Language, Voice
from registry.imports.days import resolve_days
from registry.imports.document import read_file
from registry.policy import Policies
from registry.settings import ROOT
from registry.web.documents import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, terms

WEB = Web("https://registry.test")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NAMES = {LANCASHIRE: Named("Lancashire", "Sir Gaerhirfryn"), BLACKPOOL: Named("Blackpool", "Blackpool")}


@cache
def policies() -> Policies:
    return Policies.load(ROOT / "policies")


def voice(language: Language = "en") -> Voice:
    return Voice(language, policies().law, NAMES)


def paper(document: dict[str, Any] | None = None) -> Paper:
    """A signed version of these terms, the small sample's unless others are given."""
    octets = json.dumps(document or terms()).encode()
    signature = SimpleNamespace(
        organisation=LANCASHIRE,
        role="signatory",
        decision="sign",
        strength="session",
        signed_at=NOW,
        log_index=41,
    )
    written = Terms.model_validate_json(octets)
    return Paper(
        ref="ISA-2222222222",
        number=1,
        hash=digest(octets),
        log_index=17,
        terms=written,
        review_on=written.review_on,
        document=octets,
        signatures=[cast(Any, signature)],
        names=NAMES,
    )


def line(document: dict[str, Any] | None = None) -> Line:
    """The same as a body holds it."""
    made = paper(document)
    return Line(made.ref, made.number, "active", made.terms, made.review_on, ())


def every_sample() -> dict[str, dict[str, Any]]:
    """Every terms document that the sample registry begins with, by its label."""
    found = {}
    for path in sample_files():
        content = resolve_days(read_file(path).value, clock.london_day(NOW))
        for entry in (*content.get("agreements", ()), *content.get("story", ())):
            document = entry.get("terms") or entry.get("with", {}).get("terms")
            if document and entry.get("name"):
                found[entry["name"]] = document
    return found
