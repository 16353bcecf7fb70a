"""The SQL of assessments: reads, locks, row writes, and what an agreement asks of those that cover it."""

from registry.assessments.queries.acts import (
    due_for_review,
    find_approval,
    find_consultation,
    has_advised,
    is_adopted,
    last_advice,
    list_acts,
    stage_of,
)
from registry.assessments.queries.covering import CoveringAssessment, covering, covering_many
from registry.assessments.queries.listing import list_assessments
from registry.assessments.queries.rows import (
    Stored,
    find,
    insert_assessment,
    is_dpo_designated,
    law_of,
    list_advisers,
    lock,
    lock_overdue,
    organisation_name,
    refs_covered,
    replace_text,
    tighten,
    update_assessment,
)
from registry.assessments.queries.texts import Version, versions

__all__ = [
    "CoveringAssessment",
    "Stored",
    "Version",
    "covering",
    "covering_many",
    "due_for_review",
    "find",
    "find_approval",
    "find_consultation",
    "has_advised",
    "insert_assessment",
    "is_adopted",
    "is_dpo_designated",
    "last_advice",
    "law_of",
    "list_acts",
    "list_advisers",
    "list_assessments",
    "lock",
    "lock_overdue",
    "organisation_name",
    "refs_covered",
    "replace_text",
    "stage_of",
    "tighten",
    "update_assessment",
    "versions",
]
