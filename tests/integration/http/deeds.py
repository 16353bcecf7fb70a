"""Every write operation of the API: who does it, to a thing in which stage, and a body that is right.

A test compares this table with the application's own routes, so that a new route cannot be forgotten here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from registry import clock
from registry.agreements.actions import daily_pass
from registry.callers import Caller
from registry.policy import overlay_digest
from tests.integration.http.world import Json, World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, terms
from tests.samples.assessments import dpia, ethics, risk

AGREEMENT, DPIA, ETHICS = "/api/v1/agreements", "/api/v1/dpias", "/api/v1/ethics-assessments"
ONE = {AGREEMENT: "/{ref}", DPIA: "/{identifier}", ETHICS: "/{identifier}"}


@dataclass(frozen=True)
class Thing:
    """Something in the register, as its last answer left it."""

    id: str
    etag: str
    hash: str
    version: int = 1


NOTHING = Thing("", "", "")


@dataclass(frozen=True)
class Deed:
    """One write operation. `wrong_stage` is one in which it is not allowed; None where none is."""

    route: str
    stage: str
    body: Callable[[World, Thing], Json] | None
    role: str = "ig_officer"
    organisation: str = LANCASHIRE
    second: bool = False
    wrong_stage: str | None = None
    match: str = "no"
    """Whether `If-Match` is not looked at, honoured when it is sent, or required: no, honoured, required."""

    lenient: bool = False
    """Whether every member of the body may be left out: a document only begun, a scope with a default."""

    @property
    def on_a_thing(self) -> bool:
        """Whether it is done to something that is there, rather than making it."""
        return "{" in self.route

    @property
    def takes_nothing(self) -> bool:
        """Whether `{}` is a right body."""
        return self.body is None or self.lenient

    @property
    def method(self) -> str:
        return self.route.split()[0]

    def caller(self, world: World) -> Caller:
        return world.cast(self.organisation, self.role, second=self.second)

    def path(self, thing: Thing | None = None) -> str:
        path = self.route.split()[1]
        return path.replace("{ref}", thing.id).replace("{identifier}", thing.id) if thing else path

    def content(self, world: World, thing: Thing) -> Json:
        return self.body(world, thing) if self.body else {}

    def needs(self, thing: Thing) -> dict[str, str | None]:
        """The headers without which it is not looked at."""
        return {"if-match": thing.etag} if self.match == "required" else {}


def stage(world: World, name: str) -> Thing:
    """A thing in a stage, the same one each time. Tests that change it take a `fresh` one."""
    if name not in world.things:
        world.things[name] = fresh(world, name)
    found: Thing = world.things[name]
    return found


def fresh(world: World, name: str) -> Thing:
    """A new thing in a stage, brought there by the deeds that lead to it."""
    if name == "agreement under_review":
        return _under_review(world)
    if name == "nothing":
        return NOTHING
    if name == "overlay laid":
        return _laid(world)
    before, deeds, changes = STAGES[name]
    thing = fresh(world, before)
    for deed in deeds:
        thing = do(world, deed, thing, changes)
    return thing


def do(world: World, deed: Deed, thing: Thing, changes: Json | None = None) -> Thing:
    """Do a deed, which must succeed."""
    body = deed.content(world, thing)
    if changes:
        body = {"terms": body["terms"] | changes} if "terms" in body else body | changes
    answer = world.send(deed.method, deed.path(thing), deed.caller(world), body, headers=deed.needs(thing))
    assert answer.status_code in (200, 201), (deed.route, answer.text)
    said = answer.json()
    identifier = said.get("ref") or said.get("id") or said["digest"]
    return Thing(identifier, answer.headers.get("etag", ""), said.get("hash", ""), said.get("version", 1))


def _under_review(world: World) -> Thing:
    today = clock.london_day(clock.now())
    near = {"review_on": (today + timedelta(days=30)).isoformat()}
    thing = do(world, CREATE, NOTHING, near)
    for deed in (SUBMIT, REVIEW, SIGN, COUNTERSIGN):
        thing = do(world, deed, thing)
    daily_pass(world.db, world.policies, clock.now(), limit=1000)
    return replace(thing, etag="")


def sample_terms(world: World, thing: Thing) -> Json:
    today = clock.london_day(clock.now())
    return {
        "terms": terms(
            starts_on=today.isoformat(),
            review_on=(today + timedelta(days=350)).isoformat(),
            expires_on=(today + timedelta(days=700)).isoformat(),
        )
    }


def other_terms(world: World, thing: Thing) -> Json:
    body = sample_terms(world, thing)
    return {"terms": body["terms"] | {"marking": "OFFICIAL-SENSITIVE"}}


def sample_dpia(world: World, thing: Thing) -> Json:
    return dpia(covers=[stage(world, "agreement draft").id], scope=SCOPE)


def sample_ethics(world: World, thing: Thing) -> Json:
    return ethics(covers=[stage(world, "agreement draft").id], scope=SCOPE)


def _laid(world: World) -> Thing:
    """Entries of law that nobody has seen before, in the deployment's own folder."""
    path = world.overlay / "law" / "purposes.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "cy_status: draft\nreviewed_on: 2026-01-01\nreview_due: 2099-01-01\nmark: own\nentries:\n"
    path.write_text(f"{head}  - {{code: own-{uuid4().hex}, en: Our own, cy: Ein heiddo}}\n", encoding="utf-8")
    return Thing(overlay_digest(world.overlay), "", "")


