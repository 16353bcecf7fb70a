"""The webhooks of a body, and how they go to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import update

from registry.db import Reading, Transaction
from registry.organisations.estates import Passing
from registry.webhooks.queries import WEBHOOK


class WebhookEstate:
    """Webhooks as bodies have them."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: a webhook is its body's, whoever opened it."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: being told of events binds nobody."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Tell the predecessor's systems of what is the heir's now."""
        statement = update(WEBHOOK).where(WEBHOOK.c.organisation == passing.predecessor)
        tx.execute(statement.values(organisation=passing.heir))
