"""What waits for one person, what waits for others and for whom, what is due and what is overdue."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries as agreements
from registry.agreements.facts import Standing
from registry.agreements.rules import SIGNABLE, MayNot, Status
from registry.callers import Caller
from registry.db import Reading
from registry.policy import Law, Policies
from registry.signing import queries
from registry.signing.steps import STEPS, WRITING, Step, step_of
from registry.web.pages import Sentence, lazy

MOST = 20
"""Lines of each part of the page. Who has more is told so, and finds all of them in the register."""

DUE_WITHIN = timedelta(days=90)
WRITERS = frozenset({"ig_officer", "asset_owner"})
Pair = Mapping[str, str]

TO_SIGN, TO_WRITE = SIGNABLE, frozenset({Status.IN_REVIEW, Status.CHANGES_REQUESTED})
ROLE_FIRST = {
    "signatory": TO_SIGN,
    "caldicott_guardian": TO_SIGN,
    "ig_officer": TO_WRITE,
    "asset_owner": TO_WRITE,
}
"""The statuses in which a version can wait for somebody in a role."""

ACTS = {
    Status.CHANGES_REQUESTED: lazy("Make the changes asked for"),
    Status.IN_REVIEW: lazy("Review the text"),
    Status.READY_TO_SIGN: lazy("Read and sign"),
}
ANSWER = lazy("Answer a question")
STEP_ACTS = {"advise": lazy("Give your advice"), "decide": lazy("Decide")}
KINDS = {"dpia": lazy("Data protection impact assessment"), "ethics": lazy("Data ethics assessment")}


@dataclass(frozen=True, slots=True)
class Waiter:
    """A body that is waited for, and in which role."""

    organisation: Pair
    role: Pair


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: what it is about, where it is, what to do or who is waited for, since when."""

    title: Pair | Sentence
    about: Sentence | str
    path: str
    act: Sentence | None = None
    waiters: tuple[Waiter, ...] = ()
    since: date | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """The four parts of the page; `more` names those that show the first lines only."""

    for_me: tuple[Line, ...] = ()
    for_others: tuple[Line, ...] = ()
    due: tuple[Line, ...] = ()
    overdue: tuple[Line, ...] = ()
    more: frozenset[str] = frozenset()


def read_inbox(reading: Reading, *, caller: Caller, policies: Policies, now: datetime) -> Inbox:
    """The home page of a person, for the organisation they act for.

    Raises:
        MayNot: the person does not read the register.
    """
    if "register:read" not in caller.scopes or caller.kind != "person":
        raise MayNot(action="agreement.read")
    today = clock.london_day(now)
    first = {status for role in caller.roles for status in ROLE_FIRST.get(role, ())}
    rows = queries.waiting_versions(reading, caller.organisation, first=first, limit=MOST + 1)
    assessed = _assessments(reading, caller)
    desk = _Desk(reading, caller, policies.law, today)
    lines = [
        *_questions(reading, caller),
        *desk.agreement_lines(rows[:MOST]),
        *desk.assessment_lines(assessed[:MOST]),
    ]
    reviews = queries.reviews_by(reading, caller.organisation, until=today + DUE_WITHIN, limit=MOST + 1)
    overdue = [row for row in reviews if row.review_on < today]
    is_full = len(rows) > MOST or len(assessed) > MOST
    return Inbox(
        for_me=tuple(line for line in lines if line.act is not None),
        for_others=tuple(line for line in lines if line.act is None),
        due=tuple(_review(row) for row in reviews[len(overdue) : MOST]),
        overdue=tuple(_review(row) for row in overdue[:MOST]),
        more=frozenset({"waiting"} if is_full else ()) | ({"reviews"} if len(reviews) > MOST else set()),
    )


def _questions(reading: Reading, caller: Caller) -> Iterator[Line]:
    """A line for each question that the caller's organisation has not answered, for those who write."""
    if caller.roles & WRITERS:
        for row in queries.unanswered(reading, caller.organisation, limit=MOST):
            yield Line(
                title={"en": row.title_en, "cy": row.title_cy},
                about=row.ref,
                path=f"/sign/{row.ref}/{row.number}",
                act=ANSWER,
                since=clock.london_day(row.asked_at),
            )


def _assessments(reading: Reading, caller: Caller) -> Sequence[Row[Any]]:
    """The assessments of the caller's organisation that wait for advice or a decision."""
    statuses = {status for _, status in STEPS}
    return queries.waiting_assessments(reading, caller.organisation, statuses, limit=MOST + 1)


