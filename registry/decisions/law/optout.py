"""The national data opt-out (England): a yes to use patient information beyond care says to look first.

People may refuse that confidential patient information is used for research and planning. The registry knows
nobody, so it never refuses for an opt-out: where one may count, the yes carries the obligation to check it,
unless the question says that it has been applied or does not apply (`opt_out_state`).
"""

from msgspec.structs import replace

from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.decisions.rules import Decision, Outcome

OBLIGATION = "opt-out-check"
SETTLED = frozenset({"applied", "exempt"})
ENGLAND = "E"


class OptOut:
    """Knows where the opt-out may count. `purposes` are the bits of those that it reaches."""

    def __init__(self, index: Index) -> None:
        law, codes = index.vocabulary.law, index.vocabulary.purposes
        self._index = index
        self.purposes = sum(codes[code] for code, purpose in law.purposes.items() if purpose.opt_out)
        self._categories = frozenset(code for code, category in law.categories.items() if category.opt_out)
        self._personal = frozenset(code for code, level in law.identifiability.items() if level.personal)

    def heeded(self, decision: Decision, question: Question) -> Decision:
        """A yes for such a purpose, with the obligation to check the opt-out where it may count."""
        level = question.context.get("identifiability")
        nations = self._index.nations(question.pair[0])
        may_count = (
            question.category in self._categories
            and (level is None or level in self._personal)
            and (not nations or ENGLAND in nations)
            and question.context.get("opt_out_state") not in SETTLED
        )
        if not may_count:
            return decision
        return replace(
            decision,
            outcome=Outcome.PERMIT_WITH_OBLIGATIONS,
            code="covered-with-obligations",
            added=(OBLIGATION,),
        )
