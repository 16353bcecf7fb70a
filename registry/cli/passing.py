"""`registry daily-pass`: what a day brings, made now, or let go by a person after the registry held it."""

import click

from registry import clock
from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option
from registry.housekeeping import every_estate, make_daily_pass
from registry.records.vault import Vault
from registry.settings import Settings
from registry.vocabulary.actions import Folders, policies_in_force

NO_LIMIT = 1_000_000_000


@click.command("daily-pass")
@click.option("--approve", is_flag=True, help="Let through more changes than the setting allows.")
@as_json_option
def daily_pass(approve: bool, as_json: bool) -> None:
    """Make today's daily pass. It is held where more versions would change than a person has allowed."""
    settings, now = Settings(), clock.now()
    limit = NO_LIMIT if approve else settings.daily_pass_limit
    with opened(settings) as db:
        with db.read() as reading:
            policies = policies_in_force(reading, Folders.of(settings))
        made = make_daily_pass(db, policies, every_estate(Vault(settings.records_key)), now, limit=limit)
    document = {"day": made.day.isoformat(), "looked_at": made.looked_at, "changed": made.changed}
    answer(as_json, document, f"{made.day}: looked at {made.looked_at} versions, changed {made.changed}")
