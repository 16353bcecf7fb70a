"""Which flows lead from one body to another, and what may be asked because of them: values and wire forms."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Row

from registry import clock
from registry.agreements.sections import Obligation
from registry.agreements.sharing import said_by
from registry.web.documents import Bilingual

Stands = Literal["permits", "blocked", "suspended", "awaiting-signature", "not-live-yet", "over"]
"""Where a flow stands: `over` where its last day is past and the day's pass has not come yet."""


class AgreementNamed(BaseModel):
    """A version of an agreement, by its name."""

    ref: str
    version: int
    hash: str
    title: Bilingual


class CoveringFlow(BaseModel):
    """A flow from the one body to the other: what it lets through, for what, and where it stands."""

    agreement: AgreementNamed
    flow: str
    stands: Stands
    awaiting: list[str]
    blocked_by: list[str]
    starts_on: date
    expires_on: date
    actions: list[str]
    categories: list[str]
    items: list[str]
    purposes: list[str]
    subject_groups: list[str]
    volume: str
    methods: list[str]
    regimes: list[str]
    age_bands: list[str]
    onward_recipients: list[str]
    gateways: list[str]
    obligations: list[Obligation]
    protective: bool


class Coverage(BaseModel):
    """The flows from a holder to a recipient that the caller may know of.

    `in_summary` names agreements of which the caller sees a summary alone. Where `complete` is false there
    may be others that are withheld: the same is said whether or not there are.
    """

    holder: str
    recipient: str
    complete: bool
    note: Bilingual | None
    flows: list[CoveringFlow]
    in_summary: list[AgreementNamed]
    next: str | None


class Askable(BaseModel):
    """A question that a flow answers with yes: any of each list may be asked about."""

    resource: str
    agreement: AgreementNamed
    flow: str
    until: date
    actions: list[str]
    purposes: list[str]
    subject_groups: list[str]
    volume: str
    items: list[str]
    identifiability: list[str]
    methods: list[str]
    regimes: list[str]
    age_bands: list[str]
    obligations: list[Obligation]


class AskableOut(BaseModel):
    """What the caller's organisation may ask a holder for, now."""

    holder: str
    recipient: str
    asks: list[Askable]
    next: str | None


def named(row: Row[Any]) -> AgreementNamed:
    """The version that a row is of."""
    title = Bilingual(en=row.title_en, cy=row.title_cy)
    return AgreementNamed(ref=row.ref, version=row.number, hash=row.hash, title=title)


def covering(row: Row[Any], now: datetime) -> CoveringFlow:
    """A flow as it stands at an instant."""
    said = said_by(row.spec)
    return CoveringFlow(
        agreement=named(row),
        flow=row.flow,
        stands=stands(row, clock.london_day(now)),
        awaiting=row.awaiting,
        blocked_by=row.blocked_by,
        starts_on=row.starts_on,
        expires_on=row.expires_on,
        categories=sorted({item.category for item in said["items"]}),
        items=sorted({item.code for item in said["items"]}),
        obligations=_obligations(said),
        **_lists(said, "actions", "purposes", "subject_groups", "methods", "regimes", "age_bands"),
        **_lists(said, "onward_recipients", "gateways"),
        volume=said["volume"],
        protective=said["protective"],
    )


def askable(row: Row[Any]) -> Iterator[Askable]:
    """What may be asked of a flow: one question for each category that it carries."""
    said = said_by(row.spec)
    for category in sorted({item.category for item in said["items"]}):
        items = [item for item in said["items"] if item.category == category]
        yield Askable(
            resource=f"{row.holder}~{category}",
            agreement=named(row),
            flow=row.flow,
            until=row.expires_on,
            items=sorted({item.code for item in items}),
            identifiability=sorted({item.identifiability for item in items}),
            obligations=_obligations(said),
            **_lists(said, "actions", "purposes", "subject_groups", "methods", "regimes", "age_bands"),
            volume=said["volume"],
        )


def stands(row: Row[Any], today: date) -> Stands:
    """Where a flow stands on a London day."""
    if row.state == "suspended":
        return "suspended"
    if today > row.expires_on:
        return "over"
    if row.state == "waiting":
        return "awaiting-signature" if row.awaiting else "not-live-yet"
    if today < row.starts_on:
        return "not-live-yet"
    lapsed = row.blocked_from is not None and row.blocked_from <= today
    return "blocked" if row.blocked_by or lapsed else "permits"


def _lists(said: Mapping[str, Any], *names: str) -> dict[str, list[str]]:
    return {name: list(said[name]) for name in names}


def _obligations(said: Mapping[str, Any]) -> list[Obligation]:
    return [Obligation(code=code, params=params) for code, params in said["obligations"]]
