"""Anyone tries anything over the API, in any order: what the model says can never be, is never seen."""

import json
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from registry.auditlog import read_events
from tests.integration.http.model import (
    MAY,
    OF_THE_AUTHOR,
    OVER,
    PARTIES,
    Deed,
    Json,
    Model,
    standing_signatures,
)
from tests.integration.http.world import World
from tests.samples.agreements import LANCASHIRE, TRUST, terms, triangle

Actor = tuple[str, str, bool]
"""A role, a body, and whether it is the second person there who holds it."""

STEPS = 50
API = "/api/v1/agreements"
ANYONE = ("ig_officer", "asset_owner", "signatory", "dpo", "siro", "auditor", "admin")
FLOWS = st.sampled_from(["f1", "f2", "f3"])


def actors(act: str) -> st.SearchStrategy[Actor]:
    """Mostly somebody who could do it, of a body that could; now and then anyone of any."""
    fit = [LANCASHIRE] if act in OF_THE_AUTHOR else [*PARTIES]
    roles = [*sorted(MAY[act]) * (24 // len(MAY[act])), *ANYONE]
    bodies = [*fit * (24 // len(fit)), *PARTIES, TRUST]
    return st.tuples(st.sampled_from(roles), st.sampled_from(bodies), st.booleans())


class Lives(RuleBasedStateMachine):
    """One agreement of three bodies after another, in the hands of people who may not do what they try."""

    world: World
    model: Model

    def __init__(self) -> None:
        super().__init__()
        self.ref, self.size = "", 0

    @initialize()
    def draft(self) -> None:
        """Turn to a new agreement."""
        self.model = Model()
        author = self.world.cast(LANCASHIRE, "ig_officer")
        made = self.world.send("POST", f"{API}/", author, {"terms": terms(**triangle())})
        assert made.status_code == 201
        self.ref, self.size = made.json()["ref"], made.json()["log_size"]
        self.model.authors[1] = {author.person}
        self.look()

    @rule(who=actors("edit"), change=st.data())
    def edit(self, who: Actor, change: Any) -> None:
        self.attempt("edit", who, {"terms": change.draw(texts())}, method="PUT", path="draft")

    @rule(who=actors("amend"), change=st.data())
    def amend(self, who: Actor, change: Any) -> None:
        self.attempt("amend", who, {"terms": change.draw(texts())})

    @rule(who=actors("submit"))
    def submit(self, who: Actor) -> None:
        self.attempt("submit", who, {})

    @rule(who=actors("qa-review"), accepts=st.integers(0, 5))
    def review(self, who: Actor, accepts: int) -> None:
        changes = {"outcome": "changes", "comments": [{"pointer": "/flows/0", "text": "Why?"}]}
        self.attempt("qa-review", who, {"outcome": "accept"} if accepts else changes)

    @rule(who=actors("sign"), refuses=st.integers(0, 19), older=st.integers(0, 5))
    def sign(self, who: Actor, refuses: int, older: int) -> None:
        number = max(self.model.versions) if older else min(self.model.versions)
        digest = self.model.versions[number]["hash"]
        named = {"organisation": who[1], "role": "signatory", "version": number, "hash": digest}
        decision = {"decision": "sign"} if refuses else {"decision": "refuse", "reason": "No."}
        self.attempt("sign", who, named | decision)

    @rule()
    def go_on(self) -> None:
        """The likeliest next thing, so that lives get somewhere."""
        newest = self.model.versions[max(self.model.versions)]
        if newest["status"] in ("draft", "changes_requested"):
            self.submit(("ig_officer", LANCASHIRE, False))
        elif newest["status"] == "in_review":
            self.review(("ig_officer", PARTIES[1], False), 1)
        else:
            signed = standing_signatures(newest)
            for party in PARTIES:
                if party not in signed:
                    self.sign(("signatory", party, False), 1, 1)

    @rule(who=actors("suspend"), flow=FLOWS, whole=st.booleans())
    def suspend(self, who: Actor, flow: str, whole: bool) -> None:
        scope: Json = {"organisation": who[1]} if whole else {"flow": flow}
        self.attempt("suspend", who, {"scope": scope, "reason": "Something went wrong."})

    @rule(who=actors("resume"), flow=FLOWS, whole=st.booleans())
    def resume(self, who: Actor, flow: str, whole: bool) -> None:
        scope: Json = {"organisation": who[1]} if whole else {"flow": flow}
        self.attempt("resume", who, {"scope": scope, "reason": "Put right."})

    @rule(who=actors("terminate"), often=st.integers(0, 7))
    def leave(self, who: Actor, often: int) -> None:
        if not often:
            self.attempt("terminate", who, {"reason": "It is over."})

    @rule(who=actors("withdraw"), often=st.integers(0, 7))
    def give_up(self, who: Actor, often: int) -> None:
        if not often:
            self.attempt("withdraw", who, {"reason": "It is not needed."})

    def attempt(
        self, act: str, who: Actor, body: Json, *, method: str = "POST", path: str | None = None
    ) -> None:
        """Send one request; what is accepted is held against the model, what is refused changes nothing."""
        role, organisation, second = who
        caller = self.world.cast(organisation, role, second=second)
        latest = max(self.model.versions)
        headers = {"if-match": "*"} if method == "PUT" else {}
        answer = self.world.send(method, f"{API}/{self.ref}/{path or act}", caller, body, headers=headers)
        acts = self.acts()
        if answer.status_code != 200 and answer.status_code != 201:
            assert 400 <= answer.status_code < 500
            assert answer.json()["code"]
            assert not acts, "what was refused left an entry"
        else:
            self.check_answer(answer, acts)
            number = answer.json()["version"]
            if number != latest and act == "amend":
                self.model.authors[number] = set(self.model.authors[latest])
            self.model.accepted(Deed(act, organisation, role, caller.person), number)
            self.look()
        if all(version["status"] in OVER for version in self.model.versions.values()):
            self.draft()

    def acts(self) -> list[int]:
        """The entries that people left since the last look; the registry itself may have acted meanwhile."""
        with self.world.db.read() as reading:
            events = read_events(reading, self.size)
        self.size += len(events)
        return [event.index for event in events if event.org]

    def check_answer(self, answer: requests.Response, acts: list[int]) -> None:
        """What was accepted is in the log, where the answer says."""
        said = answer.json()
        assert said["log_index"] in acts
        assert said["log_index"] < said["log_size"] <= self.size

    def look(self) -> None:
        """See every version, as an officer of a party does."""
        reader = self.world.cast(PARTIES[1], "ig_officer")
        newest = self.world.send("GET", f"{API}/{self.ref}", reader).json()
        for number in range(1, newest["version"] + 1):
            shown = self.world.send("GET", f"{API}/{self.ref}/versions/{number}", reader).json()
            self.model.see(shown)


@st.composite
def texts(draw: st.DrawFn) -> Json:
    """The sample terms with something changed: what touches nobody, two bodies, or everyone."""
    changed = json.loads(json.dumps(terms(**triangle())))
    flow = changed["flows"][draw(st.integers(0, 2))]
    what = draw(st.sampled_from(["title", "retention", "automation", "everyone", "item", "basis"]))
    if what == "title":
        changed["title"]["en"] = f"Empty homes figures {draw(st.integers(1, 99))}"
    elif what == "retention":
        flow["retention"]["period"] = f"P{draw(st.integers(1, 9))}M"
    elif what == "automation":
        flow["automation"] = "decision-support"
    elif what == "everyone":
        changed["rights"] = {"objection": f"Answered within {draw(st.integers(1, 30))} days."}
    elif what == "item":
        changed["items"][0]["necessity"] = f"Needed to plan {draw(st.integers(1, 99))} streets."
    else:
        flow["bases"][0]["domestic_basis"] = f"Localism Act 2011 s.{draw(st.integers(1, 9))}"
    return dict(changed)


@pytest.fixture
def lives(world: World) -> type[Lives]:
    return type("Lives", (Lives,), {"world": world})


def live(lives: type[Lives], *, steps: int) -> None:
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=steps // STEPS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # a life of fifty steps takes longer to shrink than to read
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_is_ever_seen_that_cannot_be(lives: type[Lives]) -> None:
    live(lives, steps=1_000)


@pytest.mark.long
def test_in_a_hundred_thousand_steps_nothing_is_ever_seen_that_cannot_be(lives: type[Lives]) -> None:
    live(lives, steps=100_000)
