"""Which agreements cover A to B, and what may be asked of a body, on both databases."""

from datetime import timedelta

import pytest

from registry.agreements import actions
from registry.agreements.actions.covering import Covering
from registry.agreements.coverage import Askable, askable, covering
from registry.agreements.queries import sharing_flows
from registry.agreements.rules import MayNot
from registry.callers import Caller
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from registry.organisations.rules import UnknownOrganisation
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TRUST, flow
from tests.samples.desk import Desk
from tests.unit.decisions.making import index_of

READER = Caller(TRUST, client="wards", scopes=frozenset({"register:read"}), mode="enforce")


def find(
    desk: Desk,
    holder: str = LANCASHIRE,
    recipient: str = BLACKPOOL,
    *,
    by: Caller | None = None,
    after: str = "",
    limit: int = 50,
) -> Covering:
    with desk.db.read() as reading:
        return actions.find_covering(
            reading, holder, recipient, after=after, limit=limit, caller=by or desk.officer()
        )


def asks(desk: Desk, holder: str, by: Caller) -> list[Askable]:
    with desk.db.read() as reading:
        found = actions.find_askable(reading, holder, after="", limit=50, caller=by, now=NOW)
    return [ask for row in found.flows for ask in askable(row)]


def told(found: Covering) -> list[tuple[str, str, str]]:
    return [(row.ref, row.flow, covering(row, NOW).stands) for row in found.flows]


def test_an_end_is_told_of_every_flow_in_its_direction_and_where_it_stands(desk: Desk) -> None:
    active, ready = desk.active(), desk.accepted()
    suspended = desk.active()
    desk.suspend(suspended.ref, by=desk.cast(LANCASHIRE, "dpo"), organisation=LANCASHIRE)
    found = find(desk)
    assert sorted(told(found)) == sorted(
        [
            (active.ref, "f1", "permits"),
            (ready.ref, "f1", "awaiting-signature"),
            (suspended.ref, "f1", "suspended"),
        ]
    )
    assert found.complete
    assert told(find(desk, BLACKPOOL, LANCASHIRE)) == []


def test_any_identifier_will_do_and_an_unknown_one_is_said_to_be_unknown(desk: Desk) -> None:
    desk.active()
    assert find(desk, "orgid:GB-LAE-LAN").ends.holder == LANCASHIRE
    with pytest.raises(UnknownOrganisation):
        find(desk, "gss:E00000000")


@pytest.mark.parametrize(
    ("publication", "flows", "summarised"), [("full", 1, 0), ("summary", 0, 1), ("withheld", 0, 0)]
)
def test_a_stranger_is_told_what_is_published_and_that_there_may_be_more(
    desk: Desk, publication: str, flows: int, summarised: int
) -> None:
    reviewed = {"foi_exemption": "FOIA s.31", "withheld_reviewer": "The FOI officer"}
    desk.active(publication=publication, transparency=reviewed)
    found = find(desk, by=desk.cast(POLICE, "ig_officer"))
    assert (len(found.flows), len(found.summarised), found.complete) == (flows, summarised, False)
    assert len(find(desk, by=desk.cast(BLACKPOOL, "auditor")).flows) == 1


def test_a_stranger_is_not_told_of_what_is_not_live_yet(desk: Desk) -> None:
    desk.accepted()
    assert told(find(desk, by=READER)) == []


def test_pages_hold_whole_agreements_and_lose_none(desk: Desk) -> None:
    two = [flow(), flow(id="f2", purposes=["research"])]
    made = sorted([desk.active(flows=two).ref, desk.active().ref, desk.active(flows=two).ref])
    seen, after = [], ""
    while True:
        page = find(desk, after=after, limit=1)
        seen += [row.ref for row in page.flows]
        if page.next is None:
            break
        after = page.next
    assert sorted(set(seen)) == made
    assert len(seen) == 5


def test_what_may_be_asked_is_what_is_answered_with_yes(desk: Desk) -> None:
    desk.active()
    desk.accepted()
    [ask] = asks(desk, LANCASHIRE, desk.cast(BLACKPOOL, "ig_officer"))
    question = {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": ask.actions[0]},
        "resource": {"type": "data_holding", "id": ask.resource},
        "context": {
            "purpose": ask.purposes[0],
            "subject_group": ask.subject_groups[0],
            "volume": ask.volume,
            "items": ask.items,
            "identifiability": ask.identifiability[0],
            "method": ask.methods[0],
        },
    }
    with desk.db.read() as reading:
        index = index_of(*sharing_flows(reading))
    assert decide(index, read_question(question, index), now=NOW.timestamp()).permitted


def test_nothing_may_be_asked_of_a_flow_that_is_over_or_leads_elsewhere(desk: Desk) -> None:
    desk.active(flows=[flow(), flow(id="f2", **{"from": BLACKPOOL, "to": LANCASHIRE})])
    assert len(asks(desk, BLACKPOOL, desk.officer())) == 1
    with desk.db.read() as reading:
        long_after = NOW + timedelta(days=3000)
        found = actions.find_askable(
            reading, BLACKPOOL, after="", limit=50, caller=desk.officer(), now=long_after
        )
    assert list(found.flows) == []


def test_without_the_scope_nothing_is_told(desk: Desk) -> None:
    with pytest.raises(MayNot):
        find(desk, by=Caller(TRUST, client="wards", scopes=frozenset({"decisions:ask"})))
