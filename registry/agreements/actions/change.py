"""What every action on an agreement shares: who may act, what is recorded, what the system does next.

A `Change` gathers the events of one transaction and appends them together at its end, the person's act first,
so that the log is locked as late and as briefly as possible. What it does to other versions of the agreement
(one that it replaces, or that is still in force beside it) follows it as changes of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from registry import clock
from registry.agreements import queries
from registry.agreements.ageing import Surviving, next_look
from registry.agreements.events import (
    AgreementAttested,
    AgreementReviewed,
    AgreementSigned,
    AgreementSubmitted,
    SignatureCarried,
)
from registry.agreements.queries import Alike, StoredVersion
from registry.agreements.rules import IN_FORCE, OVER, FlowState, MayNot, NoSuchAgreement, Status
from registry.auditlog import Event, Sealed, Subject, append_many, conceal, publish_openings
from registry.callers import SYSTEM, Caller
from registry.db import Reading, Transaction
from registry.errors import FieldError, StaleVersion
from registry.organisations.principals import principal
from registry.policy import Policies

OPENED_WHEN_LIVE = (
    AgreementSubmitted,
    AgreementReviewed,
    AgreementSigned,
    AgreementAttested,
    SignatureCarried,
)
"""Sealed entries whose openings become public when a version that is not withheld first goes live."""


@dataclass(frozen=True, slots=True)
class FlowStanding:
    """A flow and its state after a change."""

    id: str
    state: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to. `log_index` is the person's act, `log_size` follows the last entry."""

    ref: str
    version: int
    status: str
    hash: str
    etag: str
    flows: tuple[FlowStanding, ...]
    log_index: int
    log_size: int
    pending: str | None = None
    surviving: tuple[Surviving, ...] = ()
    warnings: tuple[FieldError, ...] = ()
    similar: tuple[Alike, ...] = ()


@dataclass(slots=True)
class Change:
    """One transaction's change to one version: status and flows as they become, events as they come."""

    tx: Transaction
    version: StoredVersion
    caller: Caller
    now: datetime
    policies: Policies
    status: Status = field(init=False)
    flows: dict[str, FlowState] = field(init=False)
    review_on: date = field(init=False)
    shortcomings: tuple[str, ...] = field(init=False)
    went_live: bool = field(init=False, default=False)
    events: list[Event | Sealed] = field(init=False, default_factory=list)
    others: "list[Change]" = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.status = self.version.status
        self.review_on = self.version.review_on
        self.shortcomings = self.version.shortcomings
        self.flows = dict(self.version.flows)

    def record(self, event: type[Event], **fields: Any) -> None:
        """Note an act of the caller."""
        self._note(event, self.caller, fields)

    def record_system(self, event: type[Event], **fields: Any) -> None:
        """Note an act of the registry itself."""
        self._note(event, SYSTEM, fields)

    def finish(self, *, pending: str | None = None, **values: Any) -> Changed:
        """Append the events, write the version's row, open what goes public, and say what it came to.

        The changes of other versions are finished after this one's, so that the person's act comes first.
        """
        if self.went_live:
            values["first_live_at"] = self.now
        indices = append_many(self.tx, self.events, partial(self._write, values))
        if self.went_live and self.version.publication != "withheld":
            publish_openings(self.tx, self._openable(indices))
        others = [other.finish() for other in self.others]
        return Changed(
            ref=self.version.ref,
            version=self.version.number,
            status=self.status.value,
            hash=values.get("hash", self.version.hash),
            etag=f'"{self.version.number}.{self.version.revision + 1}"',
            flows=tuple(FlowStanding(flow, state.value) for flow, state in self.flows.items()),
            log_index=indices[0],
            log_size=max([indices.stop, *(other.log_size for other in others)]),
            pending=pending,
        )

    def _write(self, values: dict[str, Any], indices: range) -> None:
        """Write the version's row, now that it is known which entries it names."""
        queries.update_version(
            self.tx,
            self.version,
            status=self.status.value,
            policy=self.policies.digest,
            openable=self._openable(indices),
            **self._milestones(),
            **values,
        )

    def say(self, **fields: Any) -> None:
        """Let the person's act, which is the first of the events, say more."""
        first = self.events[0]
        if isinstance(first, Sealed):
            self.events[0] = replace(first, event=replace(first.event, **fields))
        else:
            self.events[0] = replace(first, **fields)

    @property
    def subject(self) -> Subject:
        """The version, as the log names it."""
        return Subject("agreement", self.version.ref, self.version.number, self.version.hash)

    @property
    def sealed(self) -> bool:
        """Whether an entry noted now stands in the log as a commitment."""
        return self.version.publication == "withheld" or not (self.version.first_live_at or self.went_live)

    @property
    def today(self) -> date:
        """The London day of this change."""
        return clock.london_day(self.now)

    def _milestones(self) -> dict[str, Any]:
        """The columns that say when the version came to its new status, and when time next changes it.

        Also which rules a version signed outside does not meet, where that has changed.
        """
        found: dict[str, Any] = {}
        if self.shortcomings != self.version.shortcomings:
            found["shortcomings"] = list(self.shortcomings)
        if self.status is not self.version.status:
            if self.status in (Status.IN_REVIEW, Status.READY_TO_SIGN):
                found["submitted_at" if self.status is Status.IN_REVIEW else "ready_at"] = self.now
            if self.status in OVER and self.version.ended_on is None:
                found["ended_on"] = self.today
        if self.status in IN_FORCE:
            found["review_on"] = self.review_on
            found["look_on"] = next_look(self.review_on, self.today, self.policies.lifecycle)
        return found

    def _note(self, event: type[Event], caller: Caller, fields: Mapping[str, Any]) -> None:
        noted = event(
            at=self.now,
            org=caller.organisation,
            actor=conceal(self.tx, caller),
            demo=self.caller.demo,
            **{"subject": self.subject, **fields},
        )
        self.events.append(Sealed(noted) if self.sealed else noted)

    def _openable(self, indices: range) -> list[int]:
        """The sealed entries that open when the version first goes live, those of this change among them."""
        return list(self.version.openable) + [
            index
            for index, noted in zip(indices, self.events, strict=True)
            if isinstance(noted, Sealed) and isinstance(noted.event, OPENED_WHEN_LIVE)
        ]


