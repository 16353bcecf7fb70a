"""Bundles out of a real register, on both databases: what is in one, and who is given it."""

from datetime import timedelta
from typing import Any

import pytest

from registry.bundles.actions import Maker, give_bundle
from registry.bundles.evaluate import Bundle
from registry.bundles.rules import MayNotTakeBundle
from registry.callers import Caller
from registry.db import Database
from registry.settings import Settings
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TRUST, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.unit.bundles.taking import key_in

ALIAS = "orgid:GB-LAE-LAN"
QUESTION: dict[str, Any] = {
    "subject": {"type": "organisation", "id": BLACKPOOL},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~housing"},
    "context": {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"},
}


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    key = key_in(tmp_path_factory.mktemp("keys"))
    return Maker(key, "https://registry.test", "registry.test/log", timedelta(hours=8))


def system(organisation: str, *, scope: str = "decisions:ask") -> Caller:
    return Caller(organisation, client="system", scopes=frozenset({scope}), mode="enforce")


def taken(desk: Desk, maker: Maker, organisation: str, *, by: Caller | None = None) -> Bundle:
    """The bundle of a body, opened."""
    with desk.db.read() as reading:
        text = give_bundle(
            reading, organisation, caller=by or system(organisation), now=NOW, policies=POLICIES, maker=maker
        )
    return Bundle(text, {"keys": [maker.key.public]}, by.organisation if by else organisation)


def answered(bundle: Bundle) -> str:
    return str(bundle.answer(QUESTION, NOW.timestamp())["context"]["outcome"])


def test_each_end_is_told_what_the_register_says_now(desk: Desk, maker: Maker) -> None:
    made = desk.active()
    for organisation in (LANCASHIRE, BLACKPOOL):
        bundle = taken(desk, maker, organisation)
        assert answered(bundle) == "PERMIT_WITH_OBLIGATIONS"
        assert bundle.content["log_size"] == desk.size()
        assert bundle.content["policy_digest"] == POLICIES.digest

    desk.suspend(made.ref, desk.cast(BLACKPOOL, "siro"), organisation=BLACKPOOL)
    assert answered(taken(desk, maker, LANCASHIRE)) == "SUSPENDED"


def test_nothing_of_what_others_share_is_in_a_bundle(desk: Desk, maker: Maker) -> None:
    desk.active()
    withheld = desk.active(publication="withheld")
    for organisation in (POLICE, TRUST):
        bundle = taken(desk, maker, organisation)
        assert bundle.content["flows"] == bundle.content["terms"] == []
        assert bundle.content["contacts"] == {}
        assert answered(bundle) == "INDETERMINATE"
    own = taken(desk, maker, BLACKPOOL)
    assert withheld.ref in {row[0] for row in own.content["flows"]}


def test_what_has_ended_otherwise_than_by_its_day_is_left_out(desk: Desk, maker: Maker) -> None:
    made = desk.active()
    desk.terminate(made.ref, desk.cast(BLACKPOOL, "signatory"))
    bundle = taken(desk, maker, BLACKPOOL)
    assert bundle.content["flows"] == []
    assert answered(bundle) == "NOT_COVERED"


def test_any_identifier_of_its_own_body_names_the_bundle(desk: Desk, maker: Maker) -> None:
    desk.active()
    bundle = taken(desk, maker, ALIAS, by=system(LANCASHIRE))
    assert bundle.content["aud"] == LANCASHIRE
    assert answered(bundle) == "PERMIT_WITH_OBLIGATIONS"


@pytest.mark.parametrize("organisation", [LANCASHIRE, "gss:E06000001", "nonsense"])
def test_another_bodys_is_refused_whether_or_not_it_is_there(
    desk: Desk, maker: Maker, organisation: str
) -> None:
    with pytest.raises(MayNotTakeBundle) as refused:
        taken(desk, maker, organisation, by=system(BLACKPOOL))
    assert refused.value.facts == {}


def test_a_system_that_may_not_ask_is_given_none(desk: Desk, maker: Maker) -> None:
    with pytest.raises(MayNotTakeBundle):
        taken(desk, maker, BLACKPOOL, by=system(BLACKPOOL, scope="register:read"))


def test_people_are_given_one_that_advises(desk: Desk, maker: Maker) -> None:
    desk.active()
    bundle = taken(desk, maker, BLACKPOOL, by=desk.cast(BLACKPOOL, "ig_officer"))
    assert "decision" not in bundle.answer(QUESTION, NOW.timestamp())


def test_no_setting_makes_it_last_longer_than_a_day() -> None:
    assert Maker.of(Settings(bundle_hours=1000), "registry.test/log").lifetime == timedelta(hours=24)
