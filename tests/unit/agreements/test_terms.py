"""The terms document: what its form lets in, what it refuses and where, and its one spelling."""

import json
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, get_args

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.agreements import terms as module
from registry.agreements.terms import Basis, Flow, Terms
from registry.web.body import InvalidFields, MalformedJson, parse
from registry.web.documents import canonical, digest, salted
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, basis, flow, item, terms
from tests.samples.assessments import LAW

Change = dict[str, Any]
SALT = "c2l4dGVlbiByYW5kb20gIQ"


def read(**changes: Any) -> Terms:
    return parse(json.dumps(terms(**changes)).encode(), Terms)


def faults(**changes: Any) -> list[tuple[str, str]]:
    """The pointer and the code of each fault of the sample terms with these changes."""
    with pytest.raises(InvalidFields) as refused:
        read(**changes)
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_the_sample_is_read() -> None:
    assert read().flows[0].from_ == LANCASHIRE


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"items": [item(colour="red")]}, "/items/0/colour"),
        ({"flows": [flow(colour="red")]}, "/flows/0/colour"),
        ({"flows": [flow(bases=[basis(LANCASHIRE, colour="red")])]}, "/flows/0/bases/0/colour"),
        ({"security": {"colour": "red"}}, "/security/colour"),
    ],
)
def test_an_unknown_field_is_refused_wherever_it_is(changes: Change, pointer: str) -> None:
    assert faults(**changes) == [(pointer, "unknown")]


@pytest.mark.parametrize("name", ["title", "kind", "publication", "starts_on", "parties", "items", "flows"])
def test_a_missing_section_is_named(name: str) -> None:
    document = terms()
    del document[name]
    with pytest.raises(InvalidFields) as refused:
        parse(json.dumps(document).encode(), Terms)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(f"/{name}", "missing")]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"schema": "terms/2"}, "/schema", "not-a-choice"),
        ({"kind": "treaty"}, "/kind", "not-a-choice"),
        ({"publication": True}, "/publication", "not-a-choice"),
        ({"jurisdictions": ["F"]}, "/jurisdictions/0", "not-a-choice"),
        ({"jurisdictions": []}, "/jurisdictions", "too-short"),
        ({"starts_on": "22/11/2026"}, "/starts_on", "bad-form"),
        ({"starts_on": "2026-02-30"}, "/starts_on", "bad-form"),
        ({"starts_on": 20261122}, "/starts_on", "bad-form"),
        ({"starts_on": "1795305600"}, "/starts_on", "bad-form"),
        ({"starts_on": "20261122"}, "/starts_on", "bad-form"),
        ({"title": {"en": "", "cy": ""}}, "/title", "no-text"),
        ({"title": {"en": "x" * 20_001, "cy": ""}}, "/title/en", "too-long"),
        ({"items": [item(name="x" * 301)]}, "/items/0/name", "too-long"),
        ({"items": [item(special="no")]}, "/items/0/special", "wrong-type"),
        ({"items": [item(code="Upper")]}, "/items/0/code", "bad-form"),
        ({"items": [item(code="two~parts")]}, "/items/0/code", "bad-form"),
        ({"items": [item(id="1")]}, "/items/0/id", "bad-form"),
        ({"flows": [flow(actions=[])]}, "/flows/0/actions", "too-short"),
        ({"flows": [flow(actions=["steal"])]}, "/flows/0/actions/0", "not-a-choice"),
        ({"flows": [flow(gateways=["not a gateway"])]}, "/flows/0/gateways/0", "bad-form"),
        ({"salt": "short"}, "/salt", "bad-form"),
        ({"parties": [{"organisation": LANCASHIRE, "roles": ["controller"]}]}, "/parties", "too-short"),
        (
            {"rights": {"complaints_acknowledged_days": 31}},
            "/rights/complaints_acknowledged_days",
            "out-of-bounds",
        ),
    ],
)
def test_a_fault_of_form_is_named(changes: Change, pointer: str, code: str) -> None:
    assert (pointer, code) in faults(**changes)


@pytest.mark.parametrize(
    "identifier",
    [
        "E10000017",
        "GSS:E10000017",
        "gss:",
        "gss:E1000 0017",
        "gss:E10000017\n",
        ":E10000017",
        "gss:" + "E" * 41,
    ],
)
def test_a_bad_identifier_is_named(identifier: str) -> None:
    parties = [{"organisation": identifier, "roles": ["controller"]}, *terms()["parties"][1:]]
    assert ("/parties/0/organisation", "bad-form") in faults(parties=parties)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"expires_on": "2020-01-01"}, "", "expires-before-start"),
        ({"review_on": "2020-01-01"}, "", "review-outside-term"),
        ({"review_on": "2040-01-01"}, "", "review-outside-term"),
        ({"items": [item(), item()]}, "", "repeated-id"),
        ({"flows": [flow(), flow()]}, "", "repeated-id"),
        ({"parties": terms()["parties"] + terms()["parties"][:1]}, "", "repeated-id"),
        ({"flows": [flow(to=TRUST)]}, "", "flow-ends"),
        ({"flows": [flow(to=LANCASHIRE)]}, "", "flow-ends"),
        ({"flows": [flow(items=["i2"])]}, "", "flow-items"),
        ({"flows": [flow(items=["i1", "i1"])]}, "", "flow-items"),
        ({"flows": [flow(bases=[basis(POLICE)])]}, "", "basis-party"),
        (
            {"flows": [flow(bases=[basis(LANCASHIRE, s35="necessary")])]},
            "/flows/0/bases/0",
            "basis-of-other-regime",
        ),
        (
            {"flows": [flow(bases=[basis(LANCASHIRE, regime="law-enforcement")])]},
            "/flows/0/bases/0",
            "basis-of-other-regime",
        ),
    ],
)
def test_what_contradicts_itself_is_named(changes: Change, pointer: str, code: str) -> None:
    assert faults(**changes) == [(pointer, code)]


