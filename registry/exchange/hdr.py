"""The data use register of Health Data Research UK, version 2, in its columns (DOMAIN 1.7: the "Five Safes").

One row for each agreement under which an organisation gives data for research, statistics or planning.
"""

from collections.abc import Iterable, Iterator

from registry.agreements.terms import Flow, Item
from registry.exchange.columns import Register, Row
from registry.exchange.outline import conditions, lawful_basis
from registry.exchange.papers import Line
from registry.exchange.voice import Voice

COLUMNS = (
    "Lead applicant organisation name",
    "Organisation ID",
    "Organisation sector",
    "Applicant names",
    "Applicant ID",
    "Funders/Sponsors",
    "DEA accredited researcher?",
    "Sub-licence arrangements",
    "Project ID",
    "Project title",
    "Lay summary",
    "Public benefit statement",
    "Request category type",
    "Technical summary",
    "Other approval committees",
    "Project start date",
    "Project end date",
    "Latest approval date",
    "Dataset(s) name",
    "Data sensitivity level",
    "Legal basis for provision of data under Article 6",
    "Lawful conditions for provision of data under Article 9",
    "Common Law Duty of Confidentiality",
    "National data opt-out applied?",
    "Request frequency",
    "For linked datasets, specify how the linkage will take place",
    "How linked assets are managed",
    "Description of the confidential data being used",
    "Release/Access date",
    "Access type",
    "How has data been processed to enhance privacy?",
    "Link to research outputs",
)
LEVELS = {
    "identifiable": "Personally Identifiable",
    "pseudonymised": "De-Personalised",
    "de-personalised": "De-Personalised",
    "aggregate": "Anonymous",
}
"""The standard's three levels, the most sensitive first."""

PURPOSES = frozenset({"research", "statistics", "planning-commissioning", "public-health"})


def rows(lines: Iterable[Line], organisation: str, voice: Voice) -> Iterator[Row]:
    """One row for each version under which the organisation gives data for such a use."""
    for line in lines:
        flows = [flow for flow in line.terms.flows if flow.from_ == organisation]
        given = [flow for flow in flows if PURPOSES & set(flow.purposes)]
        if given:
            yield _row(line, given, voice)


def _row(line: Line, flows: list[Flow], voice: Voice) -> Row:
    terms = line.terms
    items = list({item.id: item for flow in flows for item in terms.items_of(flow)}.values())
    recipients = sorted({flow.to for flow in flows})
    bases = [basis for flow in flows for basis in flow.bases if basis.party == flow.from_]
    purposes = {purpose for flow in flows for purpose in flow.purposes}
    routes = sorted({flow.confidentiality.route for flow in flows} - {""})
    filled = {
        "Lead applicant organisation name": voice.bodies(recipients),
        "Organisation ID": "; ".join(recipients),
        "Project ID": line.ref,
        "Project title": voice.text(terms.title),
        "Lay summary": voice.text(terms.summary),
        "Public benefit statement": terms.governance.benefits,
        "Request category type": voice.codes("purposes", sorted(purposes)),
        "Technical summary": terms.governance.narrative,
        "Project start date": terms.starts_on.isoformat(),
        "Project end date": terms.expires_on.isoformat(),
        "Dataset(s) name": "; ".join(item.name or item.code for item in items),
        "Data sensitivity level": _level(items),
        "Legal basis for provision of data under Article 6": _each(lawful_basis(b, voice) for b in bases),
        "Lawful conditions for provision of data under Article 9": _each(conditions(b, voice) for b in bases),
        "Common Law Duty of Confidentiality": voice.codes("confidentiality_routes", routes),
        "National data opt-out applied?": _each(flow.confidentiality.opt_out for flow in flows),
        "Request frequency": voice.codes("frequencies", sorted({flow.frequency for flow in flows})),
        "For linked datasets, specify how the linkage will take place": _each(f.matching_key for f in flows),
        "Description of the confidential data being used": _each(
            item.definition for item in items if item.patient_information
        ),
        "Access type": "TRE" if all("tre" in flow.methods for flow in flows) else "Release",
    }
    return {column: filled.get(column, "") for column in COLUMNS}


def _level(items: list[Item]) -> str:
    found = {LEVELS[item.identifiability] for item in items}
    return next(level for level in LEVELS.values() if level in found)


def _each(values: Iterable[str]) -> str:
    """The values that say something, each once."""
    return "; ".join(dict.fromkeys(value for value in values if value))


HDR = Register(COLUMNS, rows)