def law_that_lies_there(world: World, thing: Thing) -> Json:
    return {"digest": overlay_digest(world.overlay)}


def signature(organisation: str, world: World, thing: Thing) -> Json:
    return {
        "organisation": organisation,
        "role": "signatory",
        "version": thing.version,
        "hash": thing.hash,
        "decision": "sign",
        "reason": "As agreed.",
    }


def attestation(world: World, thing: Thing) -> Json:
    return {
        "hash": thing.hash,
        "pdf": "sha256:" + "0" * 64,
        "signatures": [{"organisation": body, "signed_on": "2026-01-31"} for body in (LANCASHIRE, BLACKPOOL)],
    }


def says(**body: Any) -> Callable[[World, Thing], Json]:
    """A body that is the same for every thing."""
    return lambda world, thing: body


SCOPE = {"categories": ["housing"], "purposes": ["statistics"], "parties": [LANCASHIRE, BLACKPOOL]}
HIGH = [
    risk(residual_likelihood="probable", residual_severity="severe"),
    risk(id="r2", code="not-sharing", source="A child is harmed unseen."),
]
ADVICE = says(advice="support", text="As discussed.")
DECISION = says(
    decision="approve_with_conditions",
    reason="The risk is acceptable.",
    conditions=[{"text": "Look again.", "owner": "Head of housing", "due_on": "2099-01-01"}],
)
CONSULTATION = says(
    reference="ICO-1", submitted_on="2026-01-01", replied_on="2026-02-01", outcome="cleared", text="Go on."
)


def _agreement(act: str, stage: str, **more: Any) -> Deed:
    return Deed(f"POST {AGREEMENT}/{{ref}}/{act}", f"agreement {stage}", **more)


def _assessment(home: str, act: str, stage: str, **more: Any) -> Deed:
    kind = "dpia" if home == DPIA else "ethics"
    more["wrong_stage"] = f"{kind} {more['wrong_stage']}"
    return Deed(f"POST {home}{ONE[home]}/{act}", f"{kind} {stage}", match="honoured", **more)


CREATE = Deed(f"POST {AGREEMENT}", "nothing", sample_terms)
SUBMIT = _agreement("submit", "draft", body=None, wrong_stage="agreement active", match="honoured")
REVIEW = _agreement(
    "qa-review",
    "in_review",
    body=says(outcome="accept", comments=[{"pointer": "/title", "text": "Good."}]),
    second=True,
    wrong_stage="agreement draft",
    match="honoured",
)
SIGN = _agreement(
    "sign",
    "ready",
    body=partial(signature, LANCASHIRE),
    role="signatory",
    wrong_stage="agreement draft",
)
COUNTERSIGN = replace(SIGN, body=partial(signature, BLACKPOOL), organisation=BLACKPOOL)
SUSPEND = _agreement(
    "suspend",
    "active",
    body=says(scope={"organisation": LANCASHIRE}, reason="A breach."),
    role="dpo",
    wrong_stage="agreement draft",
    match="honoured",
)
CREATE_DPIA = Deed(f"POST {DPIA}", "nothing", sample_dpia, lenient=True)
CREATE_ETHICS = Deed(f"POST {ETHICS}", "nothing", sample_ethics, lenient=True)
PROPOSE_LAW = Deed(
    "POST /api/v1/vocabulary/overlay/propose", "overlay laid", law_that_lies_there, role="admin"
)

