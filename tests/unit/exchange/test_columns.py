"""The registers that others prescribe, as columns of a spreadsheet."""

import csv
import io

import pytest

from registry.exchange.columns import Register, write_csv
from registry.exchange.dea import DEA
from registry.exchange.hdr import HDR
from registry.exchange.papers import Line
from registry.exchange.ropa import ROPA
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TRUST, flow, terms
from tests.unit.exchange.samples import line, voice


def read(register: Register, lines: list[Line], organisation: str) -> list[dict[str, str]]:
    octets = write_csv(register.columns, register.rows(lines, organisation, voice()))
    assert octets.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"))))


def test_a_ropa_row_leads_to_its_agreement() -> None:
    row, *rest = read(ROPA, [line()], LANCASHIRE)
    assert rest == []
    assert row["Information sharing agreement"] == "ISA-2222222222 v1 f1"
    assert row["Article 6 lawful basis"] == "6(1)(e) Public task; Localism Act 2011 s.1"
    assert row["Categories of recipients"] == "Blackpool"
    assert row["Retention schedule"] == "P1Y; receipt"


def test_a_ropa_holds_the_flows_of_its_body_alone() -> None:
    assert len(read(ROPA, [line()], BLACKPOOL)) == 1
    assert read(ROPA, [line()], TRUST) == []


def test_the_digital_economy_register_holds_what_rests_on_that_act() -> None:
    under_the_act = line(terms(flows=[flow(gateways=["DEA17-35"])]))
    row, *rest = read(DEA, [line(), under_the_act], LANCASHIRE)
    assert rest == []
    assert (row["id"], row["isa_status"]) == ("ISA-2222222222", "Active")
    assert "DEA17-35" in row["powers"]
    assert row["controllers"] == "Lancashire; Blackpool"


def test_the_data_use_register_holds_what_a_body_gives_for_statistics() -> None:
    row, *rest = read(HDR, [line()], LANCASHIRE)
    assert rest == []
    assert row["Lead applicant organisation name"] == "Blackpool"
    assert row["Data sensitivity level"] == "Anonymous"
    assert read(HDR, [line()], BLACKPOOL) == []


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    told = line(terms(title={"en": title, "cy": ""}))
    (row,) = read(ROPA, [told], LANCASHIRE)
    assert row["Business function"].startswith("'")
