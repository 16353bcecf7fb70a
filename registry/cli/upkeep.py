"""Commands for whoever runs the registry: making it, bringing it up to date, looking it over."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from registry import clock
from registry.auditlog import log_size, queries
from registry.auditlog.checking.nightwatch import last_check
from registry.auditlog.looking import look_at_history
from registry.auditlog.timestamps import authorities_of, stamp_states
from registry.bundles.signing import create_bundle_key
from registry.cli.opening import opened, signer_of
from registry.cli.output import FOUND, answer, as_json_option
from registry.db import Reading
from registry.db import migrate as migrations
from registry.db.guards import can_rewrite
from registry.db.metadata import metadata
from registry.egress import Egress
from registry.oauth.keys import create_token_key
from registry.policy import BadPolicyFile, Policies, read_overlay
from registry.receipts.keys import create_receipt_key
from registry.records.vault import create_records_key
from registry.settings import Settings
from registry.signers.log import create_first_keys, key_files
from registry.tlog.faults import Malformed


@click.command()
@as_json_option
def init(as_json: bool) -> None:
    """Make keys and database where they are missing. Does nothing to those that are there."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    create_first_keys(settings)
    create_token_key(settings.token_key)
    create_records_key(settings.records_key)
    create_receipt_key(settings)
    create_bundle_key(settings)
    migrations.migrate(settings.database, app_role=settings.database_app_role)
    made = {"data_dir": str(settings.data_dir), "log_key": str(settings.log_key), "origin": settings.origin}
    answer(as_json, made, f"Ready in {settings.data_dir}; the log is {settings.origin}")


@click.command()
@as_json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the schema of this release."""
    settings = Settings()
    migrations.migrate(settings.database, app_role=settings.database_app_role)
    revisions = migrations.newest()
    answer(as_json, {"revisions": list(revisions)}, f"The database is at {', '.join(revisions)}")


@dataclass(frozen=True, slots=True)
class Look:
    """One thing the doctor looked at: empty `fault` when it is well."""

    name: str
    detail: str
    fault: str = ""


@click.command()
@click.pass_context
@as_json_option
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look the settings, keys, policies, database and log over."""
    settings = Settings()
    looks = [look for examine in EXAMINATIONS for look in examine(settings)]
    lines = [
        f"{'FAULT' if look.fault else 'ok':<6}{look.name:<14}{look.fault or look.detail}" for look in looks
    ]
    document = {
        "well": not any(look.fault for look in looks),
        "looks": [{"name": look.name, "detail": look.detail, "fault": look.fault} for look in looks],
    }
    answer(as_json, document, "\n".join(lines))
    if not document["well"]:
        ctx.exit(FOUND)


def _settings(settings: Settings) -> Iterator[Look]:
    yield Look("data", str(settings.data_dir))
    fault = "" if settings.is_loopback or settings.base_url.startswith("https://") else "not https"
    yield Look("address", settings.base_url, fault and f"{settings.base_url} is {fault}")


def _keys(settings: Settings) -> Iterator[Look]:
    try:
        files = [("log", path) for path in key_files(settings, clock.now())]
    except ValueError as trouble:
        files = []
        yield Look("log key", "", str(trouble))
    files += [("token", settings.token_key), ("records", settings.records_key)]
    files += [("receipt", settings.receipt_key), ("bundle", settings.bundle_key)]
    for name, path in files:
        yield Look(f"{name} key", str(path), _key_fault(path))


def _key_fault(path: Path) -> str:
    if not path.is_file():
        return f"{path} is missing: run `registry init`"
    return f"{path} can be read by others" if stat.S_IMODE(path.stat().st_mode) & 0o077 else ""


def _policies(settings: Settings) -> Iterator[Look]:
    try:
        yield Look("policies", Policies.load(settings.policies_dir).digest)
        if settings.policy_overlay_dir is not None:
            yield Look("overlay", read_overlay(settings.policies_dir, settings.policy_overlay_dir).digest)
    except (BadPolicyFile, OSError) as fault:
        yield Look("policies", "", str(fault))


def _database(settings: Settings) -> Iterator[Look]:
    try:
        with opened(settings) as db, db.read() as reading:
            is_current = migrations.is_current(reading)
            yield Look("database", reading.dialect, "" if is_current else "run `registry migrate`")
            if is_current:
                yield _guards(reading)
                yield _log(settings, reading)
                yield _night(reading)
                yield from _time_stamps(settings, reading)
    except SQLAlchemyError as fault:
        yield Look("database", "", str(fault).splitlines()[0])


def _guards(reading: Reading) -> Look:
    """What stands between this process and the rows that are written once. Not a fault: guards are extras."""
    if reading.dialect == "sqlite":
        return Look("guards", "triggers; whoever can write the file can take them away")
    is_bare = can_rewrite(reading.connection, metadata.tables.values())
    return Look("guards", "triggers alone: this role owns the log" if is_bare else "triggers and rights")


def _night(reading: Reading) -> Look:
    check = last_check(reading)
    if check is None:
        return Look("nightly check", "none yet")
    detail = f"{check.size} entries on {check.checked_on.isoformat()}"
    fault = f"{check.findings} findings; the first: {check.first}" if check.findings else ""
    return Look("nightly check", detail, fault)


def _log(settings: Settings, reading: Reading) -> Look:
    size, newest = log_size(reading), queries.newest_checkpoint(reading)
    published = newest.size if newest else 0
    detail = f"{size} entries, {published} of them under the newest checkpoint"
    try:
        name = signer_of(settings, reading).name
    except (OSError, ValueError) as trouble:
        return Look("log", detail, f"its keys cannot be used: {trouble}")
    fault = "" if name == settings.origin else f"the log is {name}, the settings say {settings.origin}"
    return Look("log", detail, fault)


def _time_stamps(settings: Settings, reading: Reading) -> Iterator[Look]:
    """The newest token of each authority that is asked."""
    try:
        authorities = authorities_of(settings, Egress())
    except (OSError, Malformed) as trouble:
        yield Look("time stamp", "", f"the certificates to trust cannot be read: {trouble}")
        return
    for state in stamp_states(reading, authorities, clock.now()):
        yield Look("time stamp", state.detail, state.fault)


def _history(settings: Settings) -> Iterator[Look]:
    """What was signed before, as the high-water mark and the witnesses know it."""
    try:
        with opened(settings) as db:
            with db.read() as reading:
                signer = signer_of(settings, reading) if migrations.is_current(reading) else None
            for found in look_at_history(db, settings, signer, clock.now()) if signer else ():
                yield Look(found.name, found.detail, found.fault)
    except (SQLAlchemyError, OSError, ValueError) as trouble:
        yield Look("history", "", f"it cannot be checked: {str(trouble).splitlines()[0]}")


EXAMINATIONS: tuple[Callable[[Settings], Iterator[Look]], ...] = (
    _settings,
    _keys,
    _policies,
    _database,
    _history,
)
