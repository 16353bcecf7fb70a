"""Flows, questions and indexes that a test changes only where it matters."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from registry.agreements.sharing import SharedItem, SharingFlow
from registry.callers import Caller
from registry.decisions.desk import Asked, Desk
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Body, Index
from registry.decisions.question import read_question
from registry.decisions.rules import Decision, decide
from registry.decisions.words.rendering import encode
from registry.policy import Policies

COUNCIL, TRUST, POLICE, CHARITY = "gss:E10000017", "ods:RTX", "police:lancashire", "orgid:GB-CHC-1"
BELFAST = "gss:N09000003"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BASE_URL = "https://registry.test"
LOG_SIZE = 40

FLAG = SharedItem("child-protection-plan", "safeguarding-flag", "identifiable")
HISTORY = SharedItem("missing-episodes", "safeguarding-flag", "identifiable")
ADDRESS = SharedItem("current-address", "contact", "identifiable")


def _body(identifier: str, kind: str, name: str, *aliases: str, nations: str = "E") -> Body:
    return Body(
        id=identifier,
        aliases=aliases,
        name_en=name,
        name_cy=f"{name} (cy)",
        ig_contact=f"ig@{kind}.test",
        duty_contact=f"duty@{kind}.test",
        kind=kind,
        nations=frozenset({nations}),
    )


BODIES = (
    _body(COUNCIL, "council", "Lancashire County Council", "gss:E99999999"),
    _body(TRUST, "nhs-trust", "Morecambe Bay Trust"),
    _body(POLICE, "police", "Lancashire Constabulary"),
    _body(CHARITY, "charity", "A Charity"),
    _body(BELFAST, "council", "Belfast City Council", nations="NI"),
)


@cache
def policies() -> Policies:
    """The policies of this repository."""
    return Policies.load(Path(__file__).resolve().parents[3] / "policies")


@cache
def vocabulary() -> Vocabulary:
    """The bits of the codes of this repository's law."""
    return Vocabulary(policies().law)


def flow(**changes: Any) -> SharingFlow:
    """A live flow of child-protection plans from the council to the hospital trust."""
    facts: dict[str, Any] = {
        "ref": "ISA-1",
        "version": 1,
        "hash": "sha256:" + "1" * 64,
        "flow": "f1",
        "holder": COUNCIL,
        "recipient": TRUST,
        "state": "live",
        "ended_by": None,
        "starts_on": date(2026, 1, 1),
        "expires_on": date(2027, 12, 31),
        "live_at": datetime(2026, 1, 2, tzinfo=UTC),
        "actions": ("receive",),
        "items": (FLAG,),
        "purposes": ("child-safeguarding",),
        "subject_groups": ("child",),
        "volume": "one",
        "methods": ("api-mtls", "secure-email"),
        "regimes": ("uk-gdpr",),
        "age_bands": (),
        "onward_recipients": (),
        "gateways": ("CA04-10",),
        "obligations": (),
        "retention": "P1Y",
        "protective": True,
        "blocked_by": (),
        "awaiting": (),
    }
    return SharingFlow(**facts | changes)


WHOLE = {
    "purpose": "child-safeguarding",
    "subject_group": "child",
    "volume": "one",
    "method": "api-mtls",
    "identifiability": "identifiable",
    "items": ["child-protection-plan"],
}
"""A context that states everything the flow above constrains."""


def question(
    *,
    subject: str = TRUST,
    action: str = "receive",
    holder: str = COUNCIL,
    category: str = "safeguarding-flag",
    without: Iterable[str] = (),
    **context: Any,
) -> dict[str, Any]:
    """A question that the flow above answers with PERMIT."""
    stated = {name: value for name, value in WHOLE.items() if name not in without}
    return {
        "subject": {"type": "organisation", "id": subject},
        "action": {"name": action},
        "resource": {"type": "data_holding", "id": f"{holder}~{category}"},
        "context": stated | context,
    }


def index_of(*flows: SharingFlow) -> Index:
    """An index that knows the bodies above and these flows."""
    index = Index(vocabulary())
    index.know(BODIES)
    index.load(flows, log_size=LOG_SIZE)
    return index


def ask(index: Index, now: datetime = NOW, **changes: Any) -> Decision:
    """The decision on a question."""
    return decide(index, read_question(question(**changes), index), now=now.timestamp())


def desk_of(*flows: SharingFlow) -> Desk:
    """A desk that answers from these flows."""
    return Desk(index_of(*flows), policies(), base_url=BASE_URL)


def system(organisation: str = TRUST, **changes: Any) -> Caller:
    """A partner system that enforces."""
    return Caller(
        organisation,
        client="client",
        scopes=frozenset({"decisions:ask"}),
        mode=changes.pop("mode", "enforce"),
    )


def asked(**changes: Any) -> Asked:
    """A question as it reaches the desk."""
    return Asked(question(**changes), NOW)


def body(**changes: Any) -> bytes:
    """A question as JSON."""
    return encode(question(**changes))
