"""`registry keys list` and `registry keys rotate`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from registry import clock
from registry.auditlog.rotation import Rotation, rotate, write_policy
from registry.cli.opening import opened, signer_of
from registry.cli.output import answer, as_json_option
from registry.oauth.keys import load_token_keys
from registry.settings import Settings
from registry.signers.durable import replace
from registry.signers.log import LogSigner, create_next_keys
from registry.signers.policies import read_policy
from registry.signers.ring import Held


@click.command("list")
@as_json_option
def list_keys(as_json: bool) -> None:
    """List the public halves of the registry's keys, and until when each key of the log signs."""
    settings, now = Settings(), clock.now()
    with opened(settings) as db, db.read() as reading:
        ring = signer_of(settings, reading).ring
    token = load_token_keys(settings.token_key).keys[0]
    listed = [one for held in ring.held for one in _keys_of(held, now)]
    listed.append({"use": "tokens", "key": str(token.kid), "source": str(settings.token_key)})
    lines = (f"{one['use']:<8}{one.get('state', ''):<30}{one['key']}   {one['source']}" for one in listed)
    answer(as_json, {"keys": listed}, "\n".join(lines))


@click.command("rotate")
@click.option("--to", "sources", multiple=True, help="What holds the new key; otherwise files are made.")
@click.option("--overlap-days", type=click.IntRange(1), help="How long the old keys sign along.")
@as_json_option
def rotate_keys(sources: tuple[str, ...], overlap_days: int | None, as_json: bool) -> None:
    """Let new keys sign for the log, and the old ones along with them for a while.

    The rotation goes into the log. The new policy is written beside the keys, and a note of it that the old
    keys have signed: give that to auditors and witnesses.
    """
    settings, now = Settings(), clock.now()
    days = settings.key_overlap_days if overlap_days is None else overlap_days
    with opened(settings) as db:
        with db.read() as reading:
            signer = signer_of(settings, reading)
        made = rotate(
            db,
            signer,
            lambda: sources or create_next_keys(settings),
            overlap=timedelta(days=days),
            now=now,
        )
    paths = _write_policies(settings, signer, now)
    document = {
        "new": [key.text() for key in made.new],
        "old": [key.text() for key in made.old],
        "until": clock.stamp(made.until),
        "log_indices": list(made.log_indices),
        "policy": str(paths[0]),
        "signed_policy": str(paths[1]) if len(paths) > 1 else None,
    }
    answer(as_json, document, _in_words(made, paths))


def _keys_of(held: Held, now: datetime) -> Iterator[dict[str, Any]]:
    """Each key that a source holds, as it is listed."""
    for key in held.keys:
        yield {
            "use": "log",
            "key": key.text(),
            "source": held.source,
            "since": held.since and clock.stamp(held.since),
            "until": held.until and clock.stamp(held.until),
            "state": _state(held, now),
        }


def _state(held: Held, now: datetime) -> str:
    if held.until is None:
        return "signs"
    return f"{'signs' if held.signs_at(now) else 'signed'} until {clock.stamp(held.until)}"


def _write_policies(settings: Settings, signer: LogSigner, now: datetime) -> list[Path]:
    """Write the new policy, and the note of it if an old key signs one, beside the log's keys."""
    policy, note = write_policy(signer, read_policy(settings.witness_policy_file), now)
    path = settings.log_key.with_name("log.policy")
    written = [(path, policy)] + ([(path.with_name("log.policy.note"), note)] if note else [])
    for target, text in written:
        replace(target, text)
    return [target for target, _ in written]


def _in_words(made: Rotation, paths: list[Path]) -> str:
    return "\n".join(
        (
            *(f"new      {key.text()}" for key in made.new),
            *(f"old      {key.text()}" for key in made.old),
            f"both sign until {clock.stamp(made.until)}",
            *(f"written  {path}" for path in paths),
        )
    )
