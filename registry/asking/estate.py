"""Grants to ask, and how they go to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import update

from registry.asking.queries import GRANT
from registry.db import Reading, Transaction
from registry.organisations.estates import Passing


class AskingEstate:
    """Who may ask for a body, and for whom its own partner systems may ask."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: a grant is the body's from the first moment."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: a grant to ask binds nobody."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Let what the predecessor granted count for the heir."""
        for column in (GRANT.c.organisation, GRANT.c.client_organisation):
            statement = update(GRANT).where(column == passing.predecessor)
            tx.execute(statement.values({column: passing.heir}))
