"""The files that a body sent, and how they go to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence

from sqlalchemy import update

from registry.db import Reading, Transaction, table
from registry.exchange.tables import Intake
from registry.organisations.estates import Passing

INTAKE = table(Intake)


class IntakeEstate:
    """Registers that bodies send in."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: what was made of a file is told of by agreements, and the file may be thrown away."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: a file binds nobody."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Let the heir load, or undo, what the predecessor sent."""
        statement = update(INTAKE).where(INTAKE.c.organisation == passing.predecessor)
        tx.execute(statement.values(organisation=passing.heir))
