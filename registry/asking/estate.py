"""Grants to ask, which end with the body that gave or had them (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import or_, update

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
        """End what the predecessor granted or was granted: the heir is another body than anyone agreed to."""
        ends = (GRANT.c.organisation, GRANT.c.client_organisation)
        concerned = or_(*(end == passing.predecessor for end in ends)), GRANT.c.ended_at.is_(None)
        tx.execute(update(GRANT).where(*concerned).values(ended_at=passing.now))
