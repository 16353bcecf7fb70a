"""From the terms to rows: what is searched, what is indexed, organisations under their primary names."""

import json
from typing import Any

from registry.agreements.projections import columns_of, flow_spec, mentioned, parse, resolved, rows_of
from registry.agreements.tables import AgreementFlow, AgreementParty, AgreementTopic
from registry.agreements.terms import Terms
from registry.web.documents import canonical
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, TRUST, basis, flow, item, terms

ALIAS = "orgid:GB-LAE-LAN"


def read(**changes: Any) -> Terms:
    return Terms.model_validate_json(json.dumps(terms(**changes)))


def aliased() -> Terms:
    """Terms that name Lancashire by another identifier wherever they name it."""
    return read(
        parties=[{"organisation": one, "roles": ["controller"]} for one in (ALIAS, BLACKPOOL)],
        flows=[flow(**{"from": ALIAS, "bases": [basis(ALIAS)], "onward_recipients": [POLICE]})],
        transparency={"privacy_notices": {ALIAS: "https://council.test/privacy"}},
    )


def test_frozen_bytes_are_read_back_as_the_terms() -> None:
    assert parse(canonical(read())) == read()


def test_every_body_a_text_names_is_mentioned() -> None:
    assert mentioned(aliased()) == {ALIAS, BLACKPOOL, POLICE}


def test_a_text_is_resolved_wherever_it_names_a_body() -> None:
    found = resolved(aliased(), {ALIAS: LANCASHIRE, BLACKPOOL: BLACKPOOL})
    assert mentioned(found) == {LANCASHIRE, BLACKPOOL, POLICE}
    assert (found.flows[0].bases[0].party, set(found.transparency.privacy_notices)) == (
        LANCASHIRE,
        {LANCASHIRE},
    )


def test_a_text_in_primary_names_is_left_as_it_is() -> None:
    document = read()
    assert resolved(document, {LANCASHIRE: LANCASHIRE, BLACKPOOL: BLACKPOOL}) is document


def test_the_columns_repeat_what_the_text_says() -> None:
    columns = columns_of(read(publication="summary"))
    assert (columns["publication"], columns["title_cy"]) == ("summary", "Ffigurau cartrefi gwag")
    assert columns["starts_on"] == TODAY


def test_a_party_row_says_whether_it_decides() -> None:
    parties = [*terms()["parties"], {"organisation": TRUST, "roles": ["processor"]}]
    rows = rows_of("v1", "ISA-1", read(parties=parties))[AgreementParty]
    assert {row["organisation"]: row["is_controller"] for row in rows} == {
        LANCASHIRE: True,
        BLACKPOOL: True,
        TRUST: False,
    }


def test_topics_are_each_purpose_and_category_once() -> None:
    items = [item(), item(id="i2"), item(id="i3", category="education")]
    flows = [flow(purposes=["statistics"]), flow(id="f2", purposes=["early-help", "statistics"])]
    rows = rows_of("v1", "ISA-1", read(items=items, flows=flows))[AgreementTopic]
    assert sorted((row["kind"], row["code"]) for row in rows) == [
        ("category", "education"),
        ("category", "housing"),
        ("purpose", "early-help"),
        ("purpose", "statistics"),
    ]


def test_a_flow_row_waits_for_its_controllers() -> None:
    rows = rows_of("v1", "ISA-1", read(flows=[flow(), flow(id="f2", automation="matching")]))[AgreementFlow]
    assert [(row["flow"], row["position"], row["state"]) for row in rows] == [
        ("f1", 0, "waiting"),
        ("f2", 1, "waiting"),
    ]
    assert [row["watched"] for row in rows] == [False, True]
    assert rows[0]["awaiting"] == [LANCASHIRE, BLACKPOOL]


def test_a_flow_of_facial_images_is_watched() -> None:
    rows = rows_of("v1", "ISA-1", read(flows=[flow(biometrics="facial-live")]))[AgreementFlow]
    assert rows[0]["watched"] is True


def test_the_index_is_told_the_disclosers_regimes_alone() -> None:
    part3 = {"party": BLACKPOOL, "regime": "law-enforcement", "s35": "necessary"}
    document = read(flows=[flow(bases=[basis(LANCASHIRE), basis(LANCASHIRE, art6="c"), part3])])
    assert flow_spec(document, 0)["regimes"] == ["uk-gdpr"]


def test_the_index_is_told_items_by_code_not_by_local_id() -> None:
    assert flow_spec(read(), 0)["items"] == [["empty-homes-count", "housing", "aggregate"]]
