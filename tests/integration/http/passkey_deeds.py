"""The write operations on passkeys, rosters and organisations' keys."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from registry import clock
from registry.db import table
from registry.passkeys import queries
from registry.passkeys.actions.keys import PATH
from registry.passkeys.tables import OrganisationKeyRow
from registry.verification.commitments import write_base64url
from tests.integration.http.deed import Deed, Thing
from tests.integration.http.world import Json, World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE
from tests.samples.passkeys import PARTNERS, Vouching

KEY = table(OrganisationKeyRow)
PASSKEYS, ROSTERS, KEYS = "/api/v1/passkeys", "/api/v1/rosters", "/api/v1/organisation-keys"


def vouching(world: World) -> Vouching:
    """The sample's bodies as they vouch for people, here and now: with keys, and a signatory's passkey."""
    if "vouching" not in world.things:
        ceremony = world.app.registry.ceremony
        made = Vouching(world.db, world.cast, clock.now(), ceremony, world.domain.name)
        world.things["keys"] = made.give_keys()
        made.enrol(world.cast(LANCASHIRE, "signatory"))
        world.things["vouching"] = made
    found: Vouching = world.things["vouching"]
    return replace(found, now=clock.now())


def new_passkey(world: World, _thing: Thing) -> Json:
    """A passkey of the officer's that was just made."""
    made = vouching(world)
    return made.new_passkey(world.cast(LANCASHIRE, "ig_officer"), made.authenticator())


def next_roster(world: World, _thing: Thing) -> Json:
    """The roster that the registry proposes, signed by the organisation's key."""
    made = vouching(world)
    return made.signed(made.next_roster(LANCASHIRE))


def new_key(world: World, _thing: Thing) -> Json:
    """A key that is to stand on the organisation's own domain."""
    public_key = vouching(world).private[BLACKPOOL].public_key().public_bytes_raw()
    return {"domain": world.domain.name, "public_key": write_base64url(public_key)}


def countersignature(world: World, thing: Thing) -> Json:
    """Blackpool's signature over a key of Lancashire's."""
    return vouching(world).countersignature(thing.id, BLACKPOOL, world.things["keys"][BLACKPOOL])


def _enrolled(world: World) -> Thing:
    made = vouching(world)
    made.enrol(world.cast(LANCASHIRE, "ig_officer"))
    with world.db.read() as reading:
        rows = queries.list_passkeys(reading, LANCASHIRE)
    return Thing(rows[-1].id, "", "")


def _proposed(world: World) -> Thing:
    """A key of Lancashire's that was proposed more than a week ago, after the present one."""
    made = vouching(world)
    before, private = clock.now() - timedelta(days=8), dict(made.private)
    with world.db.write() as tx:
        tx.execute(update(KEY).where(KEY.c.registered_at > before).values(registered_at=before))
        tx.note_event()
    thing = Thing(made.propose(LANCASHIRE, now=before), "", "")
    world.things[thing.id] = made.private[LANCASHIRE]
    made.private.update(private)
    return thing


def _countersigned(world: World) -> Thing:
    """Such a key that partners countersigned, as it stands on the body's own domain."""
    thing = _proposed(world)
    for partner in set(PARTNERS) - {LANCASHIRE}:
        vouching(world).countersign(thing.id, partner, world.things["keys"][partner])
    world.domain.pages[PATH] = vouching(world).document(thing.id)
    return thing


def renew_key(world: World) -> None:
    """Let Lancashire have a key that is at hand: another test may have registered one that it threw away."""
    key = _countersigned(world).id
    vouching(world).register(key, LANCASHIRE)
    vouching(world).private[LANCASHIRE] = world.things[key]


ENROL = Deed(f"POST {PASSKEYS}", "nothing", new_passkey)
PASSKEY_DEEDS: tuple[Deed, ...] = (
    ENROL,
    Deed(f"POST {PASSKEYS}/{{identifier}}/end", "passkey", None),
    Deed(f"POST {ROSTERS}", "nothing", next_roster, role="siro"),
    Deed(f"POST {KEYS}", "nothing", new_key, role="admin"),
    Deed(
        f"POST {KEYS}/{{identifier}}/countersign",
        "key proposed",
        countersignature,
        role="admin",
        organisation=BLACKPOOL,
    ),
    Deed(f"POST {KEYS}/{{identifier}}/register", "key countersigned", None, role="siro"),
    Deed(f"POST {KEYS}/{{identifier}}/withdraw", "key proposed", None, role="dpo"),
)

PASSKEY_THINGS = {"passkey": _enrolled, "key proposed": _proposed, "key countersigned": _countersigned}
