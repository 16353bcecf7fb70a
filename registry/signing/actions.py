"""Asking the author a question before one signs, and answering it: the status of the version stays."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from registry.agreements import queries as agreements
from registry.agreements.actions.change import Change, check_may
from registry.agreements.rules import SIGNABLE, check_status
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies
from registry.signing import events, queries
from registry.signing.rules import MOST_QUESTIONS, EnoughQuestions, NoSuchQuestion, QuestionAnswered
from registry.web.documents import SaltedDocument, canonical, digest, salted

SIGNERS = ("signatory", "caldicott_guardian", "siro")
"""The roles in which somebody asks, the one that signs at the front."""


class Words(SaltedDocument):
    """A question or an answer, as it is kept and digested."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the log says that a question was asked or answered."""

    id: str
    log_index: int


def ask(
    tx: Transaction,
    ref: str,
    number: int,
    wanted: Words,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Asked:
    """Ask the author of a version a question. The same person asks the same once.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`; asking is for those who may sign for a party.
        WrongStatus: the version cannot be signed.
        EnoughQuestions: see there.
    """
    version = agreements.lock(tx, ref, number)
    roles = check_may(tx, policies, "agreement.sign", caller, version, now)
    check_status(version.status, SIGNABLE, action="ask")
    known = queries.questions(tx, version.id)
    for row in known:
        if row.person == caller.person and said(row.document) == wanted.text:
            return Asked(row.id, row.log_index)
    if len(known) >= MOST_QUESTIONS:
        raise EnoughQuestions(count=len(known))

    role = next(role for role in SIGNERS if role in roles)
    document = canonical(salted(wanted))
    change = Change(tx, version, caller, now, policies)
    change.record(events.QuestionAsked, role=role, evidence=digest(document))
    index = change.finish().log_index
    identifier = queries.insert_question(
        tx, version.id, caller, role=role, document=document, now=now, log_index=index
    )
    return Asked(identifier, index)


def answer(
    tx: Transaction,
    ref: str,
    number: int,
    identifier: str,
    wanted: Words,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Asked:
    """Answer a question for the organisation that wrote the version. The same answer twice is one.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`; those answer who may write the text.
        NoSuchQuestion: there is none about this version.
        QuestionAnswered: somebody gave another answer.
    """
    version = agreements.lock(tx, ref, number)
    check_may(tx, policies, "agreement.edit", caller, version, now)
    found = next((row for row in queries.questions(tx, version.id) if row.id == identifier), None)
    if found is None:
        raise NoSuchQuestion
    if found.answer is not None:
        if found.answered_by == caller.person and said(found.answer) == wanted.text:
            return Asked(identifier, found.answer_index)
        raise QuestionAnswered

    document = canonical(salted(wanted))
    change = Change(tx, version, caller, now, policies)
    change.record(events.QuestionAnswered, party=found.organisation, evidence=digest(document))
    index = change.finish().log_index
    queries.insert_answer(tx, identifier, caller, document=document, now=now, log_index=index)
    return Asked(identifier, index)


def said(document: bytes) -> str:
    """The words of a question or an answer."""
    return str(json.loads(bytes(document))["text"])
