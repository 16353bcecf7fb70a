"""The risk matrix that a body uses: everyone's, or tighter (DOMAIN 4.3)."""

import secrets

from registry.assessments import queries
from registry.assessments.actions.change import Acting, check_reads, law_for, may
from registry.assessments.covers import Parties
from registry.assessments.events import MatrixTightened
from registry.assessments.rules import AssessmentMayNot
from registry.assessments.schemas import MatrixIn, MatrixOut, TightenedOut
from registry.auditlog import Subject, append, conceal, log_size
from registry.db import Reading, Transaction
from registry.policy.entries import RiskMatrix
from registry.web.body import InvalidFields, field_error
from registry.web.documents import SALT_BYTES, canonical, digest


def read_matrix(reading: Reading, *, acting: Acting) -> MatrixOut:
    """The matrix by which the caller's organisation judges risks.

    Raises:
        AssessmentMayNot: the caller does not read assessments.
    """
    check_reads(reading, acting)
    owner, everyones = acting.caller.organisation, acting.policies.law.risk_matrix
    return MatrixOut(organisation=owner, **_shown(law_for(reading, owner, acting).risk_matrix, everyones))


def tighten_matrix(tx: Transaction, wanted: MatrixIn, *, acting: Acting) -> TightenedOut:
    """Raise cells of the matrix for the caller's organisation, in place of those it had raised before.

    Raises:
        AssessmentMayNot: the caller does not accept risk for the organisation.
        InvalidFields: a cell or level is unknown, or lower than everyone's.
    """
    owner, everyones = acting.caller.organisation, acting.policies.law.risk_matrix
    if not may(tx, "dpia.tighten-matrix", acting, owner=owner, parties=Parties()):
        raise AssessmentMayNot(action="dpia.tighten-matrix")
    try:
        tightened = everyones.tightened(wanted.cells)
    except ValueError as fault:
        raise InvalidFields(errors=(field_error(f"/cells/{fault}", "matrix-looser"),)) from fault

    queries.tighten(tx, owner, wanted.cells, person=acting.person, now=acting.now)
    content = secrets.token_bytes(SALT_BYTES) + canonical(wanted)
    event = MatrixTightened(
        at=acting.now,
        org=owner,
        actor=conceal(tx, acting.caller),
        subject=Subject("risk-matrix", owner, digest=digest(content)),
        role="siro",
        demo=acting.caller.demo,
    )
    index = append(tx, event, sealed=True)
    shown = _shown(tightened, everyones)
    return TightenedOut(organisation=owner, log_index=index, log_size=log_size(tx), **shown)


def _shown(matrix: RiskMatrix, everyones: RiskMatrix) -> dict[str, object]:
    overall = {row: dict(columns) for row, columns in matrix.overall.items()}
    raised = {
        row: {name: level for name, level in columns.items() if level != everyones.overall[row][name]}
        for row, columns in overall.items()
    }
    return {
        "likelihoods": [entry.code for entry in matrix.likelihoods],
        "severities": [entry.code for entry in matrix.severities],
        "levels": [entry.code for entry in matrix.levels],
        "overall": overall,
        "tightened": {row: columns for row, columns in raised.items() if columns},
    }
