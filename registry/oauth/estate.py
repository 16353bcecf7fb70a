"""The partner systems of a body, and how they go to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import update

from registry.db import Reading, Transaction, table
from registry.oauth.tables import OAuthClient
from registry.organisations.estates import Passing

CLIENT = table(OAuthClient)


class ClientEstate:
    """Partner systems as bodies have them."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: a person leaves no partner system unfinished."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: a partner system asks, and nobody signs for it."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Let every partner system of the predecessor speak for the heir from its next token on."""
        statement = update(CLIENT).where(CLIENT.c.organisation == passing.predecessor)
        tx.execute(statement.values(organisation=passing.heir))
