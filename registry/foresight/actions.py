"""Asking what a change would do: each version judged twice, by the law as it is and as it would be.

Nothing is written: there is one look at the database, policies are values, and a changed copy of them is
forgotten with the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries as agreements
from registry.agreements.actions.change import may
from registry.agreements.actions.settling import standing_of
from registry.agreements.facts import Standing
from registry.agreements.queries import StoredVersion
from registry.auditlog import log_size
from registry.callers import Caller
from registry.db import Reading
from registry.foresight import queries
from registry.foresight.effects import FlowEffect, effects, judge
from registry.foresight.rules import (
    AssuranceLapse,
    Change,
    GatewayDates,
    MayNotAskWhatIf,
    ProposedOverlay,
)
from registry.organisations.principals import principal
from registry.organisations.queries import assurances, get_primary
from registry.policy import Policies
from registry.vocabulary.actions import Folders, proposed


@dataclass(frozen=True, slots=True)
class AgreementEffect:
    """One version that would be touched, flow by flow."""

    version: StoredVersion
    flows: tuple[FlowEffect, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One page of what a change would touch, and the reference to go on after."""

    on: date
    log_size: int
    looked_at: int
    agreements: tuple[AgreementEffect, ...]
    clients: Sequence[Row[Any]]
    next: str | None


def what_if(
    reading: Reading,
    change: Change,
    *,
    on: date | None,
    after: str,
    limit: int,
    caller: Caller,
    now: datetime,
    policies: Policies,
    folders: Folders,
) -> Foreseen:
    """Every agreement, flow and client that a change would touch, of those that the caller may read.

    Raises:
        MayNotAskWhatIf: the access rules do not let the caller.
        NothingToChange, UnknownOrganisation: the change speaks of what there is not.
        NoOverlay, OverlayDiffers, OverlayNotProposed: see `vocabulary.actions.proposed`.
    """
    check_may_ask(reading, caller, now, policies)
    change = found_in_the_register(reading, change, folders)
    changed, day = change.policies(policies), on or clock.london_day(now)

    found = queries.candidates(reading, change, after=after, limit=limit + 1)
    page = _whole_agreements(found, limit)
    touched = []
    for ref, number in page:
        version = agreements.get(reading, ref, number)
        if may(reading, policies, "agreement.read", caller, version, now):
            touched.append(effect_on(reading, version, change, day, before=policies, after=changed))
    touched = [one for one in touched if one.flows]
    return Foreseen(
        on=day,
        log_size=log_size(reading),
        looked_at=len(page),
        agreements=tuple(touched),
        clients=queries.clients_of(reading, _ends(touched)),
        next=page[-1][0] if len(page) < len(found) else None,
    )


def _whole_agreements(found: Sequence[tuple[str, int]], limit: int) -> Sequence[tuple[str, int]]:
    """As many versions as fit, never one version of an agreement without the other."""
    if len(found) <= limit:
        return found
    cut = found[limit][0]
    return [one for one in found if one[0] < cut] or [one for one in found if one[0] == found[0][0]]


def check_may_ask(reading: Reading, caller: Caller, now: datetime, policies: Policies) -> None:
    """Refuse those who do not look after agreements.

    Raises:
        MayNotAskWhatIf: the access rules do not let the caller.
    """
    facts = principal(reading, caller, now)
    if not policies.access.allows("law.what-if", principal=facts, resource={}).allowed:
        raise MayNotAskWhatIf


def found_in_the_register(reading: Reading, change: Change, folders: Folders) -> Change:
    """The change with what it only names: an organisation by its primary identifier, the proposed law.

    Raises:
        UnknownOrganisation, NoOverlay, OverlayDiffers, OverlayNotProposed: see there.
    """
    if isinstance(change, AssuranceLapse):
        return replace(change, organisation=get_primary(reading, change.organisation))
    if isinstance(change, ProposedOverlay):
        return replace(change, law=proposed(reading, change.digest, folders=folders))
    return change


def effect_on(
    reading: Reading, version: StoredVersion, change: Change, day: date, *, before: Policies, after: Policies
) -> AgreementEffect:
    """What a change would do to one version on a London day."""
    present = _standing(reading, version, change, before, day)
    supposed = change.standing(present, after)
    relying = change.relying(present, supposed) if isinstance(change, GatewayDates) else ()
    turned = effects(version.terms, version.flows, judge(before, present), judge(after, supposed), relying)
    return AgreementEffect(version, tuple(turned))


def _standing(
    reading: Reading, version: StoredVersion, change: Change, policies: Policies, day: date
) -> Standing:
    """How a version stands on a London day; with what its bodies can show, where the change is about that."""
    standing = standing_of(reading, version, policies, clock.day_start(day))
    if isinstance(change, AssuranceLapse) and change.organisation not in standing.assurances:
        shown: Mapping[str, Any] = assurances(reading, (change.organisation,), day)
        return replace(standing, assurances={**standing.assurances, **shown})
    return standing


def _ends(touched: Sequence[AgreementEffect]) -> frozenset[str]:
    return frozenset(
        end for one in touched for found in one.flows for end in (found.flow.from_, found.flow.to)
    )
