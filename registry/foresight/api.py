"""What-if over JSON. It is asked with POST because the question has a body; it changes nothing."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.decisions.rules import Decision
from registry.foresight import actions
from registry.foresight.actions import AgreementEffect, Foreseen
from registry.foresight.effects import FlowEffect, Turn
from registry.foresight.schemas import (
    AgreementEffectOut,
    ChangedAnswerOut,
    ClientOut,
    DecidedOut,
    FlowEffectOut,
    SimulatedOut,
    SimulateIn,
    StoredQuestionOut,
    StoredQuestionsOut,
    TurnOut,
    WhatIfIn,
    WhatIfOut,
)
from registry.foresight.simulation import Changed, simulate, stored_questions
from registry.policy import Policies
from registry.vocabulary.actions import Folders
from registry.web.body import StrictBody


class WhatIfApi(Controller):
    """What a change of law, rules, assurance or an assessment would do."""

    path = "/api/v1/what-if"
    tags = ("vocabulary",)
    dto = StrictBody
    return_dto = None

    @post("/", status_code=200, sync_to_thread=True)
    def ask(
        self,
        data: JSONBody[WhatIfIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        folders: NamedDependency[Folders],
    ) -> WhatIfOut:
        """List every agreement, flow and client that a change would touch. Nothing is changed."""
        with db.read() as reading:
            found = actions.what_if(
                reading,
                data.change.intent(),
                on=data.on,
                after=data.cursor,
                limit=data.limit,
                caller=caller,
                now=clock.now(),
                policies=policies,
                folders=folders,
            )
            return _answer(found)

    @post("/questions", status_code=200, sync_to_thread=True)
    def simulate(
        self,
        data: JSONBody[SimulateIn],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        folders: NamedDependency[Folders],
    ) -> SimulatedOut:
        """Try a draft, a withdrawal or a change of law on what one's organisation asks; change nothing."""
        with db.read() as reading:
            found = simulate(
                reading,
                data.intent(),
                caller=caller,
                now=clock.now(),
                policies=policies,
                folders=folders,
            )
        return SimulatedOut(
            log_size=found.log_size,
            tried=found.tried,
            changed=[_changed(one) for one in found.changed],
            left_out=found.left_out,
        )

    @get("/questions", sync_to_thread=True)
    def list_questions(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> StoredQuestionsOut:
        """List what one's organisation's partner systems ask, in codes, and how often."""
        with db.read() as reading:
            rows = stored_questions(reading, caller=caller, now=clock.now(), policies=policies)
        return StoredQuestionsOut(
            results=[
                StoredQuestionOut(
                    question=row.question, count=row.times, first_on=row.first_on, last_on=row.last_on
                )
                for row in rows
            ]
        )


def _changed(one: Changed) -> ChangedAnswerOut:
    return ChangedAnswerOut(
        question=dict(one.question),
        count=one.count,
        before=_decided(one.before),
        after=_decided(one.after),
        en=one.why.en,
        cy=one.why.cy,
    )


def _decided(decision: Decision) -> DecidedOut:
    flow = decision.flow
    return DecidedOut(
        outcome=decision.outcome,
        permitted=decision.permitted,
        ref=flow.ref if flow else None,
        flow=flow.flow if flow else None,
    )


def _answer(found: Foreseen) -> WhatIfOut:
    return WhatIfOut(
        on=found.on,
        log_size=found.log_size,
        looked_at=found.looked_at,
        agreements=[_agreement(one) for one in found.agreements],
        clients=[
            ClientOut(client_id=row.client_id, organisation=row.organisation, mode=row.mode)
            for row in found.clients
        ],
        next=found.next,
    )


def _agreement(one: AgreementEffect) -> AgreementEffectOut:
    return AgreementEffectOut(
        ref=one.version.ref,
        version=one.version.number,
        status=one.version.status.value,
        flows=[_flow(found) for found in one.flows],
    )


def _flow(found: FlowEffect) -> FlowEffectOut:
    return FlowEffectOut(
        id=found.flow.id,
        state=found.state.value,
        protective=found.flow.protective,
        effect=found.effect,
        stops_now=found.stops_now,
        how=[_turn(turn) for turn in found.how],
    )


def _turn(turn: Turn) -> TurnOut:
    said = turn.said
    return TurnOut(
        rule=said.rule,
        severity=said.severity,
        stage=turn.stage,
        pointer=said.pointer,
        becomes=turn.becomes,
        en=said.en,
        cy=said.cy,
        cite=said.cite,
    )
