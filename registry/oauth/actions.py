"""What an administrator, or the registry itself, can do to clients."""

from datetime import datetime

from registry.auditlog import Subject, append, conceal
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.oauth import queries, rules
from registry.oauth.events import ClientRegistered, ClientRevoked
from registry.oauth.rules import (
    ClientTaken,
    DemoNotOnLoopback,
    NewOfficerClient,
    NewPartner,
    UnknownClient,
)
from registry.organisations import queries as organisations
from registry.organisations.actions import Registered
from registry.organisations.principals import still_holding
from registry.organisations.rules import check_administrator


def register_client(
    tx: Transaction, wanted: NewPartner | NewOfficerClient, *, caller: Caller, now: datetime
) -> Registered:
    """Let a program ask for tokens. Any identifier of a partner's organisation will do.

    Raises:
        NotAnAdministrator: see `organisations.rules`.
        BadClient: its keys, scopes or addresses are not usable.
        ClientTaken: the identifier was given before, even to a client since revoked.
        UnknownOrganisation: a partner's organisation is not in the register.
    """
    if isinstance(wanted, NewPartner):
        rules.check_partner(wanted)
        organisation = organisations.get_primary(tx, wanted.organisation)
    else:
        rules.check_officer_client(wanted)
        organisation = None
    check_administrator(still_holding(tx, caller, now), organisation)
    if queries.has_client(tx, wanted.client_id):
        raise ClientTaken(client=wanted.client_id)

    queries.insert_client(tx, wanted, organisation=organisation, now=now)
    index = append(
        tx,
        ClientRegistered(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("client", wanted.client_id),
            party=organisation,
            demo=caller.demo,
        ),
    )
    return Registered(wanted.client_id, index)


def revoke_client(tx: Transaction, client_id: str, *, caller: Caller, now: datetime) -> Registered:
    """Give a client no more tokens. Each worker refuses those it has once told (`TokenVerifier.revoke`).

    Raises:
        NotAnAdministrator: see `organisations.rules`.
        UnknownClient: there is none, or it has been revoked.
    """
    found = queries.find_client(tx, client_id)
    check_administrator(still_holding(tx, caller, now), found and found.organisation)
    revoked = queries.revoke_client(tx, client_id, now)
    if revoked is None:
        raise UnknownClient(client=client_id)

    index = append(
        tx,
        ClientRevoked(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("client", client_id),
            party=revoked.organisation,
            demo=caller.demo,
        ),
    )
    return Registered(client_id, index)


def check_demo_is_private(reading: Reading, *, is_loopback: bool) -> None:
    """Refuse to start where strangers could use the published passwords and keys of the demo.

    Raises:
        DemoNotOnLoopback: demo people or clients exist and the address is not loopback.
    """
    if is_loopback:
        return
    if organisations.has_demo_people(reading) or queries.has_demo_clients(reading):
        raise DemoNotOnLoopback("demo people or keys are registered: serve them on loopback only")
