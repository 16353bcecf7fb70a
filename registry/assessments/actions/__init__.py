"""One function for each thing a person, or the registry itself, can do to an assessment."""

from registry.assessments.actions.change import Acting, AssessmentChanged
from registry.assessments.actions.deciding import adopt, advise, consult, decide, fall_due, revoke
from registry.assessments.actions.drafting import create, edit, submit
from registry.assessments.actions.reading import read

__all__ = [
    "Acting",
    "AssessmentChanged",
    "adopt",
    "advise",
    "consult",
    "create",
    "decide",
    "edit",
    "fall_due",
    "read",
    "revoke",
    "submit",
]
