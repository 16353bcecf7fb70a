"""Templates: published by a body, localised by many, each told what differs and whether it is behind."""

import json
from typing import Any

import pytest

from registry.agreements.actions.change import Changed
from registry.agreements.rules import MayNot, NoSuchAgreement
from registry.callers import Caller
from registry.templates import actions
from registry.templates.actions import Localised, Published
from registry.templates.rules import NoSuchTemplate, NotLocalised
from registry.templates.schemas import FollowIn, FromAgreementIn, LocaliseIn, TemplateIn
from registry.web.body import InvalidFields
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, basis, flow, item, terms
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DAYS = {"starts_on": "2027-01-01", "expires_on": "2028-12-31", "review_on": "2028-01-01"}
GOVERNANCE = terms().get("governance", {}) | {"liability": "Each body bears its own."}
TAKEN = {"county": LANCASHIRE, "district": BLACKPOOL}


def template(**changes: Any) -> dict[str, Any]:
    """Figures about empty homes from a county to a district, and where there is one to a trust."""
    named = {LANCASHIRE: "slot:county", BLACKPOOL: "slot:district", TRUST: "slot:trust"}
    said = terms(
        parties=[{"organisation": body, "roles": ["controller"]} for body in named],
        items=[item(), item(id="i2", code="homes-in-use")],
        flows=[flow(), flow(id="f2", to=TRUST, items=["i2"], bases=[basis(LANCASHIRE), basis(TRUST)])],
    )
    said = {name: value for name, value in said.items() if not name.endswith("_on")} | changes
    text = json.dumps(said)
    for body, slot in named.items():
        text = text.replace(body, slot)
    return {
        "schema": "template/1",
        "title": {"en": "Empty homes", "cy": "Cartrefi gwag"},
        "pattern": "empty-homes",
        "slots": [
            {"id": "county", "title": {"en": "County", "cy": "Sir"}},
            {"id": "district", "title": {"en": "District", "cy": "Dosbarth"}},
            {"id": "trust", "title": {"en": "Trust", "cy": "Ymddiriedolaeth"}, "optional": True},
        ],
        "terms": json.loads(text),
    }


def body(document: dict[str, Any]) -> TemplateIn:
    return TemplateIn.model_validate_json(json.dumps({"template": document}))


def publish(desk: Desk, by: Caller | None = None, **changes: Any) -> Published:
    with desk.db.write() as tx:
        return actions.publish(
            tx, body(template(**changes)), caller=by or desk.officer(), now=desk.now, policies=POLICIES
        )


def publish_next(desk: Desk, made: Published, by: Caller | None = None, **changes: Any) -> Published:
    with desk.db.write() as tx:
        return actions.publish_version(
            tx,
            made.id,
            body(template(**changes)),
            caller=by or desk.officer(),
            now=desk.now,
            policies=POLICIES,
        )


def localise(desk: Desk, made: Published, by: Caller | None = None, **given: Any) -> Changed:
    wanted = LocaliseIn.model_validate_json(json.dumps({"parties": TAKEN} | DAYS | given))
    return desk.do(actions.localise, made.id, wanted, by=by or desk.officer())


def localisation(desk: Desk, ref: str, by: Caller | None = None) -> Localised:
    with desk.db.read() as reading:
        return actions.localisation(
            reading, ref, caller=by or desk.officer(), now=desk.now, policies=POLICIES
        )


def faults(refused: pytest.ExceptionInfo[InvalidFields]) -> list[tuple[str, str]]:
    return sorted((error.pointer, error.code) for error in refused.value.errors)


def test_a_template_is_published_and_found_in_the_library(desk: Desk) -> None:
    made = publish(desk)
    reader = desk.cast(TRUST, "auditor")
    with desk.db.read() as reading:
        (line,) = actions.list_templates(
            reading, after="", limit=10, caller=reader, now=desk.now, policies=POLICIES
        )
        row, _ = actions.read_template(reading, made.id, None, caller=reader, now=desk.now, policies=POLICIES)
    assert (line.template, line.title_cy, line.organisation) == (made.id, "Cartrefi gwag", LANCASHIRE)
    assert (row.hash, row.number) == (made.hash, 1)
    assert [event.type for event in desk.events(made.log_index)] == ["template.published"]


def test_officers_publish_for_their_own_body(desk: Desk) -> None:
    with pytest.raises(MayNot):
        publish(desk, by=desk.cast(LANCASHIRE, "signatory"))
    made = publish(desk)
    with pytest.raises(MayNot):
        publish_next(desk, made, by=desk.cast(BLACKPOOL, "ig_officer"))


def test_a_template_that_could_never_become_terms_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidFields) as refused:
        publish(desk, kind="treaty", starts_on="2027-01-01")
    assert faults(refused) == [("/template/terms/kind", "not-a-choice")]
    with pytest.raises(InvalidFields) as refused:
        publish(desk, starts_on="2027-01-01", items=[item(category="gossip"), item(id="i2")])
    assert faults(refused) == [
        ("/template/terms/items/0/category", "unknown-code"),
        ("/template/terms/starts_on", "unknown"),
    ]


