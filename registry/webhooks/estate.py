"""The webhooks of a body, and how they go to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import update

from registry.db import Reading, Transaction
from registry.organisations.estates import Passing
from registry.webhooks.queries import WEBHOOK
from registry.webhooks.rules import RUNNING, Status


class WebhookEstate:
    """Webhooks as bodies have them."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: a webhook is its body's, whoever opened it."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: being told of events binds nobody."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Let the heir keep the webhooks. Each proves itself under a new secret before it tells any more."""
        inherited = update(WEBHOOK).where(WEBHOOK.c.organisation == passing.predecessor)
        running = inherited.where(WEBHOOK.c.status.in_(sorted(RUNNING)))
        tx.execute(running.values(status=Status.UNPROVED.value))
        anew = {"generation": WEBHOOK.c.generation + 1, "rotated_at": None, "shown": False}
        tx.execute(inherited.values(organisation=passing.heir, **anew))