def test_a_flow_nobody_decides_about_is_refused() -> None:
    parties = [{"organisation": body, "roles": ["processor"]} for body in (LANCASHIRE, BLACKPOOL)]
    assert faults(parties=parties) == [("", "flow-no-controller")]


def test_a_part_3_basis_is_read() -> None:
    part3: dict[str, Any] = {
        "party": LANCASHIRE,
        "regime": "law-enforcement",
        "s35": "necessary",
        "sch8": ["1"],
    }
    assert read(flows=[flow(bases=[part3])]).flows[0].bases[0] == Basis(**part3)


@pytest.mark.parametrize("period", ["", "P1Y", "P18M", "P1Y6M", "P12W", "P30D", "P1Y10D"])
def test_a_period_is_read(period: str) -> None:
    assert read(flows=[flow(retention={"period": period})]).flows[0].retention.period == period


@pytest.mark.parametrize(
    "period", ["P", "1Y", "P1", "P-1Y", "PT1H", "P1W2D", "P٣Y", "P1.5Y", "P1Y\n", "p1y", "P1D1Y"]
)
def test_what_is_no_period_is_refused(period: str) -> None:
    assert faults(flows=[flow(retention={"period": period})]) == [("/flows/0/retention/period", "bad-form")]


@pytest.mark.parametrize("paragraphs", ["١٨", "18,", "18;6", "018"])
def test_what_is_no_list_of_paragraphs_is_refused(paragraphs: str) -> None:
    assert faults(flows=[flow(bases=[basis(LANCASHIRE, sch1=paragraphs)])]) == [
        ("/flows/0/bases/0/sch1", "bad-form")
    ]


@pytest.mark.parametrize("word", [r"a\u0000b", r"\u0000", r"\\\u0000"])
def test_the_character_that_not_every_database_takes_is_refused(word: str) -> None:
    body = json.dumps(terms()).replace("Empty homes figures", word)
    with pytest.raises(MalformedJson):
        parse(body.encode(), Terms)


def test_a_backslash_before_its_name_is_not_that_character() -> None:
    title = {"en": r"\u0000", "cy": ""}
    assert read(title=title).title.en == r"\u0000"


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        (module.Kind, LAW.agreement_kinds),
        (module.PartyRole, LAW.party_roles),
        (module.Action, LAW.actions),
        (module.Regime, LAW.regimes),
        (module.Identifiability, LAW.identifiability),
        (module.Nation, LAW.nations),
        (Flow.model_fields["volume"].annotation, LAW.volumes),
        (Flow.model_fields["automation"].annotation, LAW.automation),
        (Flow.model_fields["biometrics"].annotation, LAW.biometrics),
        (Basis.model_fields["art6"].annotation, ["", *LAW.art6]),
        (Basis.model_fields["art9"].annotation, ["", *LAW.art9]),
        (Basis.model_fields["annex1"].annotation, ["", *LAW.annex1]),
        (Basis.model_fields["s35"].annotation, ["", *LAW.s35]),
    ],
)
def test_the_choices_of_the_form_are_the_lists_of_the_law(choices: Any, codes: Collection[str]) -> None:
    assert set(get_args(choices)) == set(codes)


def test_a_salt_is_kept_or_made() -> None:
    assert salted(read(salt=SALT)).salt == SALT
    assert len({salted(read()).salt for _ in range(10)}) == 10


def test_the_frozen_bytes_hold_what_was_given_and_nothing_else() -> None:
    assert json.loads(canonical(read(salt=SALT))) == terms(salt=SALT)


def test_the_digest_is_sha256_of_the_frozen_bytes() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50)
codes = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
documents = st.builds(
    lambda title, start, necessity, purposes, obligations, narrative: terms(
        title={"en": title or "?", "cy": title[::-1]},
        starts_on=start.isoformat(),
        review_on=(start + timedelta(days=1)).isoformat(),
        expires_on=(start + timedelta(days=2)).isoformat(),
        items=[item(necessity=necessity)],
        flows=[flow(purposes=purposes, obligations=[{"code": "no-onward", "params": obligations}])],
        governance={"narrative": narrative},
    ),
    title=words,
    start=days,
    necessity=words,
    purposes=st.lists(codes, min_size=1, max_size=3),
    obligations=st.dictionaries(codes, words, max_size=2),
    narrative=words,
)


@settings(deadline=None)
@given(document=documents)
def test_a_text_has_one_spelling(document: dict[str, Any]) -> None:
    frozen = canonical(parse(json.dumps(document).encode(), Terms))
    assert frozen == rfc8785.dumps(document)
    assert canonical(Terms.model_validate_json(frozen)) == frozen


@settings(deadline=None)
@given(document=documents, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_members_is_no_part_of_a_text(document: dict[str, Any], shuffle: Any) -> None:
    members = list(document.items())
    shuffle.shuffle(members)
    other = json.dumps(dict(members), indent=2).encode()
    assert canonical(parse(other, Terms)) == canonical(parse(json.dumps(document).encode(), Terms))


def test_a_document_says_who_decides_and_what_flows() -> None:
    document = read(
        parties=[*terms()["parties"], {"organisation": TRUST, "roles": ["processor"]}],
        items=[item(), item(id="i2", code="second")],
        flows=[flow(items=["i2", "i1"])],
    )
    assert document.controllers() == (LANCASHIRE, BLACKPOOL)
    assert [one.code for one in document.items_of(document.flows[0])] == ["second", "empty-homes-count"]
