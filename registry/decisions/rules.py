"""The decision: one question, the flows between two bodies, one value that names the flow and says why.

The unit of decision is one directed flow of one version: every fact must match within it, so that two flows
that cover a question only together never permit. What a flow constrains and the question leaves out never
widens: it comes back as an obligation where the discloser can comply, else the answer is INDETERMINATE and
names the fact.
"""

from enum import StrEnum

import msgspec

from registry.decisions.flows.compiling import Flow
from registry.decisions.index import Index
from registry.decisions.question import Question


class Outcome(StrEnum):
    """What a check can answer. Only the first two are a yes."""

    PERMIT = "PERMIT"
    PERMIT_WITH_OBLIGATIONS = "PERMIT_WITH_OBLIGATIONS"
    BLOCKED_BY_RULE = "BLOCKED_BY_RULE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    ITEM_NOT_COVERED = "ITEM_NOT_COVERED"
    PURPOSE_NOT_COVERED = "PURPOSE_NOT_COVERED"
    INDETERMINATE = "INDETERMINATE"
    NOT_COVERED = "NOT_COVERED"
    DUTY_TO_SHARE = "DUTY_TO_SHARE"


PRECEDENCE = tuple(outcome for outcome in Outcome if outcome is not Outcome.DUTY_TO_SHARE)
"""Over all candidates the first of these that applies is the answer."""

PERMIT, OBLIGED, BLOCKED, SUSPENDED, EXPIRED, ITEM, PURPOSE, UNSAID, NOT_YET = range(len(PRECEDENCE))
"""The ranks of `PRECEDENCE`. A flow of rank `NOT_YET` covers the question, but is not live then."""

NO_CANDIDATE = len(PRECEDENCE)


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The answer to one question, before it is put into words. Equal decisions are said in the same words.

    `code` is that of the reason. `flow` is the one that decided, or came nearest. `unstated` are the "not
    stated" bits that matter to it, `items` and `holding` what was asked; `about` is the member of the
    question at fault, `duty` the code of a duty to share that may apply although nothing covers the
    question, `person_duties` the codes of those that may bind the person who asks;
    `added` the codes of obligations that neither the flow nor a bar brings, but the question.
    """

    outcome: Outcome
    code: str
    flow: Flow | None = None
    unstated: int = 0
    holding: int = 0
    items: frozenset[str] | None = None
    about: str = ""
    duty: str = ""
    person_duties: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Whether it is a yes."""
        return self.outcome is Outcome.PERMIT or self.outcome is Outcome.PERMIT_WITH_OBLIGATIONS


UNCOVERED = Decision(Outcome.NOT_COVERED, "not-covered")
LOADING = Decision(Outcome.INDETERMINATE, "index-loading")
LAGGING = Decision(Outcome.INDETERMINATE, "index-lagging")
UNCATALOGUED = Decision(Outcome.INDETERMINATE, "nation-not-catalogued")
CLOCK_BEHIND = Decision(Outcome.INDETERMINATE, "clock-behind")
BEHIND = Decision(Outcome.INDETERMINATE, "log-size-not-reached")
CODES = (
    "covered",
    "covered-with-obligations",
    "blocked-by-rule",
    "suspended",
    "expired",
    "item-not-covered",
    "purpose-not-covered",
    "fact-missing",
)
"""The code of the reason, by rank."""


def decide(index: Index, question: Question, *, now: float) -> Decision:
    """Decide a question, at its own `at` or else at `now` (both in seconds since 1970)."""
    if question.fault is not None:
        return Decision(Outcome.INDETERMINATE, question.fault, about=question.about)
    if index.log_size is None:
        return LOADING
    if not index.is_good(now):
        return LAGGING if now >= index.good_until else CLOCK_BEHIND
    if index.log_size < question.min_log_size:
        return BEHIND
    if index.uncatalogued and not index.uncatalogued.isdisjoint((*question.pair, question.onward_to)):
        return UNCATALOGUED

    at = max(now, index.not_before) if question.at is None else question.at
    best, named = NO_CANDIDATE, None
    for flow in index.reaching(question.pair, question.category, question.reach):
        rank = _rank(flow, question, at)
        if rank < best:
            best, named = rank, flow
            if rank == PERMIT:
                break
    return _decision(best, named, question)


def _rank(flow: Flow, question: Question, at: float) -> int:
    """What one flow says that has all the question states, save perhaps the purpose and the items."""
    conditions, unstated = flow.conditions, question.unstated
    if not (unstated & question.holding or flow.holdings & question.holding):
        return NO_CANDIDATE  # of the category it is, being filed there; not as identifiable as was said
    if question.onward_to is not None and question.onward_to not in conditions.onward_recipients:
        return NO_CANDIDATE

    for_this_purpose = flow.purposes & question.purpose
    with_these_items = question.items is None or question.items <= flow.items(question.holding)
    standing = PERMIT if flow.opens_at <= at < flow.closes_at else _standing(flow, at)
    if for_this_purpose and with_these_items:
        if standing >= NOT_YET:
            return standing
        if unstated & conditions.required:
            return UNSAID
        if standing != PERMIT:
            return standing
        obliged = (
            conditions.obligations or unstated & conditions.comply or question.holding in conditions.checks
        )
        return OBLIGED if obliged else PERMIT

    if standing != PERMIT or unstated & conditions.required:
        return NO_CANDIDATE
    if for_this_purpose:
        return ITEM
    return PURPOSE if with_these_items else NO_CANDIDATE


def _standing(flow: Flow, at: float) -> int:
    """Where a flow stands at an instant at which it cannot permit."""
    if flow.state == "live":
        if at >= flow.ends_at:
            return EXPIRED
        return NOT_YET if at < flow.begins_at or at < flow.live_at else BLOCKED
    if flow.state == "suspended":
        return (
            SUSPENDED if flow.begins_at <= at < flow.ends_at else EXPIRED if at >= flow.ends_at else NOT_YET
        )
    if flow.state == "ended" and flow.conditions.ended_by == "expired":
        return EXPIRED
    return NOT_YET if flow.state == "waiting" else NO_CANDIDATE


def _decision(rank: int, flow: Flow | None, question: Question) -> Decision:
    if flow is None:
        return UNCOVERED
    if rank == NOT_YET:
        return Decision(Outcome.NOT_COVERED, _why_not_yet(flow), flow)
    matters = flow.conditions.required if rank == UNSAID else flow.conditions.comply
    return Decision(
        PRECEDENCE[rank], CODES[rank], flow, question.unstated & matters, question.holding, question.items
    )


def _why_not_yet(flow: Flow) -> str:
    if flow.state != "waiting":
        return "not-live-then"
    return "awaiting-signature" if flow.told.awaiting else "not-yet-live"
