"""Putting a decision point together: what answers, what finds, what signs."""

from collections.abc import Sequence
from datetime import datetime

from registry.decisions.desk import Desk
from registry.decisions.discovery import metadata, signed
from registry.decisions.endpoint import Answering, DecisionPoint, Verifier
from registry.decisions.finding import RegisterFinder
from registry.decisions.honouring import supported_obligations
from registry.decisions.paging import Pages
from registry.decisions.sealing import Sealer
from registry.decisions.searching import Finder, Searches


def decision_point(desk: Desk, verifier: Verifier, sealer: Sealer, *, now: datetime) -> DecisionPoint:
    """The decision point of the register, at the base URL that its sealer signs for."""
    known = supported_obligations(desk.index.vocabulary.law)
    return assembled(desk, RegisterFinder(desk), verifier, sealer, obligations=known, now=now)


def assembled(
    desk: Answering,
    finder: Finder,
    verifier: Verifier,
    sealer: Sealer,
    *,
    obligations: Sequence[str],
    now: datetime,
) -> DecisionPoint:
    """A decision point of these parts, whose metadata is signed now."""
    return DecisionPoint(
        desk,
        verifier,
        base_url=sealer.issuer,
        searches=Searches(finder, Pages(sealer)),
        metadata=signed(metadata(sealer.issuer, obligations), sealer, now),
    )
