"""Disclosure reports: how often a partner system disclosed under an answer (DPA 2018 s.62)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
from registry.db import Reading, Transaction, new_id
from registry.records import queries
from registry.records.actions.acting import (
    Acting,
    Recorded,
    check_codes,
    check_fields,
    check_may,
    check_reads,
    event,
    finish,
    get_agreement,
    may,
    not_ahead,
)
from registry.records.events import DisclosuresReported
from registry.records.rules import AlreadyReported, FlowNotYours, NoSuchRecord, RecordMayNot
from registry.records.schemas import DisclosuresIn
from registry.records.tables import DisclosureReport


def report(tx: Transaction, wanted: DisclosuresIn, *, acting: Acting) -> Recorded:
    """Report how often the caller's organisation disclosed or received under one answer.

    Raises:
        RecordMayNot: the caller is no partner system that asks permission checks.
        NoSuchRecord: the caller's organisation is no party of such an agreement.
        FlowNotYours: it is party, and no end of that flow.
        InvalidFields: an unknown method, or a day that lies ahead.
        AlreadyReported: it reported this evaluation before.
    """
    ours = acting.caller.organisation
    if not may(tx, "disclosure.report", acting):
        raise RecordMayNot(action="disclosure.report")
    agreement = get_agreement(tx, wanted.ref, acting)
    if ours not in agreement.parties:
        raise NoSuchRecord
    if not any(flow.id == wanted.flow and ours in (flow.holder, flow.recipient) for flow in agreement.flows):
        raise FlowNotYours(flow=wanted.flow)
    check_codes(acting, method=("methods", [wanted.method]))
    check_fields([not_ahead("/on", wanted.on, acting.today)])
    if queries.is_reported(tx, ours, wanted.evaluation_id):
        raise AlreadyReported

    identifier = new_id()
    tx.insert(
        DisclosureReport,
        id=identifier,
        evaluation_id=wanted.evaluation_id,
        ref=wanted.ref,
        flow=wanted.flow,
        organisation=ours,
        client=acting.caller.client,
        count=wanted.count,
        disclosed_on=wanted.on,
        method=wanted.method,
        reported_at=acting.now,
    )
    reported = event(tx, DisclosuresReported, acting, Subject("disclosure", identifier), flow=wanted.flow)
    return finish(tx, [reported], identifier=identifier, status="reported", revision=1)


def summary(
    reading: Reading, ref: str | None, *, flow: str | None, month: str | None, acting: Acting
) -> Sequence[Row[Any]]:
    """What both ends reported of an agreement, or all that the caller's organisation reported.

    It is summed by agreement, month, flow, organisation and method.

    Raises:
        NoSuchRecord: there is no such agreement, or none of the caller's organisation.
        RecordMayNot: the caller reads no disclosures.
    """
    if ref is None:
        organisation = check_reads(reading, "disclosure.read", acting)
        return queries.sum_disclosures(reading, flow=flow, month=month, organisation=organisation)
    check_may(reading, "disclosure.read", acting, parties=get_agreement(reading, ref, acting).parties)
    return queries.sum_disclosures(reading, flow=flow, month=month, ref=ref)
