"""`registry export`: the whole log, or the case of one agreement, as a zip that anyone can check."""

from pathlib import Path

import click

from registry import clock
from registry.agreements.queries import StoredVersion, published_documents
from registry.auditlog.publisher import publish_once
from registry.cli.opening import opened, signer_of
from registry.cli.output import answer, as_json_option, progress
from registry.db import Database
from registry.exports.case import Sight
from registry.exports.casefile import write_case
from registry.exports.full import write_export
from registry.exports.trust import Trust
from registry.settings import Settings


@click.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write."
)
@click.option("--case", "ref", help="Only the case of the agreement with this reference.")
@click.option("--organisation", help="With --case: also what an auditor of this party may see.")
@as_json_option
def export(out: Path, ref: str | None, organisation: str | None, as_json: bool) -> None:
    """Write the whole log, with the documents that are public, to a zip that anyone can check.

    The zip appears when it is whole; until then it is OUT.part. If this is interrupted, run it again with the
    same OUT: every file that OUT.part holds whole is kept, the export goes on after it, at the checkpoint it
    was begun at, and comes to the same octets. Remove OUT.part to begin anew at the newest checkpoint.

    With --case, write the case of one agreement: its texts, its log entries each with its proof, and the
    evidence of its approvals.
    """
    if organisation and not ref:
        raise click.UsageError("--organisation goes with --case")
    settings = Settings()
    with opened(settings) as db:
        with db.read() as reading:
            signer = signer_of(settings, reading)
        publish_once(db, settings, signer, clock.now())
        trust = Trust.of(settings, signer)
        if ref:
            _export_case(db, trust, ref, organisation or "", out, as_json=as_json)
        else:
            _export_log(db, trust, out, as_json=as_json)


def _export_log(db: Database, trust: Trust, out: Path, *, as_json: bool) -> None:
    with db.read() as reading:
        documents = published_documents(reading)
        made = write_export(reading, out, trust, documents, progress("exporting"))
    document = {"path": str(out), "origin": made.origin, "size": made.size, "files": made.files}
    answer(as_json, document, f"{out}: {made.size} entries of {made.origin} in {made.files} files")


def _export_case(
    db: Database, trust: Trust, ref: str, organisation: str, out: Path, *, as_json: bool
) -> None:
    def sight_of(version: StoredVersion) -> Sight:
        is_party = organisation in version.parties
        is_public = version.first_live_at is not None and version.publication == "full"
        return Sight(text=is_party or is_public, entries=is_party)

    with db.read() as reading:
        made = write_case(reading, ref, sight_of, trust)
    unfinished = out.with_name(out.name + ".part")
    unfinished.write_bytes(made.octets)
    unfinished.replace(out)
    about = {"origin": made.origin, "case": ref, "entries": made.entries, "size": made.size}
    text = f"{out}: {made.entries} entries about {ref}, of {made.size} of {made.origin}"
    answer(as_json, {"path": str(out), **about}, text)
