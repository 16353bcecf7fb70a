"""Commands about records: bringing them in, taking the log out, checking it."""

from pathlib import Path

import click

from registry import clock
from registry.agreements.queries import published_documents
from registry.auditlog.export import write_export
from registry.auditlog.highwater import HighWater
from registry.auditlog.offline.findings import Report
from registry.auditlog.offline.verify import read_key, verify
from registry.auditlog.publish import publish
from registry.auditlog.tampering import find_tampering
from registry.cli.opening import opened, signer_of
from registry.cli.output import FOUND, answer, as_json_option, progress
from registry.imports.load import import_files
from registry.policy import Policies
from registry.settings import Settings
from registry.tlog.faults import Malformed

EXISTING = click.Path(exists=True, path_type=Path)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def import_file(file: Path, as_json: bool) -> None:
    """Load organisations and agreements (as drafts) from a YAML or JSON file, all of it or nothing."""
    settings = Settings()
    policies = Policies.load(settings.policies_dir)
    with opened(settings) as db:
        plan = import_files(db, [file], policies=policies, now=clock.now())
    loaded = {"organisations": len(plan.organisations), "agreements": len(plan.agreements)}
    text = f"Loaded {loaded['organisations']} organisations and {loaded['agreements']} agreements"
    answer(as_json, loaded, text)


@click.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write."
)
@as_json_option
def export(out: Path, as_json: bool) -> None:
    """Write the whole log, with the documents that are public, to a zip that anyone can check."""
    settings = Settings()
    with opened(settings) as db:
        with db.read() as reading:
            signer = signer_of(settings, reading)
        publish(db, signer, HighWater.beside(settings.log_key, signer.key), clock.now())
        with db.read() as reading:
            documents = published_documents(reading)
            made = write_export(reading, out, signer, documents, progress("exporting"))
    document = {"path": str(out), "origin": made.origin, "size": made.size, "files": made.files}
    answer(as_json, document, f"{out}: {made.size} entries of {made.origin} in {made.files} files")


@click.command("verify")
@click.argument("path", type=EXISTING)
@click.option("--vkey", required=True, help="The log's key, or a file that holds it.")
@click.option("--old-checkpoint", type=EXISTING, help="A checkpoint kept from before.")
@click.pass_context
@as_json_option
def verify_export(
    ctx: click.Context, path: Path, vkey: str, old_checkpoint: Path | None, as_json: bool
) -> None:
    """Check an export against the log's key: no network, no database."""
    try:
        key = read_key(vkey)
    except Malformed as fault:
        raise click.BadParameter(str(fault), param_hint="--vkey") from fault
    old = old_checkpoint.read_bytes() if old_checkpoint else None
    _report(ctx, verify(path, key, old_checkpoint=old, progress=progress("verifying")), as_json=as_json)


@click.group()
def log() -> None:
    """The log as it lies in the database."""


@log.command("verify")
@click.pass_context
@as_json_option
def verify_log(ctx: click.Context, as_json: bool) -> None:
    """Hold every row of the log against its tree and its signed checkpoints."""
    settings = Settings()
    with opened(settings) as db, db.read() as reading:
        report = find_tampering(reading, signer_of(settings, reading).key, progress("verifying"))
    _report(ctx, report, as_json=as_json)


def _report(ctx: click.Context, report: Report, *, as_json: bool) -> None:
    answer(as_json, report.document(), report.text())
    if not report.is_sound:
        ctx.exit(FOUND)
