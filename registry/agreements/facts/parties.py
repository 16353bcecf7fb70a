"""The facts of parties and of those who process for them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing

PROCESSING = frozenset({"processor", "sub-processor"})
CERTIFICATES = frozenset({"cyber-essentials-plus", "iso-27001", "equivalent"})
FEE, TOOLKIT = "regulator-registration", "dspt"
TOOLKIT_MET = frozenset({"standards-met", "standards-exceeded"})


def party_units(standing: "Standing", organisations: Collection[str]) -> list[Unit]:
    """One unit for each of these parties."""
    places = {party.organisation: index for index, party in enumerate(standing.terms.parties)}
    return [
        Unit(
            "party",
            f"/parties/{places[organisation]}",
            _facts(standing, organisation),
            standing.bodies[organisation].nations,
        )
        for organisation in organisations
    ]


def processor_units(standing: "Standing") -> list[Unit]:
    """One unit for each party that processes for others, and for each processor that is listed."""
    parties = [
        Unit("processor", f"/parties/{place}", _processor(party.organisation, party.processing_contract))
        for place, party in enumerate(standing.terms.parties)
        if PROCESSING & set(party.roles)
    ]
    security = standing.terms.security
    listed = [
        Unit(
            "processor",
            f"/security/processors/{place}",
            _processor(name, security.processor_contracts.get(name, "")),
        )
        for place, name in enumerate(security.processors)
    ]
    return parties + listed


def _processor(name: str, contract: str) -> dict[str, Any]:
    return {"name": name, "contract": bool(contract)}


def _facts(standing: "Standing", organisation: str) -> dict[str, Any]:
    body, terms, today = standing.bodies[organisation], standing.terms, standing.today
    shown = standing.assurances.get(organisation)
    current = {kind for kind, one in (shown or {}).items() if one.is_current(today)}
    fee = (shown or {}).get(FEE)
    toolkit = (shown or {}).get(TOOLKIT)
    return {
        "party": organisation,
        "public_authority": body.public_authority,
        "welsh_text": bool(terms.title.cy and terms.summary.cy),
        "fee_paid": shown is None or FEE in current,
        "fee_lapsed_days": (today - fee.expires_on).days if fee and FEE not in current else 0,
        "toolkit_applies": body.health_or_care and "E" in body.nations,
        "toolkit_met": shown is None
        or (toolkit is not None and TOOLKIT in current and toolkit.level in TOOLKIT_MET),
        "certified": shown is None or bool(CERTIFICATES & current),
        "untrained_roles": sorted(standing.untrained.get(organisation, ())),
    }
