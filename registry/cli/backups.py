"""Commands that take a whole register out, with its history, and bring it back."""

from pathlib import Path

import click

from registry import clock
from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option
from registry.db import backup as backups
from registry.settings import Settings


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@as_json_option
def backup(out: Path, as_json: bool) -> None:
    """Write the whole register to one file. The keys are not in it: keep them apart."""
    with opened(Settings()) as db, db.read() as reading:
        made = backups.write_backup(reading, out, clock.now())
    told = {"path": str(out), "rows": made.rows, "revisions": made.revisions}
    answer(as_json, told, f"{made.rows:,} rows in {out}; keep the key files apart from it")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def restore(source: Path, as_json: bool) -> None:
    """Fill an empty database from a backup. The log is signed on only if it continues what was signed."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = backups.restore_backup(source, settings.database, app_role=settings.database_app_role)
    told = {"rows": made.rows, "made_at": made.made_at}
    answer(as_json, told, f"{made.rows:,} rows as of {made.made_at}; now run `registry log verify`")