DEEDS: tuple[Deed, ...] = (
    CREATE,
    Deed(
        f"PUT {AGREEMENT}/{{ref}}/draft",
        "agreement draft",
        sample_terms,
        wrong_stage="agreement active",
        match="required",
    ),
    SUBMIT,
    REVIEW,
    SIGN,
    SUSPEND,
    _agreement(
        "resume",
        "suspended",
        body=says(scope={"all": True}, reason="It is over."),
        lenient=True,
        role="dpo",
        wrong_stage="agreement active",
        match="honoured",
    ),
    _agreement("amend", "active", body=other_terms, wrong_stage="agreement draft", match="honoured"),
    _agreement(
        "confirm",
        "under_review",
        body=says(next_review_on="2028-01-01", reason="Nothing changed."),
        wrong_stage="agreement active",
        match="honoured",
    ),
    _agreement(
        "terminate",
        "active",
        body=says(reason="Not needed any more."),
        role="siro",
        wrong_stage="agreement draft",
        match="honoured",
    ),
    _agreement(
        "withdraw",
        "draft",
        body=says(reason="Not needed."),
        wrong_stage="agreement active",
        match="honoured",
    ),
    _agreement("attest", "draft", body=attestation, wrong_stage="agreement active"),
    CREATE_DPIA,
    CREATE_ETHICS,
    Deed(
        f"PUT {DPIA}/{{identifier}}",
        "dpia draft",
        sample_dpia,
        wrong_stage="dpia approved",
        match="required",
        lenient=True,
    ),
    Deed(
        f"PUT {ETHICS}/{{identifier}}",
        "ethics draft",
        sample_ethics,
        wrong_stage="ethics approved",
        match="required",
        lenient=True,
    ),
    _assessment(DPIA, "submit", "draft", body=None, wrong_stage="approved"),
    _assessment(ETHICS, "submit", "draft", body=None, wrong_stage="approved"),
    _assessment(DPIA, "advice", "submitted", body=ADVICE, role="dpo", wrong_stage="draft"),
    _assessment(ETHICS, "panel-advice", "submitted", body=ADVICE, role="ethics_lead", wrong_stage="draft"),
    _assessment(DPIA, "regulator-consultation", "high", body=CONSULTATION, role="dpo", wrong_stage="draft"),
    _assessment(DPIA, "decide", "advised", body=DECISION, role="siro", wrong_stage="draft"),
    _assessment(ETHICS, "decide", "advised", body=DECISION, role="siro", wrong_stage="draft"),
    _assessment(DPIA, "revoke", "approved", body=says(reason="New facts."), role="siro", wrong_stage="draft"),
    _assessment(
        ETHICS, "revoke", "approved", body=says(reason="New facts."), role="siro", wrong_stage="draft"
    ),
    PROPOSE_LAW,
    replace(
        PROPOSE_LAW,
        route="POST /api/v1/vocabulary/overlay/approve",
        stage="overlay proposed",
        role="operator",
    ),
    *(
        _assessment(
            home,
            "adopt",
            "approved",
            body=says(organisation=BLACKPOOL),
            role="siro",
            organisation=BLACKPOOL,
            wrong_stage="draft",
        )
        for home in (DPIA, ETHICS)
    ),
)
BY_ROUTE = {deed.route: deed for deed in DEEDS}

STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "agreement draft": ("nothing", (CREATE,), None),
    "agreement in_review": ("agreement draft", (SUBMIT,), None),
    "agreement ready": ("agreement in_review", (REVIEW,), None),
    "agreement active": ("agreement ready", (SIGN, COUNTERSIGN), None),
    "agreement suspended": ("agreement active", (SUSPEND,), None),
    "agreement withdrawn": ("agreement draft", (BY_ROUTE[f"POST {AGREEMENT}/{{ref}}/withdraw"],), None),
    "dpia draft": ("nothing", (CREATE_DPIA,), None),
    "dpia submitted": ("dpia draft", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/submit"],), None),
    "dpia advised": ("dpia submitted", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/advice"],), None),
    "dpia approved": ("dpia advised", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/decide"],), None),
    "dpia draft of high risk": ("nothing", (CREATE_DPIA,), {"risks": HIGH}),
    "dpia high": (
        "dpia draft of high risk",
        tuple(BY_ROUTE[f"POST {DPIA}/{{identifier}}/{act}"] for act in ("submit", "advice")),
        None,
    ),
    "overlay proposed": ("overlay laid", (PROPOSE_LAW,), None),
    "ethics draft": ("nothing", (CREATE_ETHICS,), None),
    "ethics submitted": ("ethics draft", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/submit"],), None),
    "ethics advised": ("ethics submitted", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/panel-advice"],), None),
    "ethics approved": ("ethics advised", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/decide"],), None),
}
"""How a thing comes to a stage: from which one, by which deeds, with which changes to their bodies."""
