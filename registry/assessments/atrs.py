"""The public record of a tool, written from its data-ethics assessment (ATRS v3; DOMAIN 5.1, 8)."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from registry.assessments.ethics import EthicsDocument
from registry.assessments.transitions import Stage, Status

ATRS_VERSION = "v3.0"

FIELDS: tuple[tuple[str, str], ...] = (
    ("1.1 name", "name"),
    ("1.2 description", "description"),
    ("1.3 website", "website"),
    ("1.4 contact", "contact"),
    ("2.1.1 organisation", "organisation"),
    ("2.1.2 team", "team"),
    ("2.1.3 senior responsible owner", "senior_owner"),
    ("2.1.4 supplier", "supplier"),
    ("2.1.5 supplier role", "supplier_role"),
    ("2.1.6 Companies House number", "companies_house"),
    ("2.1.7 procurement", "procurement"),
    ("2.1.8 data access terms", "access_terms"),
    ("2.2.1 detailed description", "how_it_works"),
    ("2.2.2 scope", "scope"),
    ("2.2.3 benefit", "benefit"),
    ("2.2.4 previous process", "previous_process"),
    ("2.2.5 alternatives considered", "alternatives"),
    ("2.3.1 process integration", "process_integration"),
    ("2.3.2 provided information", "information_provided"),
    ("2.3.3 frequency and scale", "frequency_and_scale"),
    ("2.3.4 human decisions and review", "human_decisions"),
    ("2.3.5 required training", "training"),
    ("2.3.6 appeals and contestability", "appeals"),
    ("2.4.1 system architecture", "system_architecture"),
    ("2.4.2 model", "model"),
    ("2.4.3 maintenance", "maintenance"),
    ("2.4.4 data sources", "data_sources"),
    ("2.4.5 data categories", "data_categories"),
    ("2.5.1 impact assessments", "impact_assessments"),
    ("2.5.2 risks and mitigations", "risks"),
    ("metadata: organisation id", "organisation_id"),
    ("metadata: function", "function"),
    ("metadata: capability", "capability"),
    ("metadata: task", "task"),
    ("metadata: phase", "phase"),
    ("metadata: region", "region"),
    ("metadata: date published", "published_on"),
    ("metadata: ATRS version", "atrs_version"),
    ("metadata: tags", "tags"),
)
"""The columns of the CSV form in order, and the member of the record that each shows."""

PHASES: dict[Stage, str] = {
    "idea": "pre-deployment",
    "before-pilot": "beta-pilot",
    "before-use": "production",
}
"""The phase that a stage of the assessment speaks of, where the record names none itself."""

AtrsRecord = dict[str, str | list[str]]
"""One record: a text or a list of texts under each member of `FIELDS`; `missing` is what it still needs."""

RETIRED = frozenset({Status.REVOKED, Status.SUPERSEDED, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the record says beyond the text: the body that owns the tool, and how far its assessment is."""

    id: str
    owner: str
    organisation: str
    status: Status
    decided_on: date | None
    dpias: tuple[str, ...]


def record_of(document: EthicsDocument, facts: Facts) -> AtrsRecord:
    """The record of the tool that a document assesses."""
    said = document.public_record
    given: AtrsRecord = said.model_dump(mode="json", exclude={"phase"})
    return given | {
        "name": document.model.name,
        "organisation": facts.organisation,
        "organisation_id": facts.owner,
        "supplier": document.model.vendor,
        "model": f"{document.model.name} {document.model.version}".strip(),
        "data_categories": document.scope.categories,
        "impact_assessments": [
            *(f"DPIA {one}" for one in facts.dpias),
            f"Data-ethics assessment {facts.id} ({facts.status})",
        ],
        "risks": [
            f"{question}: {answer.mitigation}"
            for question, answer in document.answers.items()
            if answer.mitigation
        ],
        "phase": said.phase or _phase(document, facts.status),
        "published_on": facts.decided_on.isoformat() if facts.decided_on else "",
        "atrs_version": ATRS_VERSION,
        "missing": list(document.public_record_gaps()),
    }


def as_csv(record: AtrsRecord) -> str:
    """The record as one row under its headings; the texts of a list are joined by semicolons."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(heading for heading, _ in FIELDS)
    rows.writerow(_cell(record[member]) for _, member in FIELDS)
    return written.getvalue()


def _phase(document: EthicsDocument, status: Status) -> str:
    return "retired" if status in RETIRED else PHASES[document.asked_at]


def _cell(value: str | list[str]) -> str:
    """The text of a cell; one that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = "; ".join(value) if isinstance(value, list) else value
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
