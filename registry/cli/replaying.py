"""`registry replay`: a question answered again from an export, on any machine, without the registry."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from registry import clock
from registry.cli.output import answer, as_json_option, progress
from registry.cli.verifying import EXISTING, FILE, keys_in, language_option, policy_in, tell
from registry.errors import Invalid
from registry.policy import Policies
from registry.replay.exported import Case, Exported
from registry.replay.replaying import Replay, Replayed
from registry.replay.words import words
from registry.settings import ROOT
from registry.tlog.faults import Malformed
from registry.verification.archive import Archive, Unreadable, open_archive
from registry.verification.findings import Language, Report
from registry.verification.trusted import Trusted
from registry.verification.verify import verify_archive
from registry.web.body import parse_json

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("replay")
@click.argument("path", metavar="EXPORT", type=EXISTING)
@click.option("--question", required=True, type=FILE, help="The question, as JSON (docs/time-machine.md).")
@click.option("--at", help="The instant that it asks about, RFC 3339 with an offset.")
@click.option("--known-at", help="Answer what was known at this instant, RFC 3339 with an offset.")
@click.option("--log-size", type=click.IntRange(0), help="Answer what was known when the log had this size.")
@click.option("--vkey", multiple=True, help="The log's key, or a file with it.")
@click.option("--policy", type=FILE, help="Your own file of the log and its witnesses (tlog-policy).")
@click.option("--case", type=EXISTING, multiple=True, help="A case file that opens more of the log.")
@click.option("--policies", type=FOLDER, default=ROOT / "policies", help="The policies to answer by.")
@click.option("--overlay", type=FOLDER, help="The deployment's own entries of law.")
@language_option
@click.pass_context
@as_json_option
def replay(
    ctx: click.Context,
    path: Path,
    question: Path,
    at: str | None,
    known_at: str | None,
    log_size: int | None,
    vkey: tuple[str, ...],
    policy: Path | None,
    case: tuple[Path, ...],
    policies: Path,
    overlay: Path | None,
    lang: Language,
    as_json: bool,
) -> None:
    """Answer a question again from an export: no network, no database, no registry.

    The export is verified first; from one that is not sound nothing is answered. The answer is the one that a
    registry gives with these policies about what was known: compare `policy_digest` with that of the answer
    you have. Exit codes: 0 answered, 1 the export is not sound, 2 the command was not understood.
    """
    if known_at and log_size is not None:
        raise click.UsageError("give --known-at or --log-size, not both")
    body = _question(question, {"at": at, "known_at": known_at})
    try:
        trusted = Trusted.of(
            [key for given in vkey for key in keys_in(given)], policy_in(policy) if policy else None
        )
    except Malformed as fault:
        raise click.UsageError(f"{fault}: give --vkey or --policy") from fault
    report = Report(trusted.origin)
    by = Policies.load(policies, overlay)
    replayed = _replay(path, case, trusted, report, by, body, log_size)
    if replayed is None:
        tell(ctx, report, as_json=as_json, lang=lang)
        return
    document = {
        **replayed.document(),
        "log": {"origin": report.origin, "size": report.size, "root": report.root.hex()},
    }
    answer(as_json, document, words(replayed, lang))


def _question(file: Path, instants: Mapping[str, str | None]) -> dict[str, Any]:
    """The question in a file, about the instants of the command line where those are given."""
    try:
        body = parse_json(file.read_bytes())
    except Invalid as fault:
        raise click.BadParameter("not one JSON object", param_hint="--question") from fault
    if not isinstance(body, dict) or not isinstance(body.get("context", {}), dict):
        raise click.BadParameter("not one JSON object", param_hint="--question")
    given = {name: instant for name, instant in instants.items() if instant}
    return {**body, "context": {**body.get("context", {}), **given}}


def _replay(
    path: Path,
    cases: Sequence[Path],
    trusted: Trusted,
    report: Report,
    policies: Policies,
    body: Mapping[str, Any],
    log_size: int | None,
) -> Replayed | None:
    """The answer from a sound export; None, and findings, from another."""
    with ExitStack() as files:
        try:
            archive = files.enter_context(open_archive(path))
            opened = {case: files.enter_context(open_archive(case)) for case in cases}
        except Unreadable as fault:
            report.add("archive-unreadable", path.name, fault)
            return None
        verify_archive(archive, trusted, report, progress=progress("verifying"), path=path)
        told = [_verified_case(case, path, trusted, report) for path, case in opened.items()]
        if not report.is_sound:
            return None
        if report.case or (log_size or 0) > report.size:
            raise click.UsageError("give a full export that is long enough")
        exported = Exported(archive, report.size, told)
        try:
            return Replay(exported, policies, now=clock.now()).answer(body, log_size=log_size)
        except Invalid as fault:
            raise click.BadParameter(json.dumps(fault.facts, default=str), param_hint="--question") from fault


def _verified_case(archive: Archive, path: Path, trusted: Trusted, report: Report) -> Case:
    """A case file with what it is signed to be about; what is wrong with it is a finding of the report."""
    about = Report(trusted.origin)
    verify_archive(archive, trusted, about, path=path, case=True)
    report.add_all(about)
    return Case(archive, about.case, about.size)
