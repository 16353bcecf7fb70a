"""A spreadsheet of flows over HTTP: it comes back as it was sent, or as JSON where that is asked for."""

import csv
import io

import pytest

from tests.integration.exchange.registers import CSV, as_csv
from tests.integration.http.deeds import stage
from tests.integration.http.world import World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

PATH = "/api/v1/coverage/check"
FLOWS = as_csv(
    {
        "Data provider": LANCASHIRE,
        "Shared with": BLACKPOOL,
        "Purpose of sharing": "statistics",
        "Data subjects": "tenant",
        "Data shared": "housing",
    }
)


def test_it_comes_back_as_it_was_sent_in_the_language_asked_for(world: World) -> None:
    stage(world, "agreement active")
    officer = world.cast(BLACKPOOL, "ig_officer")
    answer = world.send("POST", f"{PATH}?lang=cy", officer, raw=FLOWS, headers={"content-type": CSV})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Data shared"], row["Cwmpesir"]) == ("housing", "Y cyfan")


def test_as_json_it_counts_the_rows_and_names_every_gap(world: World) -> None:
    officer = world.cast(BLACKPOOL, "ig_officer")
    backwards = FLOWS.replace(LANCASHIRE.encode(), b"x").replace(BLACKPOOL.encode(), LANCASHIRE.encode())
    headers: dict[str, str | None] = {"content-type": CSV, "accept": "application/json"}
    said = world.send(
        "POST", PATH, officer, raw=backwards.replace(b"x", BLACKPOOL.encode()), headers=headers
    ).json()
    assert said["counts"] == {"none": 1}
    assert [(gap["holder"], gap["code"]) for gap in said["rows"][0]["gaps"]] == [(BLACKPOOL, "not-covered")]
    assert said["rows"][0]["advice"]["cy"]
