"""A register comes in: sent, understood, tried, loaded as drafts or as attested, perhaps taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from registry.agreements import actions, queries
from registry.agreements.queries.attestations import find_attestation
from registry.agreements.rules import BEFORE_FORCE, OVER
from registry.agreements.schemas import AttestIn, OutsideSignature, ReasonIn, TermsIn
from registry.auditlog import log_size
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table
from registry.exchange.cells import Reader
from registry.exchange.giving import check_may
from registry.exchange.headings import Guess, fields, guess, plain
from registry.exchange.papers import names_of
from registry.exchange.rows import Attested, CellFault, Mapped, ReadRow
from registry.exchange.rules import BadRows, ImportLoaded, NoSuchColumn, NoSuchImport, NothingLoaded
from registry.exchange.sheets import Sheet, column_letter, read_sheet
from registry.exchange.tables import Intake
from registry.organisations.queries import get_organisation, list_primaries
from registry.policy import Policies

INTAKE = table(Intake)
NATIONS = {"N": "NI"}
"""The letters stored of an organisation that terms spell otherwise."""
IMPORT = "register.import"
ID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Trial:
    """How a file is understood, and what loading it would do."""

    id: str
    sheet: str
    guesses: Sequence[Guess]
    missing: Sequence[str]
    rows: Sequence[ReadRow]

    @property
    def faults(self) -> list[CellFault]:
        """The faults of every row."""
        return [fault for row in self.rows for fault in row.faults]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made, attested or taken back, what could not be, and who else must act."""

    id: str
    refs: tuple[str, ...]
    left: tuple[str, ...]
    pending: str | None
    log_size: int


def receive(
    tx: Transaction, content: bytes, media_type: str, *, caller: Caller, now: datetime, policies: Policies
) -> Trial:
    """Keep a file and try it with the mapping that is most likely.

    Raises:
        MayNotExchange: the caller may not bring in registers.
        NotASpreadsheet, UnreadableSpreadsheet: it is none that can be read.
    """
    check_may(tx, policies, IMPORT, caller, now)
    sheet = read_sheet(content, media_type)
    identifier = new_id()
    tx.insert(
        Intake,
        id=identifier,
        organisation=caller.organisation,
        person=caller.person or "",
        media_type=media_type,
        content=content,
        sent_at=now,
        refs=[],
    )
    return try_sheet(tx, identifier, sheet, None, caller.organisation, policies)


