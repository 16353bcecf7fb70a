"""Grants to ask, as the tests of the API give and end them."""

from datetime import timedelta

from registry import clock
from tests.integration.http.deed import Deed, Thing
from tests.integration.http.world import Json, World
from tests.samples.agreements import TRUST
from tests.samples.clients import let_in

GRANTS = "/api/v1/asking-grants"


def granting(world: World, thing: Thing) -> Json:
    today = clock.london_day(clock.now())
    return {
        "client_id": thing.id,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
    }


def system_of_another(world: World) -> Thing:
    """A partner system of another body."""
    return Thing(let_in(world.db, TRUST), "", "")


GRANT = Deed(f"POST {GRANTS}", "system of another", granting)
END = Deed(f"POST {GRANTS}/{{identifier}}/end", "grant", None, wrong_stage="grant ended")

ASKING_DEEDS = (GRANT, END)
ASKING_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "grant": ("system of another", (GRANT,), None),
    "grant ended": ("grant", (END,), None),
}
