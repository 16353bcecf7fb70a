"""Whether every code a terms document uses is in the catalogue, and every organisation registered."""

from collections.abc import Collection, Iterator, Mapping

from registry.agreements.terms import Flow, Terms
from registry.errors import FieldError
from registry.policy import Law
from registry.web.body import field_error

Use = tuple[str, str, str, Collection[str]]
"""Where a code is used (JSON pointer), the code, the list it must be in, and that list's codes."""


def unknown_codes(terms: Terms, law: Law, organisations: Collection[str]) -> tuple[FieldError, ...]:
    """One field error for each code that is in no list and each identifier that names no organisation."""
    codes = [
        field_error(f"/terms{pointer}", "unknown-code", value=code, list=name)
        for pointer, code, name, known in _uses(terms, law)
        if code not in known
    ]
    bodies = [
        field_error(f"/terms{pointer}", "unknown-organisation", value=identifier)
        for pointer, identifier in _identifiers(terms)
        if identifier not in organisations
    ]
    return tuple(codes + bodies)


def repeated_parties(terms: Terms, primaries: Mapping[str, str]) -> tuple[FieldError, ...]:
    """One field error for each party that an earlier one names already, under another identifier."""
    named = [primaries.get(party.organisation, party.organisation) for party in terms.parties]
    return tuple(
        field_error(f"/terms/parties/{place}/organisation", "repeated-id", value=name)
        for place, name in enumerate(named)
        if name in named[:place]
    )


def _uses(terms: Terms, law: Law) -> Iterator[Use]:
    for index, item in enumerate(terms.items):
        yield f"/items/{index}/category", item.category, "categories", law.categories
    for index, flow in enumerate(terms.flows):
        yield from _uses_of_flow(f"/flows/{index}", flow, law)


def _uses_of_flow(at: str, flow: Flow, law: Law) -> Iterator[Use]:
    lists: tuple[tuple[str, list[str], Collection[str]], ...] = (
        ("purposes", flow.purposes, law.purposes),
        ("subject_groups", flow.subject_groups, law.subject_groups),
        ("age_bands", flow.age_bands, law.age_bands),
        ("methods", flow.methods, law.methods),
        ("gateways", flow.gateways, law.gateways),
    )
    for name, codes, known in lists:
        for place, code in enumerate(codes):
            yield f"{at}/{name}/{place}", code, name, known
    yield f"{at}/frequency", flow.frequency, "frequencies", law.frequencies
    if flow.confidentiality.route:
        yield (
            f"{at}/confidentiality/route",
            flow.confidentiality.route,
            "confidentiality_routes",
            law.confidentiality_routes,
        )
    for place, obligation in enumerate(flow.obligations):
        yield f"{at}/obligations/{place}/code", obligation.code, "obligations", law.obligations
        if obligation.code in law.obligations:
            for name in sorted(law.obligations[obligation.code].params - set(obligation.params)):
                yield f"{at}/obligations/{place}/params", name, "params", ()


def _identifiers(terms: Terms) -> Iterator[tuple[str, str]]:
    """Where each organisation is named for the first time, and the ones flows may pass data on to."""
    for index, party in enumerate(terms.parties):
        yield f"/parties/{index}/organisation", party.organisation
    for index, flow in enumerate(terms.flows):
        for place, recipient in enumerate(flow.onward_recipients):
            yield f"/flows/{index}/onward_recipients/{place}", recipient
