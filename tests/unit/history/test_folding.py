"""What entries about one agreement come to."""

from datetime import date
from typing import Any

import pytest

from registry.agreements.sharing import SharingFlow
from registry.history.folding import Then, fold
from registry.history.names import Names
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE
from tests.unit.history.telling import (
    EVERYONE,
    LIVE,
    NOON,
    REF,
    SIGNED,
    Told,
    bodies,
    entries,
    registered,
    succeeded,
    text,
)

PLAIN = text()


def after(*told: Told, of: bytes = PLAIN, names: Names = EVERYONE) -> Then:
    return fold(
        REF, entries(*told, of=of), {entries(*told, of=of)[0].members["subject"]["digest"]: of}.get, names
    )


def only(then: Then) -> SharingFlow:
    (sharing,) = then.flows
    return sharing


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (SIGNED, "waiting"),
        (LIVE, "live"),
        ([*LIVE, ("flow.suspended", {"flow": "f1", "org": LANCASHIRE})], "suspended"),
        (
            [
                *LIVE,
                ("flow.suspended", {"flow": "f1", "org": LANCASHIRE}),
                ("flow.suspended", {"flow": "f1", "org": BLACKPOOL}),
                ("flow.resumed", {"flow": "f1", "org": LANCASHIRE}),
            ],
            "suspended",
        ),
        (
            [
                *LIVE,
                ("flow.suspended", {"flow": "f1", "org": LANCASHIRE}),
                ("flow.suspended", {"flow": "f1", "reason_code": "rv-03"}),
                ("flow.resumed", {"flow": "f1", "org": LANCASHIRE}),
            ],
            "suspended",
        ),
        (
            [
                *LIVE,
                ("flow.suspended", {"flow": "f1", "reason_code": "rv-03"}),
                ("flow.restored", {"flow": "f1", "reason_code": "rv-03"}),
                ("flow.resumed", {"flow": "f1"}),
            ],
            "live",
        ),
        ([*LIVE, ("flow.ended", {"flow": "f1", "reason_code": "expired"})], "ended"),
        ([SIGNED[0], ("agreement.withdrawn", {"org": LANCASHIRE})], "ended"),
    ],
)
def test_a_flow_is_where_its_last_entries_left_it(told: list[Told], state: str) -> None:
    assert only(after(*told)).state == state


def test_it_went_live_when_the_entry_says() -> None:
    assert only(after(*LIVE)).live_at == NOON.replace(hour=15)


@pytest.mark.parametrize("told", ["agreement.drafted", "agreement.submitted", "agreement.reviewed"])
def test_a_text_under_review_has_no_standing(told: str) -> None:
    assert after((told, {"org": LANCASHIRE})) == Then()


def test_who_has_not_signed_is_awaited() -> None:
    assert only(after(*SIGNED[:2])).awaiting == (BLACKPOOL,)


def test_rules_that_warn_are_named_until_they_are_met() -> None:
    warned = [*LIVE, ("flow.degraded", {"flow": "f1", "reason_code": "rv-02"})]
    assert only(after(*warned)).warned_of == ("RV-02",)
    assert only(after(*warned, ("flow.restored", {"flow": "f1", "reason_code": "rv-02"}))).warned_of == ()


def test_what_blocks_a_flow_is_in_the_log() -> None:
    blocked = ("flow.blocked", {"flow": "f1", "rules": "et-01,gw-03"})
    assert only(after(*LIVE, blocked)).blocked_by == ("ET-01", "GW-03")
    ahead = ("flow.blocked", {"flow": "f1", "rules": "", "effective_on": "2026-04-01"})
    assert only(after(*LIVE, blocked, ahead)).blocked_by == ()
    assert only(after(*LIVE, blocked, ahead)).blocked_from == date(2026, 4, 1)
    assert not after(*LIVE, blocked, ahead).unclear


def test_an_older_entry_that_names_no_rules_leaves_the_flow_unclear_until_it_ends() -> None:
    older = ("flow.blocked", {"flow": "f1"})
    assert after(*LIVE, older).unclear == {(REF, 1, "f1")}
    assert not after(*LIVE, older, ("flow.ended", {"flow": "f1", "reason_code": "terminated"})).unclear


@pytest.mark.parametrize(("publication", "unclear"), [("withheld", {(REF, 1, "f1")}), ("full", set())])
def test_an_erased_entry_hides_the_life_of_what_is_withheld_alone(publication: str, unclear: Any) -> None:
    of = text(publication=publication)
    told = entries(*LIVE, of=of)
    sealed = entries(("sealed", {}), of=of)
    digest = told[0].members["subject"]["digest"]
    assert fold(REF, [*sealed, *told], {digest: of}.get, EVERYONE).unclear == unclear


def test_without_its_text_nothing_is_told_of_a_version() -> None:
    told = fold(REF, entries(*LIVE, of=PLAIN), dict[str, bytes]().get, EVERYONE)
    assert told == Then(untold=frozenset({(REF, 1)}))


def test_a_text_that_names_a_body_the_log_does_not_know_tells_nothing() -> None:
    assert after(*LIVE, names=bodies(registered(LANCASHIRE))).untold == {(REF, 1)}


def test_a_body_stands_under_the_name_it_has_by_then() -> None:
    alias = PLAIN.replace(LANCASHIRE.encode(), b"orgid:GB-LAE-LAN")
    told = bodies(registered(LANCASHIRE, aliases="orgid:GB-LAE-LAN"), registered(BLACKPOOL))
    assert only(after(*LIVE, of=alias, names=told)).holder == LANCASHIRE
    merged = bodies(
        registered(LANCASHIRE), registered(BLACKPOOL), registered(POLICE), succeeded(BLACKPOOL, POLICE)
    )
    taken_over = only(after(*SIGNED, names=merged))
    assert (taken_over.recipient, taken_over.awaiting) == (POLICE, ())


def test_an_attested_text_names_who_attests_it_and_what_it_falls_short_of() -> None:
    told = [
        ("agreement.attested", {"org": LANCASHIRE, "party": body, "role": "signatory"})
        for body in (LANCASHIRE, BLACKPOOL)
    ]
    found = ("agreement.shortcomings_found", {"rules": "dp-01,lb-02-review"})
    attested = only(after(*told, found))
    assert (attested.attested_by, attested.shortcomings) == (LANCASHIRE, ("DP-01", "LB-02-REVIEW"))
    assert attested.awaiting == ()


def test_notice_is_told_until_the_party_has_left() -> None:
    notice = ("agreement.notice_given", {"party": BLACKPOOL, "effective_on": "2026-06-01"})
    assert only(after(*LIVE, notice)).leaves_on == date(2026, 6, 1)
    assert only(after(*LIVE, notice, ("agreement.party_left", {"party": BLACKPOOL}))).leaves_on is None
