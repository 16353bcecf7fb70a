"""Accession: a further version that does no more than let one party join, with flows of its own.

It takes the way of every amendment. As it adds and changes nothing else, the party that joins signs, and the
other ends of its flows; the signatures of the rest carry over (`actions.carrying`).
"""

import json
from datetime import datetime
from typing import Any

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_may
from registry.agreements.actions.drafting import amend
from registry.agreements.events import AccessionProposed
from registry.agreements.rules import IN_FORCE, check_status
from registry.agreements.schemas import AccessionIn, TermsIn
from registry.agreements.terms import Terms
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error, parse
from registry.web.documents import canonical


def accede(
    tx: Transaction,
    ref: str,
    wanted: AccessionIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Draft the accession of a party to the version in force.

    Raises:
        NoSuchAgreement, MayNot, StaleVersion, WrongStatus, NoChange: see `amend`.
        InvalidFields: the party is one already; a flow, an item or a code does not fit.
    """
    base = queries.lock_in_force(tx, ref)[0]
    check_may(tx, policies, "agreement.amend", caller, base, now)
    check_status(base.status, IN_FORCE, action="accede")
    if wanted.party.organisation in base.parties:
        fault = field_error("/party/organisation", "already-a-party", organisation=wanted.party.organisation)
        raise InvalidFields(errors=(fault,))
    terms = _joined(json.loads(base.document), wanted)
    drafted = amend(
        tx, ref, TermsIn(terms=terms), if_match=if_match, caller=caller, now=now, policies=policies
    )
    version = queries.get(tx, drafted.ref, drafted.version)
    change = Change(tx, version, caller, now, policies)
    change.record(AccessionProposed, party=wanted.party.organisation)
    return change.finish()


def _joined(document: dict[str, Any], wanted: AccessionIn) -> Terms:
    """The terms with the party, its items and its flows after those that are there.

    Raises:
        InvalidFields: together they are no terms document.
    """
    added = json.loads(canonical(wanted))
    document["parties"].append(added["party"])
    document["items"] += added.get("items", [])
    document["flows"] += added["flows"]
    return parse(json.dumps({"terms": document}).encode(), TermsIn).terms
