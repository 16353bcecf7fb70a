"""Looking the log's history over for whoever runs the registry: the mark, the witnesses, what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from registry.auditlog import queries
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import check_continued, read_mark
from registry.auditlog.rules import LogDamaged, Unheard
from registry.auditlog.witnessing import Witnesses, witnesses_of
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.settings import Settings
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed
from registry.tlog.note import Signer
from registry.witness.rules import Known

DRILL = "nothing is signed; docs/operating.md tells what to do"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: empty `fault` when it is well."""

    name: str
    detail: str
    fault: str = ""


def look_at_history(db: Database, settings: Settings, signer: Signer, now: datetime) -> Iterator[Finding]:
    """Ask the mark and every witness what was signed before, and hold the database against it."""
    high_water = HighWater.beside(settings.log_key, signer)
    try:
        mark = read_mark(high_water)
    except LogDamaged as damage:
        yield Finding("mark", "", f"{damage}: {DRILL}")
        return
    seen = f"{mark.size} entries" if mark else "nothing signed on this machine yet"
    yield Finding("mark", f"{high_water.path}: {seen}")
    heard: tuple[Known, ...] = ()
    try:
        witnesses = witnesses_of(settings, Egress(parse_networks(settings.egress_networks)), signer)
    except (OSError, Malformed) as trouble:
        yield Finding("witnesses", "", f"the policy cannot be read: {trouble}")
        return
    if witnesses:
        heard = _hear(witnesses, now)
        yield from _witnesses(witnesses, heard)
        witnesses.close()
    yield _history(db, signer, mark, heard)


def _hear(witnesses: Witnesses, now: datetime) -> tuple[Known, ...]:
    try:
        return witnesses.hear(now, patiently=True)
    except Unheard as silence:
        return silence.heard


def _witnesses(witnesses: Witnesses, heard: tuple[Known, ...]) -> Iterator[Finding]:
    sizes = {known.witness: known.size for known in heard}
    for witness in witnesses.policy.witnesses:
        if witness.name in sizes:
            yield Finding("witness", f"{witness.name}: has seen {sizes[witness.name]} entries")
        elif witness.url:
            yield Finding("witness", "", f"{witness.name} cannot say what it has seen")
    if not witnesses.policy.is_met_by(set(sizes)):
        yield Finding("witnesses", "", f"too few answer for the quorum {witnesses.policy.quorum}")


def _history(db: Database, signer: Signer, mark: Checkpoint | None, heard: tuple[Known, ...]) -> Finding:
    try:
        with db.read() as reading:
            newest = queries.newest_checkpoint(reading)
            edge = check_continued(reading, newest, signer.keys, mark=mark, heard=heard)
    except LogDamaged as damage:
        return Finding("history", "", f"{damage}: {DRILL}")
    return Finding("history", f"{edge.size} entries, which continue everything that was signed")
