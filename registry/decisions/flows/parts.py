"""What is made of parts of flows that are alike in many."""

from typing import NamedTuple

from registry.decisions.flows.vocabulary import Vocabulary, everything, union

Codes = tuple[str, ...]


class Body(NamedTuple):
    """An end of a flow: its primary identifier, and the nations in which it acts."""

    id: str
    nations: frozenset[str]


class Manner(NamedTuple):
    """How a flow goes: the bits of its volume, regimes, age bands, methods and actions; see `Conditions`."""

    bits: int
    required: int
    comply: int


def manner_of(codes: Vocabulary, said: tuple[str, Codes, Codes, Codes, Codes]) -> Manner:
    """The bits, and the "not stated" bits of what is constrained and the discloser cannot make up for."""
    volume, regimes, age_bands, methods, actions = said
    bits = (
        union(codes.volumes, (volume,))
        | union(codes.regimes, regimes)
        | (union(codes.age_bands, age_bands) if age_bands else everything(codes.age_bands))
        | union(codes.methods, methods)
        | union(codes.actions, actions)
        | codes.no_items
    )
    several_regimes = codes.regimes[None] if len(set(regimes)) > 1 else 0
    required = codes.always_required | several_regimes | (codes.age_bands[None] if age_bands else 0)
    return Manner(bits, required, codes.comply if methods else codes.comply & ~codes.methods[None])