@dataclass(slots=True)
class _Desk:
    """One person's desk: tells what is theirs from what is others'."""

    reading: Reading
    caller: Caller
    law: Law
    today: date
    names: dict[str, queries.Name] = field(default_factory=dict)

    def agreement_lines(self, rows: Sequence[Row[Any]]) -> Iterator[Line]:
        """A line for each version that waits for somebody."""
        pending = [row.ref for row in rows if row.status == Status.ASSESSMENTS_PENDING]
        covers = queries.covering_assessments(self.reading, pending)
        parties = agreements.parties_of(self.reading, [row.id for row in rows])
        waits = {row.id: self._awaited(row, covers.get(row.ref, ()), parties[row.id]) for row in rows}
        self._learn({body for found in waits.values() for body, _ in found})
        for row in rows:
            if waits[row.id]:
                yield self._agreement_line(row, waits[row.id])

    def assessment_lines(self, rows: Iterable[Row[Any]]) -> Iterator[Line]:
        """A line for each assessment that waits for advice or a decision."""
        self._learn({self.caller.organisation})
        for row in rows:
            step = step_of(row.kind, row.status)
            if step is not None:
                yield self._assessment_line(row, step)

    def _awaited(
        self, row: Row[Any], assessments: Collection[Row[Any]], parties: Sequence[str]
    ) -> list[tuple[str, str]]:
        """The bodies, each in a role, without whom a version does not go on."""
        if row.status == Status.CHANGES_REQUESTED:
            return [(row.author_organisation, "ig_officer")]
        if row.status == Status.IN_REVIEW:
            return [(party, "ig_officer") for party in parties]
        if row.status == Status.ASSESSMENTS_PENDING:
            return _assessors(assessments) or [(row.author_organisation, "ig_officer")]
        return self._unsigned(row)

    def _unsigned(self, row: Row[Any]) -> list[tuple[str, str]]:
        """The signatures that a version asks for and does not have."""
        version = agreements.get(self.reading, row.ref, row.number)
        asked = Standing(
            terms=version.terms,
            bodies=version.bodies,
            assessments=(),
            signatures=(),
            law=self.law,
            today=self.today,
        ).signatures_needed()
        given = {(one.organisation, one.role) for one in agreements.counting(self.reading, version)}
        return sorted(asked - given)

    def _agreement_line(self, row: Row[Any], waits: Sequence[tuple[str, str]]) -> Line:
        act, since = self._act(row, waits), row.ready_at or row.submitted_at
        page = "register" if row.status == Status.CHANGES_REQUESTED else "sign"
        return Line(
            title={"en": row.title_en, "cy": row.title_cy},
            about=row.ref,
            path=f"/{page}/{row.ref}/{row.number}" if act and page == "sign" else f"/register/{row.ref}",
            act=act,
            waiters=tuple(self._waiter(body, role) for body, role in waits),
            since=clock.london_day(since) if since else None,
        )

    def _act(self, row: Row[Any], waits: Sequence[tuple[str, str]]) -> Sentence | None:
        """What the person is to do about a version, if anything: nobody approves what they wrote."""
        mine = {role for body, role in waits if body == self.caller.organisation}
        if row.status == Status.ASSESSMENTS_PENDING:
            return None
        if row.status == Status.CHANGES_REQUESTED:
            return ACTS[Status.CHANGES_REQUESTED] if mine and self.caller.roles & WRITERS else None
        if not mine & self.caller.roles or self.caller.person in row.authors:
            return None
        return ACTS[Status.IN_REVIEW if row.status == Status.IN_REVIEW else Status.READY_TO_SIGN]

    def _assessment_line(self, row: Row[Any], step: Step) -> Line:
        is_mine = bool(self.caller.roles & set(step.roles)) and self.caller.person not in row.authors
        title = json.loads(bytes(row.document)).get("title")
        return Line(
            title=title or KINDS[row.kind],
            about=KINDS[row.kind],
            path=f"/decide/{row.kind}/{row.id}",
            act=STEP_ACTS[step.name] if is_mine else None,
            waiters=(self._waiter(row.owner, step.roles[0]),),
        )

    def _learn(self, organisations: set[str]) -> None:
        self.names |= queries.names(self.reading, organisations - self.names.keys())

    def _waiter(self, organisation: str, role: str) -> Waiter:
        name, held = self.names[organisation], self.law.roles[role]
        return Waiter(name.pair, {"en": held.en, "cy": held.cy})


def _assessors(assessments: Iterable[Row[Any]]) -> list[tuple[str, str]]:
    """Who has to act on the assessments that cover an agreement and are open."""
    waits = []
    for one in assessments:
        step = step_of(one.kind, one.status)
        if step is not None:
            waits.append((one.owner, step.roles[0]))
        elif one.status in WRITING:
            waits.append((one.owner, "ig_officer"))
    return list(dict.fromkeys(waits))


def _review(row: Row[Any]) -> Line:
    return Line(
        title={"en": row.title_en, "cy": row.title_cy},
        about=row.ref,
        path=f"/register/{row.ref}",
        on=row.review_on,
    )