def test_a_localised_draft_has_bodies_in_the_places_and_its_own_days(desk: Desk) -> None:
    made = localise(desk, publish(desk))
    version = desk.read(made.ref).version
    assert made.status == "draft"
    assert version.parties == {LANCASHIRE, BLACKPOOL}
    assert version.starts_on.isoformat() == DAYS["starts_on"]
    assert [flow.id for flow in version.terms.flows] == ["f1"]
    assert [one.id for one in version.terms.items] == ["i1"]


def test_an_optional_place_may_be_taken(desk: Desk) -> None:
    made = localise(desk, publish(desk), parties=TAKEN | {"trust": TRUST})
    assert desk.read(made.ref).version.parties == {LANCASHIRE, BLACKPOOL, TRUST}


def test_places_must_be_known_and_taken(desk: Desk) -> None:
    made = publish(desk)
    with pytest.raises(InvalidFields) as refused:
        localise(desk, made, parties={"county": LANCASHIRE, "parish": BLACKPOOL})
    assert faults(refused) == [("/parties", "slot-missing"), ("/parties/parish", "unknown-slot")]


def test_a_localised_draft_is_one_s_own_body_s(desk: Desk) -> None:
    made = publish(desk)
    with pytest.raises(InvalidFields):
        localise(desk, made, by=desk.cast(POLICE, "ig_officer"))
    assert localise(desk, made, by=desk.cast(BLACKPOOL, "ig_officer")).status == "draft"


def test_what_differs_from_the_template_is_one_s_own_delta(desk: Desk) -> None:
    made = localise(desk, publish(desk))
    assert localisation(desk, made.ref).own == []
    changed = desk.read(made.ref).terms | {"marking": "OFFICIAL-SENSITIVE"}
    desk.edit(made.ref, **changed)
    found = localisation(desk, made.ref)
    assert [one.pointer for one in found.own] == ["/marking"]
    assert (found.row.number, found.latest, found.behind) == (1, 1, [])


def test_every_localisation_sees_what_the_template_changed(desk: Desk) -> None:
    made = publish(desk)
    ours, theirs = localise(desk, made), localise(desk, made, by=desk.cast(BLACKPOOL, "ig_officer"))
    newer = publish_next(desk, made, governance=GOVERNANCE)
    assert newer.version == 2
    for ref in (ours.ref, theirs.ref):
        found = localisation(desk, ref)
        assert (found.row.number, found.latest) == (1, 2)
        assert [one.pointer for one in found.behind] == ["/governance/liability"]
        assert found.own == []


def test_an_agreement_that_has_taken_the_changes_over_is_behind_no_more(desk: Desk) -> None:
    made = publish(desk)
    ours = localise(desk, made)
    publish_next(desk, made, governance=GOVERNANCE)
    desk.edit(ours.ref, **desk.read(ours.ref).terms | {"governance": GOVERNANCE})
    size = desk.size()
    with desk.db.write() as tx:
        actions.follow(
            tx, ours.ref, FollowIn(version=2), caller=desk.officer(), now=desk.now, policies=POLICIES
        )
    found = localisation(desk, ours.ref)
    assert (found.row.number, found.own, found.behind) == (2, [], [])
    assert [event.type for event in desk.events(size)] == ["template.followed"]


def test_only_the_author_s_officers_say_what_it_follows(desk: Desk) -> None:
    ours = localise(desk, publish(desk))
    with pytest.raises(MayNot), desk.db.write() as tx:
        actions.follow(
            tx,
            ours.ref,
            FollowIn(version=1),
            caller=desk.cast(BLACKPOOL, "ig_officer"),
            now=desk.now,
            policies=POLICIES,
        )
    with pytest.raises(NoSuchTemplate), desk.db.write() as tx:
        actions.follow(
            tx, ours.ref, FollowIn(version=2), caller=desk.officer(), now=desk.now, policies=POLICIES
        )


def test_a_template_is_made_of_an_agreement(desk: Desk) -> None:
    accord = desk.active()
    slots = [
        {"id": slot, "title": {"en": slot, "cy": slot}, "organisation": taken}
        for slot, taken in TAKEN.items()
    ]
    wanted = {"ref": accord.ref, "pattern": "empty-homes", "title": {"en": "Homes"}, "slots": slots}
    with desk.db.write() as tx:
        made = actions.publish_from(
            tx,
            FromAgreementIn.model_validate_json(json.dumps(wanted)),
            caller=desk.officer(),
            now=desk.now,
            policies=POLICIES,
        )
    ours = localise(
        desk, made, parties={"county": TRUST, "district": BLACKPOOL}, by=desk.cast(TRUST, "ig_officer")
    )
    assert desk.read(ours.ref, by=desk.cast(TRUST, "ig_officer")).version.terms.flows[0].from_ == TRUST


def test_what_was_made_from_no_template_says_so(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(NotLocalised):
        localisation(desk, made.ref)
    with pytest.raises(NoSuchTemplate):
        localise(desk, Published("TPL-NONE", 1, "", 0, 0))
    ours = localise(desk, publish(desk))
    with pytest.raises(NoSuchAgreement):
        localisation(desk, ours.ref, by=desk.cast(TRUST, "ig_officer"))
