"""The register of sharing under Part 5 of the Digital Economy Act 2017, in its columns (DOMAIN 1.4).

One row for each agreement that rests on a gateway of that Act.
"""

from collections.abc import Iterable, Iterator

from registry.exchange.columns import Register, Row
from registry.exchange.outline import gateway
from registry.exchange.papers import Line
from registry.exchange.voice import Voice

POWERS = "DEA17"
COLUMNS = (
    "id",
    "agreement_name",
    "purpose",
    "benefits",
    "information_sharing_benefits",
    "disclosed_information",
    "method",
    "information_sharing_method",
    "contact",
    "start_date",
    "end_date",
    "review_date",
    "retention_period",
    "isa_status",
    "notes",
    "powers",
    "controllers",
    "processors",
)
PROCESSING = frozenset({"processor", "sub-processor"})


def rows(lines: Iterable[Line], organisation: str, voice: Voice) -> Iterator[Row]:
    """One row for each version that rests on the Act."""
    for line in lines:
        powers = sorted({code for flow in line.terms.flows for code in flow.gateways if _is_power(code)})
        if powers:
            yield _row(line, organisation, powers, voice)


def _is_power(code: str) -> bool:
    return code.startswith(POWERS)


def _row(line: Line, organisation: str, powers: list[str], voice: Voice) -> Row:
    terms = line.terms
    flows = terms.flows
    own = next(party for party in terms.parties if party.organisation == organisation)
    processors = [party.organisation for party in terms.parties if PROCESSING & set(party.roles)]
    return {
        "id": line.ref,
        "agreement_name": voice.text(terms.title),
        "purpose": voice.codes("purposes", sorted({one for flow in flows for one in flow.purposes})),
        "benefits": terms.governance.benefits,
        "information_sharing_benefits": voice.text(terms.summary),
        "disclosed_information": "; ".join(item.name or item.code for item in terms.items),
        "method": voice.codes("frequencies", sorted({flow.frequency for flow in flows})),
        "information_sharing_method": voice.codes(
            "methods", sorted({one for flow in flows for one in flow.methods})
        ),
        "contact": own.contacts.ig,
        "start_date": terms.starts_on.isoformat(),
        "end_date": terms.expires_on.isoformat(),
        "review_date": line.review_on.isoformat(),
        "retention_period": "; ".join(sorted({flow.retention.period for flow in flows} - {""})),
        "isa_status": "Active",
        "notes": terms.governance.narrative,
        "powers": "; ".join(gateway(code, voice) for code in powers),
        "controllers": voice.bodies(terms.controllers()),
        "processors": voice.bodies(processors),
    }


DEA = Register(COLUMNS, rows)
