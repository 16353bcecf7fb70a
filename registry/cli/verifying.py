"""`registry verify`: for auditors, on any machine, so nothing is imported that only a registry needs."""

from pathlib import Path

import click

from registry.cli.output import FOUND, answer, as_json_option, progress
from registry.tlog.faults import Malformed
from registry.verification.findings import Report
from registry.verification.verify import read_key, verify

EXISTING = click.Path(exists=True, path_type=Path)


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
    tell(ctx, verify(path, key, old_checkpoint=old, progress=progress("verifying")), as_json=as_json)


def tell(ctx: click.Context, report: Report, *, as_json: bool) -> None:
    """Print what was found; findings end the command with 1."""
    answer(as_json, report.document(), report.text())
    if not report.is_sound:
        ctx.exit(FOUND)
