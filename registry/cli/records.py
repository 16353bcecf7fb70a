"""Commands about records: bringing them in, and checking the log in the database."""

from pathlib import Path
from typing import get_args

import click

from registry import clock
from registry.auditlog.checking.restating import Reason, restate
from registry.auditlog.checking.tampering import find_tampering
from registry.cli.opening import opened, signer_of
from registry.cli.output import answer, as_json_option, progress, words
from registry.cli.registers import SPREADSHEETS, tell_register
from registry.cli.sampling import sample
from registry.cli.verifying import tell
from registry.housekeeping import LEDGERS
from registry.imports.load import import_files
from registry.settings import Settings
from registry.vocabulary.actions import Folders, policies_in_force


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", type=words, help="Whose register a CSV or XLSX file is.")
@click.option("--dry-run", is_flag=True, help="Only say what loading a CSV or XLSX file would do.")
@as_json_option
def import_file(file: Path, organisation: str | None, dry_run: bool, as_json: bool) -> None:
    """Load organisations and agreements (as drafts) from YAML, JSON, CSV or XLSX, all of it or nothing."""
    settings = Settings()
    with opened(settings) as db:
        with db.read() as reading:
            policies = policies_in_force(reading, Folders.of(settings))
        if file.suffix.lower() in SPREADSHEETS:
            tell_register(db, policies, file, organisation or "", dry_run=dry_run, as_json=as_json)
            return
        if organisation or dry_run:
            raise click.UsageError("--organisation and --dry-run are for CSV and XLSX files")
        plan = import_files(db, [file], policies=policies, now=clock.now())
    loaded = {"organisations": len(plan.organisations), "agreements": len(plan.agreements)}
    text = f"Loaded {loaded['organisations']} organisations and {loaded['agreements']} agreements"
    answer(as_json, loaded, text)


@click.group()
def log() -> None:
    """The log as it lies in the database."""


@log.command("verify")
@click.pass_context
@as_json_option
def verify_log(ctx: click.Context, as_json: bool) -> None:
    """Hold every row of the log, and every row that stands for an entry, against the signed checkpoints."""
    settings = Settings()
    with opened(settings) as db, db.read() as reading:
        report = find_tampering(
            reading, signer_of(settings, reading).keys, progress("verifying"), ledgers=LEDGERS
        )
    tell(ctx, report, as_json=as_json)


@log.command("restate")
@click.option(
    "--reason",
    required=True,
    type=click.Choice(get_args(Reason)),
    help="A register of an older release was upgraded, or rows were repaired in the database itself.",
)
@as_json_option
def restate_rows(reason: Reason, as_json: bool) -> None:
    """Let the log state the rows that `log verify` finds changed, as they are now. Everyone can see that.

    Find out first why they differ: after this nobody is told that they do. Findings about the log itself, and
    about signatures and other rows that prove an entry, stay.
    """
    with opened(Settings()) as db:
        count = restate(db, reason, clock.now())
    answer(as_json, {"rows": count}, f"The log states {count} rows as they are now")


log.add_command(sample)
