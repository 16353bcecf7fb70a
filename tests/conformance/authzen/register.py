"""A small register for searches: who shares what with whom, and a right request for each endpoint."""

from typing import Any

from registry.decisions.searches.searching import Searched
from registry.decisions.wire.endpoint import EVALUATION, EVALUATIONS
from tests.unit.decisions.making import ADDRESS, CHARITY, COUNCIL, FLAG, POLICE, TRUST, flow, question

FLOWS = (
    flow(),
    flow(ref="ISA-2", recipient=POLICE, actions=("receive", "match"), obligations=(("no-onward", {}),)),
    flow(ref="ISA-3", holder=POLICE, items=(FLAG, ADDRESS), actions=("receive", "onward_share"),
         onward_recipients=(CHARITY,)),
    flow(ref="ISA-4", recipient=CHARITY, state="suspended"),
    flow(ref="ISA-5", recipient=CHARITY, volume="bulk"),
    flow(ref="ISA-6", holder=TRUST, recipient=COUNCIL, items=(ADDRESS,)),
)  # fmt: skip
"""The council shares flags with the trust and the police, the police flags and addresses with the trust."""

WHAT = {"purpose": "child-safeguarding", "subject_group": "child", "volume": "one"}
ORGANISATION, HOLDING = {"type": "organisation"}, {"type": "data_holding"}
RECEIVE = {"name": "receive"}


def subjects(holder: str = COUNCIL, category: str = "safeguarding-flag", **context: Any) -> dict[str, Any]:
    """Who may receive this from a holder?"""
    return {
        "subject": ORGANISATION,
        "action": RECEIVE,
        "resource": {**HOLDING, "id": f"{holder}~{category}"},
        "context": WHAT | context,
    }


def resources(subject: str = TRUST, **context: Any) -> dict[str, Any]:
    """What may a body receive?"""
    return {
        "subject": {**ORGANISATION, "id": subject},
        "action": RECEIVE,
        "resource": HOLDING,
        "context": WHAT | context,
    }


def actions(subject: str = TRUST, holder: str = COUNCIL, **context: Any) -> dict[str, Any]:
    """What may a body do with it?"""
    return {
        "subject": {**ORGANISATION, "id": subject},
        "resource": {**HOLDING, "id": f"{holder}~safeguarding-flag"},
        "context": WHAT | context,
    }


RIGHT: dict[str, dict[str, Any]] = {
    EVALUATION: question(),
    EVALUATIONS: question() | {"evaluations": [{}, {}]},
    Searched.SUBJECT.path: subjects(),
    Searched.RESOURCE.path: resources(),
    Searched.ACTION.path: actions(),
}
"""A right request for each of the five endpoints, which the trust's system may ask."""
