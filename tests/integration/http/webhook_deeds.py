"""The write operations on webhooks. Nothing is sent here: the world's deliverer waits."""

from registry import clock
from registry.callers import SYSTEM
from registry.organisations.actions import Acting
from registry.webhooks.actions import settle_proof
from tests.integration.http.deed import NOTHING, Deed, Thing, do, says
from tests.integration.http.world import Json, World

WEBHOOKS = "/api/v1/webhooks"

OPEN = Deed(
    f"POST {WEBHOOKS}",
    "nothing",
    says(url="https://partner.example/hook", types=["flow.suspended"], reach="own"),
)
PROVE = Deed(f"POST {WEBHOOKS}/{{identifier}}/prove", "webhook", None, wrong_stage="webhook ended")
ROTATE = Deed(f"POST {WEBHOOKS}/{{identifier}}/rotate", "webhook", None, wrong_stage="webhook ended")
REPLAY = Deed(
    f"POST {WEBHOOKS}/{{identifier}}/replay",
    "webhook proved",
    says(from_index=0),
    wrong_stage="webhook",
)
END = Deed(f"POST {WEBHOOKS}/{{identifier}}/end", "webhook", None, wrong_stage="webhook ended")


def proved(world: World) -> Thing:
    """A webhook whose address has answered its challenge."""
    thing = do(world, PROVE, do(world, OPEN, NOTHING))
    with world.db.write() as tx:
        settle_proof(tx, thing.id, None, acting=Acting(SYSTEM, clock.now(), world.policies))
    return thing


WEBHOOK_DEEDS: tuple[Deed, ...] = (OPEN, PROVE, ROTATE, REPLAY, END)
WEBHOOK_THINGS = {"webhook proved": proved}
WEBHOOK_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "webhook": ("nothing", (OPEN,), None),
    "webhook ended": ("webhook", (END,), None),
}
