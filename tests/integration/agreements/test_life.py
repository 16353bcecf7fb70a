"""An agreement's life, from draft to its end, on both databases."""

import json
from typing import Any

import pytest

from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.schemas import ResumeIn, ReviewIn, SignIn, SuspendIn, TermsIn
from registry.db import Database
from registry.policy import Policies
from registry.settings import ROOT
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, Cast, furnish, terms


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies.load(ROOT / "policies")


@pytest.fixture
def cast(database: Database) -> Cast:
    return furnish(database)


def wanted(**changes: Any) -> TermsIn:
    return TermsIn.model_validate_json(json.dumps({"terms": terms(**changes)}))


def to_ready(db: Database, cast: Cast, policies: Policies, **changes: Any) -> Changed:
    officer, colleague = cast(LANCASHIRE, "ig_officer"), cast(LANCASHIRE, "ig_officer", second=True)
    with db.write() as tx:
        made = actions.create(tx, wanted(**changes), caller=officer, now=NOW, policies=policies)
    with db.write() as tx:
        actions.submit(tx, made.ref, caller=officer, now=NOW, policies=policies)
    with db.write() as tx:
        return actions.review(
            tx, made.ref, ReviewIn(outcome="accept"), caller=colleague, now=NOW, policies=policies
        )


def sign(db: Database, cast: Cast, policies: Policies, made: Changed, organisation: str) -> Changed:
    signature = SignIn(
        organisation=organisation, role="signatory", version=made.version, hash=made.hash, decision="sign"
    )
    with db.write() as tx:
        return actions.sign(
            tx, made.ref, signature, caller=cast(organisation, "signatory"), now=NOW, policies=policies
        )


def test_last_signature_makes_the_agreement_active(
    database: Database, cast: Cast, policies: Policies
) -> None:
    ready = to_ready(database, cast, policies)
    assert ready.status == "ready_to_sign"

    assert sign(database, cast, policies, ready, LANCASHIRE).status == "part_signed"
    signed = sign(database, cast, policies, ready, BLACKPOOL)

    assert signed.status == "active"
    assert [(flow.id, flow.state) for flow in signed.flows] == [("f1", "live")]


def test_a_flow_is_suspended_and_resumed_by_two_people(
    database: Database, cast: Cast, policies: Policies
) -> None:
    ready = to_ready(database, cast, policies)
    sign(database, cast, policies, ready, LANCASHIRE)
    sign(database, cast, policies, ready, BLACKPOOL)
    with database.write() as tx:
        stopped = actions.suspend(
            tx,
            ready.ref,
            SuspendIn.model_validate({"scope": {"flow": "f1"}, "reason": "breach"}),
            caller=cast(BLACKPOOL, "dpo"),
            now=NOW,
            policies=policies,
        )
    assert (stopped.status, stopped.flows[0].state) == ("suspended", "suspended")
    for second, pending, state in ((False, "second-person", "suspended"), (True, None, "live")):
        with database.write() as tx:
            resumed = actions.resume(
                tx,
                ready.ref,
                ResumeIn(),
                caller=cast(BLACKPOOL, "dpo", second=second),
                now=NOW,
                policies=policies,
            )
        assert (resumed.pending, resumed.flows[0].state) == (pending, state)
    assert resumed.status == "active"
