"""The bodies of the sample, as the log of a register tells of them."""

from datetime import timedelta

from registry.auditlog import Subject, append_many
from registry.db import Database
from registry.organisations.events import OrganisationRegistered
from tests.samples.agreements import BODIES, LANCASHIRE, NOW

ALIASES = {LANCASHIRE: "orgid:GB-LAE-LAN"}


def tell_of_bodies(db: Database) -> None:
    """Append that each body of the sample was registered, long before anything else."""
    joined = [
        OrganisationRegistered(
            at=NOW - timedelta(days=800),
            org="",
            actor=None,
            subject=Subject("organisation", body),
            aliases=ALIASES.get(body),
            kind=kind,
            nations="E",
        )
        for body, (kind, _, _) in BODIES.items()
    ]
    with db.write() as tx:
        append_many(tx, joined)