def attempt(
    reading: Reading,
    identifier: str,
    mapping: Mapping[str, str] | None,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Trial:
    """Try a file that was sent with another mapping; nothing is changed.

    Raises:
        MayNotExchange, NoSuchImport, NoSuchColumn: see there.
    """
    row = _get(reading, identifier, caller, now, policies)
    sheet = read_sheet(row.content, row.media_type)
    return try_sheet(reading, identifier, sheet, mapping, caller.organisation, policies)


def load(
    tx: Transaction,
    identifier: str,
    mapping: Mapping[str, str],
    *,
    as_attested: bool,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Loaded:
    """Make a draft of every row, and as attested the first person's attestation of each: all or nothing.

    Raises:
        MayNotExchange, NoSuchImport, NoSuchColumn: see there.
        ImportLoaded: this file has been loaded before.
        BadRows: with every fault; also where a row to be attested does not say what was signed and when.
    """
    row = _get(tx, identifier, caller, now, policies)
    if row.refs:
        raise ImportLoaded
    trial = attempt(tx, identifier, mapping, caller=caller, now=now, policies=policies)
    _check_rows(trial, as_attested=as_attested)
    refs = []
    for one in trial.rows:
        if one.terms is None:
            continue
        made = actions.create(tx, TermsIn(terms=one.terms), caller=caller, now=now, policies=policies)
        refs.append(made.ref)
        if as_attested and one.attested:
            said = _attestation(made.hash, one.terms.controllers(), one.attested)
            actions.attest(tx, made.ref, said, caller=caller, now=now, policies=policies)
    tx.execute(update(INTAKE).where(INTAKE.c.id == identifier).values(refs=refs))
    pending = "second-person" if as_attested else None
    return Loaded(identifier, tuple(refs), (), pending, log_size(tx))


def attest_all(
    tx: Transaction, identifier: str, *, caller: Caller, now: datetime, policies: Policies
) -> Loaded:
    """Attest, as the second person, every agreement of an import that the first one attested.

    Raises:
        MayNotExchange, NoSuchImport, NothingLoaded: see there.
        Refusal: as `attest` says of any of them; then none is attested.
    """
    row = _get(tx, identifier, caller, now, policies, action="agreement.attest")
    if not row.refs:
        raise NothingLoaded
    done, left = [], []
    for ref in row.refs:
        version = queries.lock(tx, ref)
        first = find_attestation(tx, version)
        if first is None or first.completed_at is not None:
            left.append(ref)
            continue
        said = AttestIn(
            hash=version.hash,
            pdf=first.pdf,
            signatures=[OutsideSignature.model_validate(one, strict=False) for one in first.signatures],
        )
        actions.attest(tx, ref, said, caller=caller, now=now, policies=policies)
        done.append(ref)
    return Loaded(identifier, tuple(done), tuple(left), None, log_size(tx))


def undo(
    tx: Transaction,
    identifier: str,
    wanted: ReasonIn,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Loaded:
    """Withdraw every agreement of an import that is not in force yet; the others are told and stay.

    Raises:
        MayNotExchange, NoSuchImport, NothingLoaded: see there.
    """
    row = _get(tx, identifier, caller, now, policies)
    if not row.refs:
        raise NothingLoaded
    done, left = [], []
    for ref in row.refs:
        status = queries.lock(tx, ref).status
        if status in BEFORE_FORCE:
            actions.withdraw(tx, ref, wanted, caller=caller, now=now, policies=policies)
            done.append(ref)
        elif status not in OVER:
            left.append(ref)
    return Loaded(identifier, tuple(done), tuple(left), None, log_size(tx))


def try_sheet(
    reading: Reading,
    identifier: str,
    sheet: Sheet,
    mapping: Mapping[str, str] | None,
    organisation: str,
    policies: Policies,
) -> Trial:
    """Read every row with a mapping of fields to columns, or with the one that is most likely.

    Raises:
        NoSuchColumn: the mapping names a field or a column that there is not.
    """
    guesses = guess(sheet.headings) if mapping is None else confirmed(sheet, mapping)
    columns = {one.field: place for place, one in enumerate(guesses) if one.field}
    nations = [NATIONS.get(letter, letter) for letter in get_organisation(reading, organisation).nations]
    reader = Reader(policies.law, spellings(reading))
    mapped = Mapped(sheet, columns, reader, organisation, nations)
    return Trial(identifier, sheet.name, guesses, mapped.missing(), list(mapped.rows()))


def confirmed(sheet: Sheet, mapping: Mapping[str, str]) -> list[Guess]:
    """The columns as a person says they are: fields by the letters of columns.

    Raises:
        NoSuchColumn: the mapping names a field or a column that there is not.
    """
    letters = [column_letter(place) for place in range(len(sheet.headings))]
    for field, column in mapping.items():
        if field not in fields() or column not in letters:
            raise NoSuchColumn(field=field, column=column)
    by_column = {column: field for field, column in mapping.items()}
    return [
        Guess(column, heading, by_column.get(column), 1.0 if column in by_column else 0.0)
        for column, heading in zip(letters, sheet.headings, strict=True)
    ]


def spellings(reading: Reading) -> dict[str, str]:
    """Every way to name an organisation: by any identifier, or by its name in either language."""
    found = {plain(alias): primary for alias, primary in list_primaries(reading).items()}
    for primary, named in names_of(reading).items():
        found |= {plain(name): primary for name in (named.en, named.cy) if name}
    return found


def _check_rows(trial: Trial, *, as_attested: bool) -> None:
    faults = trial.faults
    if as_attested:
        silent = [row.number for row in trial.rows if not row.faults and row.attested is None]
        if silent and not faults:
            raise BadRows(rows=", ".join(map(str, silent[:20])), faults=())
    if faults:
        rows = sorted({fault.row for fault in faults})
        raise BadRows(rows=", ".join(map(str, rows[:20])), faults=tuple(faults))


def _attestation(text: str, controllers: Sequence[str], attested: Attested) -> AttestIn:
    signed = [OutsideSignature(organisation=body, signed_on=attested.signed_on) for body in controllers]
    return AttestIn(hash=text, pdf=attested.pdf, signatures=signed)


def _get(
    reading: Reading,
    identifier: str,
    caller: Caller,
    now: datetime,
    policies: Policies,
    *,
    action: str = IMPORT,
) -> Row[Any]:
    """The file of an import of the caller's organisation, when the access rules allow the action on it.

    Raises:
        NoSuchImport: that organisation has none of this id.
        MayNotExchange: they do not allow it.
    """
    # No id is longer, and the databases refuse to look for what is no text of theirs.
    is_possible = len(identifier) == ID_LENGTH and "\0" not in identifier
    wanted = select(INTAKE).where(INTAKE.c.id == identifier, INTAKE.c.organisation == caller.organisation)
    row = reading.one_or_none(wanted) if is_possible else None
    if row is None:
        raise NoSuchImport(id=identifier[:ID_LENGTH])
    check_may(reading, policies, action, caller, now)
    return row
