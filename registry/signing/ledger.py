"""Questions before signing and their answers, held against the log's entries (`auditlog.checking.proofs`)."""

from registry.auditlog.checking.proofs import Proofs
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.db import table
from registry.signing.events import QuestionAnswered, QuestionAsked
from registry.signing.tables import SigningQuestion

QUESTION = table(SigningQuestion)

LEDGERS: tuple[LedgerMaker, ...] = (
    Proofs(
        QUESTION,
        "document",
        lambda event: event.type == QuestionAsked.type,
        person="person",
        at="asked_at",
    ),
    Proofs(
        QUESTION,
        "answer",
        lambda event: event.type == QuestionAnswered.type,
        index="answer_index",
        person="answered_by",
        at="answered_at",
    ),
)
"""What of questions `registry log verify` holds against the log."""
