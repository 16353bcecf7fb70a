"""A grant counts from the first of its days to the last, for one client and one body, and nothing else."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry import clock
from registry.asking.rules import Granted, Grants

FIRST, LAST = date(2026, 3, 28), date(2026, 3, 30)
"""London puts its clocks forward between them."""

CLIENTS, BODIES = ("mash", "wards"), ("gss:E10000017", "ods:RTX", "police:lancashire")
DAYS = st.dates(min_value=date(2026, 3, 20), max_value=date(2026, 4, 5))
GRANTED = st.builds(Granted, st.sampled_from(CLIENTS), st.sampled_from(BODIES), DAYS, DAYS)


def lets(day: date, *, hours: int = 12, client: str | None = "mash", body: str = "gss:E10000017") -> bool:
    grants = Grants([Granted("mash", "gss:E10000017", FIRST, LAST)])
    at = clock.day_start(day) + timedelta(hours=hours)
    return grants.lets(client, body, at.timestamp())


def test_it_counts_from_the_first_moment_of_its_first_day_to_the_last_of_its_last() -> None:
    grants = Grants([Granted("mash", "gss:E10000017", FIRST, LAST)])
    begins, ends = clock.day_start(FIRST).timestamp(), clock.day_end(LAST).timestamp()
    counted = [grants.lets("mash", "gss:E10000017", at) for at in (begins - 1, begins, ends - 1, ends)]
    assert counted == [False, True, True, False]


def test_it_is_for_one_client_and_one_body() -> None:
    assert lets(FIRST)
    assert not lets(FIRST, client="wards")
    assert not lets(FIRST, body="ods:RTX")


def test_nobody_asks_who_is_no_partner_system() -> None:
    assert not lets(FIRST, client=None)


def test_without_a_grant_nobody_asks_for_another() -> None:
    assert not Grants().lets("mash", "gss:E10000017", clock.day_start(FIRST).timestamp())


@given(st.lists(GRANTED, max_size=6), st.sampled_from(CLIENTS), st.sampled_from(BODIES), DAYS)
def test_who_may_ask_is_who_holds_a_grant_for_the_day(
    granted: list[Granted], client: str, body: str, day: date
) -> None:
    expected = any(
        (one.client, one.organisation) == (client, body) and one.starts_on <= day <= one.ends_on
        for one in granted
    )
    noon = clock.day_start(day) + timedelta(hours=12)
    assert Grants(granted).lets(client, body, noon.timestamp()) is expected