def finish_all(changes: Sequence[Change], *, pending: str | None = None, **values: Any) -> Changed:
    """Finish one act's changes of several versions, in order. The answer is about the first of them."""
    answers = [change.finish(pending=pending, **values) for change in changes]
    return replace(answers[0], log_size=answers[-1].log_size)


def may(
    reading: Reading, policies: Policies, action: str, caller: Caller, version: StoredVersion, now: datetime
) -> bool:
    """Whether the access rules let the caller do this to this version."""
    return _allows(policies, action, principal(reading, caller, now), version)


def _allows(policies: Policies, action: str, facts: dict[str, Any], version: StoredVersion) -> bool:
    resource = {
        "parties": sorted(version.parties),
        "author_organisation": version.author_organisation,
        "owner_organisation": version.author_organisation,
        "status": version.status.value,
        "publication": version.publication,
    }
    return policies.access.allows(action, principal=facts, resource=resource).allowed


def roles_for(
    reading: Reading, policies: Policies, action: str, caller: Caller, version: StoredVersion, now: datetime
) -> list[str]:
    """The roles of the caller each of which, without the others, lets them do this to this version."""
    facts = principal(reading, caller, now)
    return [role for role in facts["roles"] if _allows(policies, action, facts | {"roles": [role]}, version)]


def check_may(
    tx: Transaction, policies: Policies, action: str, caller: Caller, version: StoredVersion, now: datetime
) -> frozenset[str]:
    """The roles the caller holds now, when the access rules allow the action.

    Strangers are not told that there is anything.

    Raises:
        NoSuchAgreement: the caller may not even read the version.
        MayNot: the caller may read it and not do this.
    """
    facts = principal(tx, caller, now)
    if _allows(policies, action, facts, version):
        return frozenset(facts["roles"])
    if not _allows(policies, "agreement.read", facts, version):
        raise NoSuchAgreement(ref=version.ref)
    raise MayNot(action=action)


def lock_in_force(
    tx: Transaction, policies: Policies, action: str, caller: Caller, ref: str, now: datetime
) -> list[StoredVersion]:
    """The versions in force, locked, newest first, to which the caller may do this; the latest if none is.

    A body that a new version leaves out still acts on the old one, as long as flows of that are left.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
    """
    versions = queries.lock_in_force(tx, ref)
    allowed = [version for version in versions if may(tx, policies, action, caller, version, now)]
    if not allowed:
        check_may(tx, policies, action, caller, versions[0], now)
    return allowed


def check_match(version: StoredVersion, if_match: str | None) -> None:
    """Refuse a change to another state of the version than the one that was read (RFC 9110 section 13.1.1).

    Raises:
        StaleVersion: `If-Match` was sent and the present tag is not in it.
    """
    sent = [tag.strip() for tag in if_match.split(",")] if if_match is not None else ["*"]
    if sent != ["*"] and version.etag not in sent:
        raise StaleVersion
