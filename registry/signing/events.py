"""What the log says of questions about a text that is to be signed: digests alone, never their words."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAsked(Event):
    """Someone who is to sign asked the author a question in a role; `evidence` digests it."""

    type: ClassVar[str] = "agreement.question_asked"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "role"})


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAnswered(Event):
    """The author's organisation answered a question of `party`; `evidence` digests the answer."""

    type: ClassVar[str] = "agreement.question_answered"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "party"})
