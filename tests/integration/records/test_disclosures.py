"""Disclosure reports: who may report what, and the sums for logs and reviews."""

from datetime import timedelta
from typing import Any

import pytest

from registry.records.actions import Recorded, disclosures
from registry.records.rules import AlreadyReported, FlowNotYours, NoSuchRecord, RecordMayNot
from registry.records.schemas import DisclosuresIn
from registry.web.body import InvalidFields
from tests.integration.http.world import partner
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, TRUST, triangle

RUN = "01990000-0000-7000-8000-000000000000"


def report(office: Office, ref: str, organisation: str = LANCASHIRE, **changes: Any) -> Recorded:
    body = {
        "evaluation_id": f"{RUN}.1",
        "ref": ref,
        "flow": "f1",
        "count": 3,
        "on": TODAY,
        "method": "api-mtls",
    }
    wanted = DisclosuresIn.model_validate(body | changes, strict=False)
    system = partner(organisation, "decisions:ask")
    with office.db.write() as tx:
        return disclosures.report(tx, wanted, acting=office.by(system))


def test_what_both_ends_report_is_summed_by_month_and_flow(office: Office) -> None:
    ref = office.desk.active().ref
    last_month = TODAY - timedelta(days=31)
    for number, day in enumerate((TODAY, TODAY, last_month), 1):
        report(office, ref, evaluation_id=f"{RUN}.{number}", on=day)
    report(office, ref, BLACKPOOL, count=2)

    with office.db.read() as reading:
        rows = disclosures.summary(reading, ref, flow=None, month=None, acting=office.acting("auditor"))
        now = disclosures.summary(
            reading, ref, flow="f1", month=f"{TODAY:%Y-%m}", acting=office.acting("auditor", BLACKPOOL)
        )
    sums = [(row.month, row.flow, row.organisation, row.reports, int(row.total)) for row in rows]
    assert sums == [
        (f"{last_month:%Y-%m}", "f1", LANCASHIRE, 1, 3),
        (f"{TODAY:%Y-%m}", "f1", BLACKPOOL, 1, 2),
        (f"{TODAY:%Y-%m}", "f1", LANCASHIRE, 2, 6),
    ]
    assert [(row.organisation, int(row.total)) for row in now] == [(BLACKPOOL, 2), (LANCASHIRE, 6)]


def test_a_body_reports_only_of_flows_it_is_an_end_of(office: Office) -> None:
    ref = office.desk.active(**triangle()).ref
    report(office, ref, POLICE, flow="f2")
    with pytest.raises(FlowNotYours):
        report(office, ref, POLICE, flow="f1")
    with pytest.raises(FlowNotYours):
        report(office, ref, POLICE, flow="f9")
    with pytest.raises(NoSuchRecord):
        report(office, ref, TRUST)
    with pytest.raises(NoSuchRecord):
        report(office, "ISA-NONE")


def test_an_evaluation_is_reported_once_by_each_end(office: Office) -> None:
    ref = office.desk.active().ref
    report(office, ref)
    report(office, ref, BLACKPOOL)
    with pytest.raises(AlreadyReported):
        report(office, ref, count=4)


def test_a_day_ahead_and_an_unknown_method_are_refused(office: Office) -> None:
    ref = office.desk.active().ref
    for changes, pointer in (({"on": TODAY + timedelta(days=1)}, "/on"), ({"method": "pigeon"}, "/method")):
        with pytest.raises(InvalidFields) as refused:
            report(office, ref, **changes)
        assert [error.pointer for error in refused.value.errors] == [pointer]


def test_people_do_not_report_and_strangers_do_not_read(office: Office) -> None:
    ref = office.desk.active().ref
    wanted = DisclosuresIn(evaluation_id=f"{RUN}.1", ref=ref, flow="f1", count=1, on=TODAY, method="api-mtls")
    with pytest.raises(RecordMayNot), office.db.write() as tx:
        disclosures.report(tx, wanted, acting=office.acting())
    with pytest.raises(NoSuchRecord), office.db.read() as reading:
        disclosures.summary(reading, ref, flow=None, month=None, acting=office.acting(organisation=TRUST))


def test_the_log_names_the_flow_and_keeps_the_count_for_the_rows(office: Office) -> None:
    report(office, office.desk.active().ref, count=4711)
    (event,) = office.events("disclosure.")
    assert event.members["flow"] == "f1"
    assert "4711" not in str(event.members)
