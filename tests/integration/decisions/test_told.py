"""What is stored of an agreement reaches the explanations of answers, on both databases."""

import pytest

from registry.agreements.ageing import notice_ends_on
from registry.agreements.queries import sharing_flows
from registry.db import Database
from registry.decisions.flows.compiling import Told
from registry.decisions.follower import IndexFollower
from registry.decisions.words.endings import first_ending
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TODAY, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def told(desk: Desk) -> tuple[Told, str]:
    """What is told of the one flow from the county to the town, and by what clause it ends."""
    follower = IndexFollower(desk.db, POLICIES, sharing_flows)
    follower.catch_up()
    (flow,) = follower.index.between((LANCASHIRE, BLACKPOOL))
    return flow.told, first_ending(flow, POLICIES.lifecycle).clause


def test_a_withheld_agreement_is_known_to_its_parties_alone(desk: Desk) -> None:
    made = desk.active(publication="withheld")
    parties = desk.read(made.ref, made.version).version.parties
    assert told(desk)[0].known_to == parties


def test_a_published_one_is_known_to_everyone(desk: Desk) -> None:
    desk.active()
    assert told(desk)[0].known_to == frozenset()


def test_a_notice_ends_what_flows_before_the_text_does(desk: Desk) -> None:
    made = desk.active()
    version = desk.read(made.ref, made.version).version
    assert told(desk)[0].review_on == version.review_on
    assert told(desk)[1] != "notice"
    leaves_on = notice_ends_on(version.terms, TODAY)
    desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro"), effective_on=leaves_on)
    left, clause = told(desk)
    assert (left.leaves_on, clause) == (leaves_on, "notice")
