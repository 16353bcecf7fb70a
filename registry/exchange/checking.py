"""Which of our flows have no agreement? Every row of a spreadsheet of flows is asked, as a partner would ask.

A row stands for every combination of the bodies and codes it names, and each of them is one question: two
flows that cover a row only together do not cover it (DOMAIN 7.2a). Nothing is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, product
from typing import Any, Literal, NamedTuple

from registry import clock
from registry.callers import Caller
from registry.db import Reading
from registry.decisions.desk import Desk
from registry.decisions.question import read_question
from registry.decisions.rules import PRECEDENCE, Decision, decide
from registry.decisions.words.wording import Said
from registry.exchange.cells import Reader, Unreadable
from registry.exchange.giving import check_may
from registry.exchange.headings import Guess, guess
from registry.exchange.intake import confirmed, spellings
from registry.exchange.rows import CellFault
from registry.exchange.rules import TooManyQuestions
from registry.exchange.sheets import Sheet, column_letter, read_sheet
from registry.organisations.queries import get_primary
from registry.policy import Policies
from registry.web.body import field_error

Covered = Literal["all", "some", "none", "not-ours", "not-understood"]

NEEDED = ("from", "to", "purposes", "subject_groups", "categories")
FIELDS = (*NEEDED, "volume", "methods")
"""The columns that say what flows; all others of the sheet are left as they are."""

MAX_QUESTIONS = 20_000


class Sharing(NamedTuple):
    """One question that a row stands for, in codes."""

    holder: str
    recipient: str
    category: str
    purpose: str
    subject_group: str

    def __str__(self) -> str:
        """The question as a cell tells it."""
        return f"{self.holder} > {self.recipient}: {self.category}, {self.purpose}, {self.subject_group}"


class Asked(NamedTuple):
    """One question of a row, its answer, and what is said of it."""

    sharing: Sharing
    decision: Decision
    why: Said


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row: how far it is covered, by which agreements, and every question asked of it or fault found."""

    number: int
    covered: Covered
    asked: tuple[Asked, ...] = ()
    faults: tuple[CellFault, ...] = ()
    advice: Said | None = None

    @property
    def agreements(self) -> list[str]:
        """The references of the agreements that cover some of it."""
        flows = (one.decision.flow for one in self.asked if one.decision.permitted)
        return sorted({flow.ref for flow in flows if flow})

    @property
    def gaps(self) -> list[Asked]:
        """The questions that get no yes."""
        return [one for one in self.asked if not one.decision.permitted]

    @property
    def outcome(self) -> str:
        """The answer to the question that fares worst; empty where none was asked."""
        outcomes = {one.decision.outcome for one in self.asked}
        return max(outcomes, key=PRECEDENCE.index).value if outcomes else ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sheet, how its columns were understood, and its rows with their answers."""

    sheet: Sheet
    guesses: Sequence[Guess]
    rows: Sequence[CheckedRow]
    log_size: int


def check_flows(
    reading: Reading,
    content: bytes,
    media_type: str,
    mapping: Mapping[str, str] | None,
    *,
    desk: Desk,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Checked:
    """Ask about every row of a spreadsheet of flows.

    Raises:
        MayNotExchange: the access rules do not let the caller ask for advice.
        NotASpreadsheet, UnreadableSpreadsheet, NoSuchColumn: see there.
        TooManyQuestions: the rows stand for more than are asked at once.
    """
    check_may(reading, policies, "decisions.advise", caller, now)
    sheet = read_sheet(content, media_type)
    guesses = guess(sheet.headings) if mapping is None else confirmed(sheet, mapping)
    columns = {one.field: place for place, one in enumerate(guesses) if one.field in FIELDS}
    reader = Reader(policies.law, spellings(reading))
    read = [_read(sheet, number, cells, columns, reader) for number, cells in sheet.rows]
    questions = chain.from_iterable(_combinations(values) for values, faults in read if not faults)
    if next(islice(questions, MAX_QUESTIONS, None), None):  # one more: none beyond it is ever made
        raise TooManyQuestions(limit=MAX_QUESTIONS)
    asker, log_size = _Asker(desk, get_primary(reading, caller.organisation), now), desk.index.log_size or 0
    numbers = [number for number, _ in sheet.rows]
    rows = [asker.row(number, *one) for number, one in zip(numbers, read, strict=True)]
    return Checked(sheet, guesses, rows, log_size)


class _Asker:
    """Asks for one body at one instant."""

    def __init__(self, desk: Desk, asks_for: str, now: datetime) -> None:
        self._desk, self._asks_for, self._now = desk, asks_for, now

    def row(self, number: int, values: Mapping[str, Any], faults: tuple[CellFault, ...]) -> CheckedRow:
        if faults:
            return CheckedRow(number, "not-understood", faults=faults)
        combinations = list(_combinations(values))
        if any(self._asks_for not in (one.holder, one.recipient) for one in combinations):
            return CheckedRow(number, "not-ours")
        asked = tuple(self._ask(one, values) for one in combinations)
        worst = max(asked, key=lambda one: PRECEDENCE.index(one.decision.outcome))
        yes = sum(one.decision.permitted for one in asked)
        covered: Covered = "all" if yes == len(asked) else "some" if yes else "none"
        advice = self._desk.speaker.advice(worst.decision, is_emergency=False)
        return CheckedRow(number, covered, asked, advice=advice)

    def _ask(self, sharing: Sharing, values: Mapping[str, Any]) -> Asked:
        context = {
            "purpose": sharing.purpose,
            "subject_group": sharing.subject_group,
            "volume": values.get("volume", ["bulk"])[0],
        }
        if len(methods := values.get("methods", ())) == 1:
            context["method"] = methods[0]
        question = {
            "subject": {"type": "organisation", "id": sharing.recipient},
            "action": {"name": "receive"},
            "resource": {"type": "data_holding", "id": f"{sharing.holder}~{sharing.category}"},
            "context": context,
        }
        index = self._desk.index
        decision = decide(index, read_question(question, index), now=self._now.timestamp())
        reason = self._desk.speaker.reasons(decision, clock.london_day(self._now))[0]
        return Asked(sharing, decision, Said(reason["en"], reason["cy"]))


def _combinations(values: Mapping[str, Any]) -> Iterator[Sharing]:
    """Every holder, recipient, category, purpose and subject group that a row names together."""
    lists = (values["from"], values["to"], values["categories"], values["purposes"], values["subject_groups"])
    return (Sharing(*one) for one in product(*lists) if one[0] != one[1])


def _read(
    sheet: Sheet, number: int, cells: Sequence[str], columns: Mapping[str, int], reader: Reader
) -> tuple[dict[str, Any], tuple[CellFault, ...]]:
    """What the cells of a row mean, and what is wrong with them."""
    values: dict[str, Any] = {}
    faults = []
    for field in FIELDS:
        place = columns.get(field)
        text = "" if place is None else cells[place]
        try:
            if text:
                values[field] = reader.read(field, text)
            elif field in NEEDED:
                raise Unreadable("missing")
        except Unreadable as fault:
            said = field_error("", fault.code, **fault.facts)
            column = "" if place is None else column_letter(place)
            faults.append(CellFault(sheet.name, number, column, field, said.code, said.en, said.cy))
    if not faults and not any(_combinations(values)):
        said = field_error("", "flow-ends")
        faults.append(CellFault(sheet.name, number, "", "to", said.code, said.en, said.cy))
    return values, tuple(faults)
