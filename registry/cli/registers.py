"""`registry import` of a register that is kept as a spreadsheet: what it would do, cell by cell, or it."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from registry import clock
from registry.callers import Caller
from registry.cli.output import FOUND, answer
from registry.db import Database
from registry.exchange import intake
from registry.exchange.intake import Trial
from registry.exchange.rows import CellFault
from registry.exchange.sheets import CSV, XLSX, read_sheet
from registry.organisations.queries import get_primary
from registry.policy import Policies

SPREADSHEETS = {".csv": CSV, ".xlsx": XLSX}
SHOWN = 200


def tell_register(
    db: Database, policies: Policies, file: Path, organisation: str, *, dry_run: bool, as_json: bool
) -> None:
    """Try a register with the mapping that is most likely; load its rows as drafts if every one is right.

    Raises:
        UnknownOrganisation: no organisation is named, or none that is registered.
        NotASpreadsheet, UnreadableSpreadsheet: the file is none that can be read.
    """
    content, media_type = file.read_bytes(), SPREADSHEETS[file.suffix.lower()]
    with db.read() as reading:
        owner = get_primary(reading, organisation)
        trial = intake.try_sheet(reading, "", read_sheet(content, media_type), None, owner, policies)
    loaded = [] if dry_run or trial.faults else _load(db, policies, content, media_type, owner)
    said = {
        "rows": len(trial.rows),
        "columns": {one.heading: one.field for one in trial.guesses},
        "loaded": loaded,
        "errors": [asdict(fault) for fault in trial.faults],
    }
    answer(as_json, said, "\n".join(_lines(trial, loaded)))
    if trial.faults:
        click.get_current_context().exit(FOUND)


def _load(db: Database, policies: Policies, content: bytes, media_type: str, owner: str) -> list[str]:
    caller, now = Caller(organisation=owner), clock.now()
    with db.write() as tx:
        trial = intake.receive(tx, content, media_type, caller=caller, now=now, policies=policies)
        mapping = {one.field: one.column for one in trial.guesses if one.field}
        loaded = intake.load(
            tx, trial.id, mapping, as_attested=False, caller=caller, now=now, policies=policies
        )
    return list(loaded.refs)


def _lines(trial: Trial, loaded: list[str]) -> Iterable[str]:
    for one in trial.guesses:
        yield f"{one.column:>3}  {one.heading:<40.40}  {one.field or '-':<16}  {one.confidence:.0%}"
    yield from map(_line, trial.faults[:SHOWN])
    yield f"{len(trial.rows)} rows, {len(trial.faults)} faults, {len(loaded)} agreements loaded as drafts"


def _line(fault: CellFault) -> str:
    return f"row {fault.row:>5}  {fault.column or '-':>2}  {fault.field:<16}  {fault.en}"
