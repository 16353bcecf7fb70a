"""Making a draft out of a text that is there already: a clone, under days of its own."""

import json
from datetime import datetime

from registry.agreements import projections
from registry.agreements.actions.change import Changed
from registry.agreements.actions.drafting import create
from registry.agreements.actions.reading import read
from registry.agreements.rules import MayNot
from registry.agreements.schemas import CloneIn, TermsIn
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.web.body import parse
from registry.web.documents import canonical


def clone(
    tx: Transaction, ref: str, wanted: CloneIn, *, caller: Caller, now: datetime, policies: Policies
) -> Changed:
    """Make a draft of a new agreement out of a version that the caller may read in full.

    Its salt is new. Other bodies take the places of those named in `parties`. The log names the text it was
    made from.

    Raises:
        NoSuchAgreement: the caller may not read the version.
        MayNot: no more than a summary is published, or the caller's roles do not allow a draft.
        InvalidFields: with these days or parties it is no terms document, or see `create`.
    """
    found = read(tx, ref, wanted.version, caller=caller, now=now, policies=policies)
    if found.terms != json.loads(found.version.document):
        raise MayNot(action="agreement.clone")
    given = json.loads(canonical(wanted))
    document = projections.replaced(found.terms, wanted.parties)
    document |= {name: given[name] for name in ("starts_on", "expires_on", "review_on")}
    document |= {"title": given["title"]} if wanted.title else {}
    document.pop("salt")
    terms = parse(json.dumps({"terms": document}).encode(), TermsIn)
    return create(tx, terms, caller=caller, now=now, policies=policies, made_from=found.version.hash)
