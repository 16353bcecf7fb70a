"""`registry verify`: for auditors, on any machine, so nothing is imported that only a registry needs."""

from pathlib import Path

import click

from registry.cli.output import FOUND, answer, as_json_option, progress
from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.policy import Policy
from registry.verification.findings import Language, Report
from registry.verification.timestamps import read_certificates
from registry.verification.trusted import read_keys
from registry.verification.verify import verify

EXISTING = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

language_option = click.option(
    "--lang",
    type=click.Choice(["en", "cy"]),
    default="en",
    help="English or Welsh. / Cymraeg neu Saesneg.",
)


@click.command("verify")
@click.argument("path", type=EXISTING)
@click.option(
    "--vkey",
    multiple=True,
    help="The log's key, or a file with it. Without, that of the policy counts.",
)
@click.option("--policy", type=FILE, help="Your own file of the log and its witnesses (tlog-policy).")
@click.option("--old-checkpoint", type=FILE, multiple=True, help="A checkpoint you kept from before.")
@click.option("--tsa", type=FILE, multiple=True, help="Certificates (PEM) of a time-stamp authority.")
@click.option("--case", is_flag=True, help="PATH must be the case file of one agreement.")
@click.option("--receipt", type=FILE, multiple=True, help="A decision receipt to check (docs/receipts.md).")
@language_option
@click.pass_context
@as_json_option
def verify_export(
    ctx: click.Context,
    path: Path,
    vkey: tuple[str, ...],
    policy: Path | None,
    old_checkpoint: tuple[Path, ...],
    tsa: tuple[Path, ...],
    case: bool,
    receipt: tuple[Path, ...],
    lang: Language,
    as_json: bool,
) -> None:
    """Check an export, or the case file of one agreement: no network, no database, no trust in the registry.

    PATH is the zip, or the folder it was unpacked to. Take the key, and the policy that says whose
    cosignatures you ask for, from someone other than whoever gave you the zip. A checkpoint that you kept
    shows that nothing signed until then has changed since. Exit codes: 0 sound, 1 faults found and named,
    2 the command was not understood.
    """
    keys = [key for given in vkey for key in keys_in(given)]
    rules = policy_in(policy) if policy else None
    if not keys and rules is None:
        raise click.UsageError("give --vkey or --policy: what is checked against nothing proves nothing")
    kept = [file.read_bytes() for file in old_checkpoint]
    try:
        authorities = [one for file in tsa for one in read_certificates(file.read_bytes())]
        report = verify(
            path,
            *keys,
            policy=rules,
            kept=kept,
            case=case,
            authorities=authorities,
            receipts=[(file.name, file.read_bytes()) for file in receipt],
            progress=progress("verifying"),
        )
    except Malformed as fault:
        raise click.UsageError(str(fault)) from fault
    tell(ctx, report, as_json=as_json, lang=lang)


def tell(ctx: click.Context, report: Report, *, as_json: bool, lang: Language = "en") -> None:
    """Print what was found; findings end the command with 1."""
    answer(as_json, report.document(), report.text(lang))
    if not report.is_sound:
        ctx.exit(FOUND)


def keys_in(given: str) -> list[VerifierKey]:
    """The log's keys that an option names.

    Raises:
        BadParameter: it names none.
    """
    try:
        return read_keys(given)
    except Malformed as fault:
        raise click.BadParameter(str(fault), param_hint="--vkey") from fault


def policy_in(path: Path) -> Policy:
    """The policy of witnesses in a file.

    Raises:
        BadParameter: there is none.
    """
    try:
        return Policy.parse(path.read_bytes())
    except Malformed as fault:
        raise click.BadParameter(str(fault), param_hint="--policy") from fault
