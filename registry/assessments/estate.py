"""What a body has in assessments, and how it goes to a successor (`organisations.estates.Estate`)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from registry.assessments.tables import Adoption, Assessment, AssessmentCover
from registry.db import Reading, Transaction, table
from registry.organisations.estates import Passing

ASSESSMENT, ADOPTION, COVER = map(table, (Assessment, Adoption, AssessmentCover))


class AssessmentEstate:
    """Assessments as bodies own, adopt and name them."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """None: an assessment is told of by the agreement it covers."""
        return ()

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """No: what relies on an assessment is an agreement."""
        return False

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Put the successor in the predecessor's place, the one that stands in an agreement it covers."""
        for row in tx.all(select(ASSESSMENT.c.id, ASSESSMENT.c.owner, ASSESSMENT.c.scope)):
            parties = row.scope.get("parties", [])
            if passing.predecessor in (row.owner, *parties):
                _pass_on(tx, row, passing)
        statement = select(ADOPTION.c.assessment).where(ADOPTION.c.organisation == passing.predecessor)
        for (assessment,) in tx.all(statement):
            _adopt(tx, assessment, passing)


def _successor(tx: Transaction, assessment: str, passing: Passing) -> str:
    refs = tx.all(select(COVER.c.ref).where(COVER.c.assessment == assessment))
    shared = [passing.shares[ref] for (ref,) in refs if ref in passing.shares]
    return shared[0] if shared else passing.heir


def _pass_on(tx: Transaction, row: Row[Any], passing: Passing) -> None:
    successor = _successor(tx, row.id, passing)

    def present(body: str) -> str:
        return successor if body == passing.predecessor else body

    parties = dict.fromkeys(map(present, row.scope.get("parties", [])))
    values = {"owner": present(row.owner), "scope": row.scope | {"parties": [*parties]}}
    tx.execute(update(ASSESSMENT).where(ASSESSMENT.c.id == row.id).values(values))


def _adopt(tx: Transaction, assessment: str, passing: Passing) -> None:
    """Let the predecessor's adoption count for the successor, unless that has adopted it itself."""
    successor = _successor(tx, assessment, passing)
    theirs = (ADOPTION.c.assessment == assessment) & (ADOPTION.c.organisation == passing.predecessor)
    own = (ADOPTION.c.assessment == assessment) & (ADOPTION.c.organisation == successor)
    adopted = tx.one_or_none(delete(ADOPTION).where(theirs).returning(*ADOPTION.columns))
    if adopted is not None and tx.one_or_none(select(ADOPTION.c.assessment).where(own)) is None:
        tx.execute(insert(ADOPTION), {**adopted._mapping, "organisation": successor})
