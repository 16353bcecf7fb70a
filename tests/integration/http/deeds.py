"""Every write operation of the API: who does it, to a thing in which stage, and a body that is right.

A test compares this table with the application's own routes, so that a new route cannot be forgotten here.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from registry import clock
from registry.agreements.actions import daily_pass
from registry.policy import overlay_digest
from tests.integration.exchange.registers import as_csv, row
from tests.integration.http.asking_deeds import ASKING_DEEDS, ASKING_STAGES, system_of_another
from tests.integration.http.assessment_deeds import (
    ASSESSMENT_DEEDS,
    ASSESSMENT_STAGES,
    DPIA,
    ETHICS,
    HIGH,
)
from tests.integration.http.deed import NOTHING, Deed, Thing, do, says
from tests.integration.http.opening_deeds import OPENING_DEEDS, OPENING_STAGES
from tests.integration.http.passkey_deeds import PASSKEY_DEEDS, PASSKEY_THINGS
from tests.integration.http.receipt_stages import rooted
from tests.integration.http.record_deeds import MADE, RECORD_DEEDS, RECORD_STAGES
from tests.integration.http.request_deeds import REQUEST_DEEDS
from tests.integration.http.template_deeds import TEMPLATE_DEEDS, TEMPLATE_STAGES
from tests.integration.http.webhook_deeds import WEBHOOK_DEEDS, WEBHOOK_STAGES, WEBHOOK_THINGS
from tests.integration.http.world import Json, World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, basis, flow, terms
from tests.samples.assessments import dpia, ethics

PERSON, DELEGATION, SUCCESSION = "/api/v1/people", "/api/v1/delegations", "/api/v1/successions"
AGREEMENT = "/api/v1/agreements"
IMPORTS = "/api/v1/imports"


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
    if name == "import sent":
        return _sent(world)
    if name in FOUND:
        return FOUND[name](world)
    if name in MADE:
        before, make = MADE[name]
        return make(world, fresh(world, before))
    before, deeds, changes = STAGES[name]
    thing = fresh(world, before)
    for deed in deeds:
        thing = do(world, deed, thing, changes)
    return thing


def _under_review(world: World) -> Thing:
    today = clock.london_day(clock.now())
    near = {"review_on": (today + timedelta(days=30)).isoformat()}
    thing = do(world, CREATE, NOTHING, near)
    for deed in (SUBMIT, REVIEW, SIGN, COUNTERSIGN):
        thing = do(world, deed, thing)
    daily_pass(world.db, world.policies, clock.now(), limit=1000)
    return replace(thing, etag="")


def _shared(world: World) -> Thing:
    person = fresh(world, "person")
    do(world, SHARE_AUTHORITY, person)
    return person


def _sent(world: World) -> Thing:
    answer = world.send(
        "POST",
        "/api/v1/imports",
        world.cast(LANCASHIRE, "ig_officer"),
        raw=as_csv(row()),
        headers={"content-type": "text/csv"},
    )
    assert answer.status_code == 201, answer.text
    return Thing(answer.json()["id"], "", "")


def columns_of_import(world: World, thing: Thing) -> Json:
    answer = world.send("GET", f"{IMPORTS}/{thing.id}", world.cast(LANCASHIRE, "ig_officer"))
    return {one["field"]: one["column"] for one in answer.json()["columns"] if one["field"]}


def loading(world: World, thing: Thing) -> Json:
    return {"mapping": columns_of_import(world, thing), "load_as": "attested"}


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


def sample_accession(world: World, thing: Thing) -> Json:
    joins = flow(id="f9", to=POLICE, bases=[basis(LANCASHIRE), basis(POLICE)])
    return {"party": {"organisation": POLICE, "roles": ["controller"]}, "flows": [joins]}


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


def newcomer(world: World, thing: Thing) -> Json:
    return {
        "username": thing.id,
        "name": "New Colleague",
        "email": f"{thing.id}@body.test",
        "password": "correct horse battery",
    }


def _auditor(world: World) -> Thing:
    """Someone who holds one role at the county, which nobody relies on."""
    thing = fresh(world, "person")
    do(world, GIVE_ROLE, thing)
    return thing


SCOPE = {"categories": ["housing"], "purposes": ["statistics"], "parties": [LANCASHIRE, BLACKPOOL]}


def _agreement(act: str, stage: str, **more: Any) -> Deed:
    return Deed(f"POST {AGREEMENT}/{{ref}}/{act}", f"agreement {stage}", **more)


def _person(act: str, stage: str, **more: Any) -> Deed:
    return Deed(f"POST {PERSON}/{{identifier}}/{act}", stage, **{"role": "admin", **more})


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

FAR = "2099-01-01"
LENDING = says(role="signatory", kinds=["dda"], max_risk="high", starts_on="2026-01-01", ends_on=FAR)
GIVE_ROLE = _person("roles", "person", body=says(role="auditor"))
LEND = _person("delegations", "person", body=LENDING, role="siro")
ORDER = says(
    kind="abolish",
    predecessors=[LANCASHIRE],
    heir=BLACKPOOL,
    shares=[],
    citation="SI 2098/1, article 3",
    effective_on=FAR,
)
PROPOSE_ORDER = Deed(f"POST {SUCCESSION}", "nothing", ORDER, role="siro")
SHARE_AUTHORITY = _person("shared-authority", "person", body=says(organisation=TRUST))
PEOPLE_DEEDS = (
    Deed(f"POST {PERSON}", "newcomer", newcomer, role="admin"),
    GIVE_ROLE,
    _person("roles/end", "auditor", body=says(role="auditor")),
    LEND,
    SHARE_AUTHORITY,
    _person("shared-authority/end", "authority shared", body=says(organisation=TRUST)),
    _person(
        "training",
        "person",
        body=says(role="dpo", course="dpo-course", completed_on="2026-01-01", expires_on=FAR),
    ),
    _person("leave", "auditor", body=says(hand_over_to=None), lenient=True),
    Deed(f"POST {DELEGATION}/{{identifier}}/agree", "delegation pending", None, role="admin"),
    Deed(f"POST {DELEGATION}/{{identifier}}/end", "delegation pending", None, role="admin"),
    Deed(
        "POST /api/v1/organisations/{identifier}/assurances",
        "organisation",
        says(
            kind="dspt",
            level="standards-met",
            reference="8A1",
            evidence="The toolkit's register",
            expires_on=FAR,
        ),
    ),
    PROPOSE_ORDER,
    Deed(f"POST {SUCCESSION}/{{identifier}}/confirm", "order", None, role="admin"),
)

CALENDARS = "/api/v1/calendar-addresses"
OPEN_CALENDAR = Deed(f"POST {CALENDARS}", "nothing", None)
REVOKE_CALENDAR = Deed(
    f"POST {CALENDARS}/{{identifier}}/revoke", "calendar", None, wrong_stage="calendar revoked"
)
DEEDS: tuple[Deed, ...] = (
    *PEOPLE_DEEDS,
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
        body=says(
            **{
                "achieved": "yes",
                "evidence": "Homes were found.",
                "helped_or_harmed": "Families were helped.",
                "continue": True,
                "next_review_on": "2028-01-01",
            }
        ),
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
        "review-now",
        "active",
        body=says(reason_code="law-change", reason="The Act was amended."),
        role="dpo",
        wrong_stage="agreement draft",
        match="honoured",
    ),
    _agreement("accede", "active", body=sample_accession, wrong_stage="agreement draft", match="honoured"),
    _agreement(
        "archive",
        "withdrawn",
        body=says(version=1),
        lenient=True,
        role="asset_owner",
        wrong_stage="agreement active",
        match="honoured",
    ),
    _agreement(
        "withdraw",
        "draft",
        body=says(reason="Not needed."),
        wrong_stage="agreement active",
        match="honoured",
    ),
    Deed(f"POST {IMPORTS}/{{identifier}}/load", "import sent", loading, wrong_stage="import loaded"),
    Deed(
        f"POST {IMPORTS}/{{identifier}}/attest",
        "import loaded",
        None,
        role="signatory",
        wrong_stage="import sent",
    ),
    Deed(
        f"POST {IMPORTS}/{{identifier}}/undo",
        "import loaded",
        says(reason="The wrong file."),
        wrong_stage="import sent",
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
    PROPOSE_LAW,
    replace(
        PROPOSE_LAW,
        route="POST /api/v1/vocabulary/overlay/approve",
        stage="overlay proposed",
        role="operator",
    ),
    *ASSESSMENT_DEEDS,
    *RECORD_DEEDS,
    *TEMPLATE_DEEDS,
    *REQUEST_DEEDS,
    *PASSKEY_DEEDS,
    *OPENING_DEEDS,
    *WEBHOOK_DEEDS,
    *ASKING_DEEDS,
    OPEN_CALENDAR,
    REVOKE_CALENDAR,
)
BY_ROUTE = {deed.route: deed for deed in DEEDS}

FOUND: dict[str, Callable[[World], Thing]] = {
    "auditor": _auditor,
    "authority shared": _shared,
    "colleague": lambda world: Thing(str(world.cast(LANCASHIRE, "ig_officer").person), "", ""),
    "newcomer": lambda world: Thing(f"n{uuid4().hex}", "", ""),
    "organisation": lambda world: Thing(LANCASHIRE, "", ""),
    "system of another": system_of_another,
    "receipt rooted": rooted,
    **PASSKEY_THINGS,
    **WEBHOOK_THINGS,
}
"""What is there without a deed of its own, or is known by another id than its last deed's."""

STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "import loaded": ("import sent", (BY_ROUTE[f"POST {IMPORTS}/{{identifier}}/load"],), None),
    "person": ("newcomer", (BY_ROUTE[f"POST {PERSON}"],), None),
    "delegation pending": ("person", (LEND,), None),
    "order": ("nothing", (PROPOSE_ORDER,), None),
    "agreement draft": ("nothing", (CREATE,), None),
    "agreement in_review": ("agreement draft", (SUBMIT,), None),
    "agreement ready": ("agreement in_review", (REVIEW,), None),
    "agreement active": ("agreement ready", (SIGN, COUNTERSIGN), None),
    "agreement suspended": ("agreement active", (SUSPEND,), None),
    "agreement withdrawn": ("agreement draft", (BY_ROUTE[f"POST {AGREEMENT}/{{ref}}/withdraw"],), None),
    "dpia draft": ("nothing", (CREATE_DPIA,), None),
    "dpia draft of high risk": ("nothing", (CREATE_DPIA,), {"risks": HIGH}),
    "overlay proposed": ("overlay laid", (PROPOSE_LAW,), None),
    "ethics draft": ("nothing", (CREATE_ETHICS,), None),
    **ASSESSMENT_STAGES,
    **RECORD_STAGES,
    **TEMPLATE_STAGES,
    **OPENING_STAGES,
    **WEBHOOK_STAGES,
    **ASKING_STAGES,
    "calendar": ("nothing", (OPEN_CALENDAR,), None),
    "calendar revoked": ("calendar", (REVOKE_CALENDAR,), None),
}
"""How a thing comes to a stage: from which one, by which deeds, with which changes to their bodies."""
