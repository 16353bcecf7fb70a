"""Reading an agreement and searching the register: what the caller may see, nothing about the rest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.agreements import queries
from registry.agreements.actions.carrying import Needed, needed
from registry.agreements.actions.change import may
from registry.agreements.actions.settling import standing_of
from registry.agreements.ageing import Surviving, surviving
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import OVER, FlowState, MayNot, NoSuchAgreement
from registry.callers import Caller
from registry.db import Reading
from registry.policy import Policies

SUMMARY_MEMBERS = (
    "schema",
    "title",
    "kind",
    "publication",
    "jurisdictions",
    "starts_on",
    "expires_on",
    "review_on",
    "summary",
)


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to a version: its parties know of reviews, answers at review and notices."""

    reviews: Sequence[Row[Any]] = ()
    answers: Sequence[Row[Any]] = ()
    notices: Sequence[Row[Any]] = ()
    surviving: Sequence[Surviving] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A version and its signatures, as stored, and to its parties those that it still asks for."""

    version: StoredVersion
    terms: dict[str, Any]
    signatures: Sequence[Row[Any]]
    needed: Sequence[Needed] = ()
    life: Life = field(default_factory=Life)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the register: rows of versions, the parties of each, the reference to go on after."""

    rows: Sequence[Row[Any]]
    parties: Mapping[str, Sequence[str]]
    next: str | None


def read(
    reading: Reading, ref: str, number: int | None, *, caller: Caller, now: datetime, policies: Policies
) -> Read:
    """A version by its number, or the newest one that the caller may read.

    Raises:
        NoSuchAgreement: there is none that the caller may read.
    """
    for candidate in [number] if number is not None else queries.numbers(reading, ref):
        version = queries.get(reading, ref, candidate)
        if may(reading, policies, "agreement.read", caller, version, now):
            terms = _shown(json.loads(version.document), version, caller)
            asked = _asked(reading, version, policies, now) if caller.organisation in version.parties else ()
            life = _life(reading, version, caller, policies)
            return Read(version, terms, queries.signatures(reading, version.id), asked, life)
    raise NoSuchAgreement(ref=ref)


def find(
    reading: Reading,
    *,
    party: str | None,
    purpose: str | None,
    category: str | None,
    status: str | None,
    text: str | None,
    after: str,
    limit: int,
    caller: Caller,
) -> Found:
    """One page of the agreements that the caller's organisation may see, in order of reference.

    Raises:
        MayNot: the token has not the scope to read the register.
    """
    if "register:read" not in caller.scopes:
        raise MayNot(action="agreement.read")
    topics = {kind: code for kind, code in (("purpose", purpose), ("category", category)) if code}
    primary = queries.primaries(reading, frozenset({party})).get(party, party) if party else None
    rows = queries.search(
        reading,
        visible_to=caller.organisation,
        drafts=caller.kind == "person",
        party=primary,
        topics=topics,
        status=status,
        text=text,
        after=after,
        limit=limit + 1,
    )
    page = rows[:limit]
    return Found(
        rows=page,
        parties=queries.parties_of(reading, [row.id for row in page]),
        next=page[-1].ref if len(rows) > limit else None,
    )


def _asked(reading: Reading, version: StoredVersion, policies: Policies, now: datetime) -> Sequence[Needed]:
    """The signatures that a version still asks for."""
    if version.status in OVER:
        return ()
    return needed(reading, version, standing_of(reading, version, policies, now), policies)


def _life(reading: Reading, version: StoredVersion, caller: Caller, policies: Policies) -> Life:
    """What happened to a version, as far as the caller may know."""
    ended = [
        flow
        for flow, row in version.flow_rows.items()
        if row.live_at is not None and row.state is FlowState.ENDED
    ]
    survivors = surviving(version.terms, ended, policies.lifecycle)
    if caller.organisation not in version.parties or caller.kind != "person":
        return Life(surviving=survivors if version.publication == "full" else ())
    return Life(
        reviews=queries.reviews(reading, version.id),
        answers=queries.review_answers(reading, version.id),
        notices=queries.notices(reading, version.id),
        surviving=survivors,
    )


def _shown(terms: dict[str, Any], version: StoredVersion, caller: Caller) -> dict[str, Any]:
    """The terms as the caller may see them: strangers see no more than what is published."""
    if version.publication != "summary" or caller.organisation in version.parties:
        return terms
    return {name: terms[name] for name in SUMMARY_MEMBERS if name in terms}
