"""The record of processing activities (UK GDPR Article 30) in the columns of the ICO's controller template.

One row for each flow that an organisation is an end of; the reference leads from a body's asset register to
the agreement. The order of columns follows DOMAIN 8.
"""

from collections.abc import Iterable, Iterator

from registry.agreements.terms import Flow, Terms
from registry.assessments.transitions import Kind
from registry.exchange.columns import Register, Row
from registry.exchange.outline import conditions, lawful_basis
from registry.exchange.papers import Line
from registry.exchange.voice import Voice

COLUMNS = (
    "Business function",
    "Purpose of processing",
    "Name and contact details of joint controller",
    "Categories of individuals",
    "Categories of personal data",
    "Categories of recipients",
    "Link to contract with processor",
    "Names of third countries",
    "Safeguards for exceptional transfers",
    "Retention schedule",
    "General description of security measures",
    "Article 6 lawful basis",
    "Article 9 basis for special category data",
    "Link to legitimate interests assessment",
    "Rights available to individuals",
    "Existence of automated decision-making",
    "Source of the personal data",
    "Link to record of consent",
    "Location of personal data",
    "DPIA required?",
    "DPIA progress",
    "Link to DPIA",
    "Has a personal data breach occurred?",
    "Data Protection Act 2018 Schedule 1 condition",
    "Link to appropriate policy document",
    "Retained as the policy document says?",
    "Information sharing agreement",
)


def rows(lines: Iterable[Line], organisation: str, voice: Voice) -> Iterator[Row]:
    """One row for each flow of each version that the organisation is an end of."""
    for line in lines:
        for flow in line.terms.flows:
            if organisation in {flow.from_, flow.to}:
                yield _row(line, flow, organisation, voice)


def _row(line: Line, flow: Flow, organisation: str, voice: Voice) -> Row:
    terms = line.terms
    own = [basis for basis in flow.bases if basis.party == organisation]
    items = terms.items_of(flow)
    return dict(
        zip(
            COLUMNS,
            (
                voice.text(terms.title),
                voice.codes("purposes", flow.purposes),
                voice.bodies([one for one in _joint(terms) if one != organisation]),
                voice.codes("subject_groups", flow.subject_groups),
                voice.codes("categories", sorted({item.category for item in items})),
                voice.bodies([flow.to, *flow.onward_recipients]),
                "; ".join(terms.security.processors),
                "; ".join(terms.international.countries),
                terms.international.mechanism,
                "; ".join(part for part in (flow.retention.period, flow.retention.trigger) if part),
                "; ".join(part for part in (terms.security.encryption, terms.security.access) if part),
                "; ".join(lawful_basis(basis, voice) for basis in own),
                "; ".join(conditions(basis, voice) for basis in own if basis.art9 or basis.sch8),
                terms.assessments.legitimate_interests,
                terms.rights.subject_access,
                voice.code("automation", flow.automation),
                voice.body(flow.from_),
                voice.code("confidentiality_routes", flow.confidentiality.route),
                terms.security.hosting,
                *_dpia(line, voice),
                "",
                "; ".join(basis.sch1 for basis in own if basis.sch1),
                "; ".join(basis.policy_document for basis in own if basis.policy_document),
                "",
                f"{line.ref} v{line.number} {flow.id}",
            ),
            strict=True,
        )
    )


def _joint(terms: Terms) -> list[str]:
    return [party.organisation for party in terms.parties if "joint-controller" in party.roles]


def _dpia(line: Line, voice: Voice) -> tuple[str, str, str]:
    """Whether one is required, how far it is, and which it is."""
    found = [one for one in line.assessments if one.kind is Kind.DPIA]
    required = any(not one.not_required for one in found)
    return (
        voice.yes(required),
        "; ".join(one.status.value for one in found),
        "; ".join(one.id for one in found),
    )


ROPA = Register(COLUMNS, rows)
