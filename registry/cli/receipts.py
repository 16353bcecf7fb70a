"""`registry receipts`: what a body does with the receipts that it holds, on any machine."""

import json
from pathlib import Path

import click

from registry import clock
from registry.cli.output import FOUND, answer, as_json_option, progress
from registry.cli.replaying import FOLDER
from registry.cli.verifying import EXISTING, FILE, keys_in, language_option, policy_in, tell
from registry.policy import Policies
from registry.replay.exported import Exported
from registry.replay.replaying import Replay
from registry.replay.sampling import Compared, compare, draw_receipts
from registry.settings import ROOT
from registry.tlog.faults import Malformed
from registry.verification.archive import Unreadable, open_archive
from registry.verification.findings import Language, Report
from registry.verification.trusted import Trusted
from registry.verification.verify import verify_archive

WORDS = {
    "en": {
        "same": "{file}: the log gives the same answer, {outcome}",
        "differs": "{file}: answered {outcome}, but the log gives {instead}. Report the incident below",
        "unclear": "{file}: the export, or these policies, do not show enough to answer again",
        "unproved": "{file}: the receipt does not hold",
    },
    "cy": {
        "same": "{file}: mae'r log yn rhoi'r un ateb, {outcome}",
        "differs": "{file}: yr ateb oedd {outcome}; mae'r log yn rhoi {instead}. Adroddwch y digwyddiad isod",
        "unclear": "{file}: nid yw'r allforyn, neu'r polisïau hyn, yn dangos digon i ateb eto",
        "unproved": "{file}: nid yw'r dderbyneb yn dal",
    },
}


@click.group()
def receipts() -> None:
    """Look after decision receipts that you hold (docs/receipts.md)."""


@receipts.command("replay")
@click.argument("path", metavar="EXPORT", type=EXISTING)
@click.argument("folder", type=FOLDER)
@click.option("--seed", required=True, help="One line that nobody could have chosen to suit themselves.")
@click.option("--count", "number", required=True, type=click.IntRange(min=1), help="How many receipts.")
@click.option("--vkey", multiple=True, help="The log's key, or a file with it.")
@click.option("--policy", type=FILE, help="Your own file of the log and its witnesses (tlog-policy).")
@click.option("--policies", type=FOLDER, default=ROOT / "policies", help="The policies to answer by.")
@click.option("--overlay", type=FOLDER, help="The deployment's own entries of law.")
@language_option
@click.pass_context
@as_json_option
def replay_sample(
    ctx: click.Context,
    path: Path,
    folder: Path,
    seed: str,
    number: int,
    vkey: tuple[str, ...],
    policy: Path | None,
    policies: Path,
    overlay: Path | None,
    lang: Language,
    as_json: bool,
) -> None:
    """Draw some of your receipts by a seed and answer their questions again from an export.

    FOLDER holds a JSON file for each receipt, with its question, salt and proof. A difference is printed with
    the body that reports it at POST /api/v1/incidents. Exit codes: 0 all the same, 1 something differs or
    does not hold, 2 the command was not understood.
    """
    files = {file.name: file.read_bytes() for file in sorted(folder.glob("*.json"))}
    try:
        trusted = Trusted.of(
            [key for given in vkey for key in keys_in(given)], policy_in(policy) if policy else None
        )
        drawn = [(name, files[name]) for name in draw_receipts(files, seed, number)]
    except (Malformed, ValueError) as fault:
        raise click.UsageError(str(fault)) from fault
    report = Report(trusted.origin)
    found = _compare(path, drawn, trusted, report, Policies.load(policies, overlay))
    if not report.is_sound and not found:
        tell(ctx, report, as_json=as_json, lang=lang)
        return
    today = clock.london_day(clock.now())
    incidents = [incident for one in found if (incident := one.incident(today))]
    document = {"seed": seed, "compared": [one.document() for one in found], "incidents": incidents}
    lines = [_words(one, lang) for one in found]
    answer(as_json, document, "\n".join([*lines, *(json.dumps(one) for one in incidents)]))
    if any(one.verdict in ("differs", "unproved") for one in found):
        ctx.exit(FOUND)


def _compare(
    path: Path, drawn: list[tuple[str, bytes]], trusted: Trusted, report: Report, policies: Policies
) -> list[Compared]:
    """The comparisons, from a sound export; none, and findings, from another."""
    try:
        with open_archive(path) as archive:
            verify_archive(archive, trusted, report, progress=progress("verifying"), path=path)
            if report.case:
                raise click.UsageError("give a full export")
            if not report.is_sound:
                return []
            replay = Replay(Exported(archive, report.size), policies, now=clock.now())
            return list(compare(archive, replay, report, drawn))
    except Unreadable as fault:
        report.add("archive-unreadable", path.name, fault)
        return []


def _words(one: Compared, language: Language) -> str:
    outcome, instead = one.answered.get("outcome"), one.replayed.get("outcome")
    return WORDS[language][one.verdict].format(file=one.place, outcome=outcome, instead=instead)
