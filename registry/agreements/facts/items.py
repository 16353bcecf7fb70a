"""The facts of data items, in each flow that lists them."""

import re
from typing import TYPE_CHECKING, Any

from registry.agreements.terms import Flow, Item
from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing

CATCH_ALL = re.compile(
    r"\b(all|any|entire|full|complete|whole)[ -]"
    r"(([a-z]+[ -])?(records?|files?)|((available|relevant)[ -])?(data|information))\b"
    r"|\beverything\b",
    re.IGNORECASE,
)
"""How an item reads that is no item: "all records", "full file"."""

INTELLIGENCE = "criminal-allegation"
SMALLEST_CELL = "aggregate-min-cell"


def item_units(standing: "Standing") -> list[Unit]:
    """One unit an item for each flow that lists it."""
    places = {item.id: index for index, item in enumerate(standing.terms.items)}
    return [
        Unit("item", f"/items/{places[item.id]}", _facts(standing, flow, item), standing.nations_of(flow))
        for flow in standing.terms.flows
        for item in standing.terms.items_of(flow)
    ]


def _facts(standing: "Standing", flow: Flow, item: Item) -> dict[str, Any]:
    obligations = {one.code for one in flow.obligations}
    competent = standing.bodies[flow.from_].competent_authority
    return {
        "code": item.code,
        "special": standing.is_special(item),
        "criminal": standing.is_criminal(item),
        "uk_gdpr_bases_without_art9": [
            basis.party for basis in flow.bases if basis.regime == "uk-gdpr" and not basis.art9
        ],
        "necessity_given": bool(item.necessity),
        "catch_all": bool(CATCH_ALL.search(item.name) or CATCH_ALL.search(item.code)),
        "identifiability": item.identifiability,
        "statistics_purpose": any(standing.law.purposes[code].statistics for code in flow.purposes),
        "cell_size": _cell_size(flow, item),
        "intelligence": competent and item.category == INTELLIGENCE and standing.is_personal(item),
        "graded": bool(item.grading) or "handling-code" in obligations,
        "fact_or_opinion": item.fact_or_opinion or "accuracy-statement" in obligations,
    }


def _cell_size(flow: Flow, item: Item) -> int:
    """The smallest group that figures speak of, as the item or an obligation of the flow says; 0: unsaid."""
    said = [one.params.get("cell", "") for one in flow.obligations if one.code == SMALLEST_CELL]
    return max([item.cell_size or 0, *(int(cell) for cell in said if cell.isdecimal() and cell.isascii())])
