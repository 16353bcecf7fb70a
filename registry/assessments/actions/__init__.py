"""One function for each thing a person, or the registry itself, can do to an assessment."""

from registry.assessments.actions.advising import advise, consult, extend, reply
from registry.assessments.actions.change import Acting, AssessmentChanged
from registry.assessments.actions.deciding import adopt, answer, decide, revoke
from registry.assessments.actions.drafting import create, edit, revise, submit
from registry.assessments.actions.following import (
    call_review,
    call_reviews,
    confirm_review,
    fall_due,
    meet,
    reopen,
    review_effect,
    roll_out,
)
from registry.assessments.actions.matrix import read_matrix, tighten_matrix
from registry.assessments.actions.reading import (
    compare,
    find,
    list_versions,
    public_record,
    read,
    screening,
)

__all__ = [
    "Acting",
    "AssessmentChanged",
    "adopt",
    "advise",
    "answer",
    "call_review",
    "call_reviews",
    "compare",
    "confirm_review",
    "consult",
    "create",
    "decide",
    "edit",
    "extend",
    "fall_due",
    "find",
    "list_versions",
    "meet",
    "public_record",
    "read",
    "read_matrix",
    "reopen",
    "reply",
    "review_effect",
    "revise",
    "revoke",
    "roll_out",
    "screening",
    "submit",
    "tighten_matrix",
]
