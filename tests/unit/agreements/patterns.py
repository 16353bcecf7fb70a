"""The eight patterns of the sample on the day they start, and ways to get each of them wrong."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import yaml

from registry.agreements.facts import Body, Signed, Standing
from registry.agreements.facts.parties import FEE, TOOLKIT
from registry.agreements.facts.standing import NATIONS
from registry.agreements.terms import Terms
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind, Status
from registry.demo.samples import sample_files, sample_terms
from registry.organisations.mandates import Assured
from tests.samples.assessments import LAW, POLICIES

Json = dict[str, Any]
TODAY = date(2026, 11, 22)
PATTERNS = (
    "mash",
    "risk-conference",
    "youth-justice",
    "supporting-families",
    "channel",
    "serious-violence",
    "discharge-cumbria",
    "discharge-lothian",
    "antisocial-behaviour",
    "council-tax-debt",
)
"""The eight of DOMAIN 9.2; of the last two, both halves and both nations."""


@cache
def bodies() -> Mapping[str, Body]:
    """The organisations of the sample."""
    listed = (
        yaml.safe_load(path.read_text(encoding="utf-8")).get("organisations", ()) for path in sample_files()
    )
    return {
        one["id"]: Body(
            one["id"],
            public_authority=one["public_authority"],
            competent_authority=one["competent_authority"],
            health_or_care=one["health_or_care"],
            dpo_designated=one["dpo_designated"],
            kind=one["kind"],
            nations=frozenset(NATIONS[letter] for letter in one["nations"]),
        )
        for entries in listed
        for one in entries
    }


def right(pattern: str) -> Standing:
    """A pattern on its first day, with every paper in order: assessed, adopted and signed by all."""
    document = sample_terms(pattern, TODAY)
    standing = of(document)
    owner, *others = standing.terms.controllers()
    papers = [
        CoveringAssessment(
            id=kind.value,
            kind=kind,
            owner=owner,
            status=Status.APPROVED,
            approved=True,
            not_required=False,
            advised=True,
            valid_until=None,
            adopted_by=frozenset(others),
            scope_categories=frozenset(item.category for item in standing.terms.items),
            scope_purposes=frozenset(code for flow in standing.terms.flows for code in flow.purposes),
            scope_parties=frozenset(party.organisation for party in standing.terms.parties),
        )
        for kind in Kind
    ]
    signed = [Signed(body, role, standing.today) for body, role in standing.signatures_needed()]
    return replace(standing, assessments=papers, signatures=signed)


def of(document: Json) -> Standing:
    """Terms on the day they start, without any paper."""
    terms = Terms.model_validate_json(json.dumps({"salt": "AAAAAAAAAAAAAAAAAAAAAA", **document}))
    return Standing(terms, bodies(), (), (), LAW, terms.starts_on)


def blocked(standing: Standing) -> set[str]:
    """The ids of the rules that block it, before submission or before it goes live."""
    unmet = [
        *POLICIES.gates.judge("submit", standing.submit_units(), standing.today),
        *POLICIES.gates.judge("activate", standing.activation_units(), standing.today),
    ]
    return {one.rule for one in unmet if one.severity == "block"}


def neglected(standing: Standing) -> Standing:
    """The same much later: assurances lapsed, the review long overdue, a severe incident on every flow."""
    lapsed = {
        body: {kind: Assured(kind, "", "", "", standing.today) for kind in (FEE, TOOLKIT)}
        for body in (party.organisation for party in standing.terms.parties)
    }
    return replace(
        standing,
        today=standing.terms.expires_on,
        review_on=standing.terms.starts_on,
        assurances=lapsed,
        severe_incidents=[flow.id for flow in standing.terms.flows],
    )


def stopping(standing: Standing) -> dict[str, set[str]]:
    """What would stop each live flow, by its id: rules that block or suspend while sharing goes on."""
    stops: dict[str, set[str]] = {}
    for place, flow in enumerate(standing.terms.flows):
        units = standing.daily_units()
        unmet = [
            *POLICIES.gates.judge("disclose", [standing.flow_unit(flow)], standing.today),
            *POLICIES.gates.judge("daily", units, standing.today),
        ]
        stops[flow.id] = {
            one.rule
            for one in unmet
            if one.severity in ("block", "suspend") and one.pointer in (f"/flows/{place}", "")
        }
    return stops


@dataclass(frozen=True)
class Wrong:
    """One way to get a pattern wrong, and the rules that say so."""

    name: str
    rules: frozenset[str]
    spoil: Callable[[Standing], Standing]


def text(change: Callable[[Json], object]) -> Callable[[Standing], Standing]:
    """A wrong in the text of the terms."""

    def spoil(standing: Standing) -> Standing:
        document: Json = deepcopy(
            json.loads(standing.terms.model_dump_json(by_alias=True, exclude_unset=True))
        )
        change(document)
        return replace(standing, terms=Terms.model_validate_json(json.dumps(document)))

    return spoil


def paper(kind: Kind, **changes: Any) -> Callable[[Standing], Standing]:
    """A wrong in an assessment."""
    return lambda standing: replace(
        standing,
        assessments=[replace(one, **changes) if one.kind == kind else one for one in standing.assessments],
    )


def first_flow(document: Json, **changes: Any) -> None:
    document["flows"][0].update(changes)


def uk_basis(document: Json) -> Json:
    """The first lawful basis under the UK GDPR, which every pattern has."""
    lines = (line for flow in document["flows"] for line in flow["bases"] if line["regime"] == "uk-gdpr")
    return next(lines)


def unsigned(standing: Standing) -> Standing:
    """The lead's signatory has not signed."""
    missing = (standing.terms.controllers()[0], "signatory")
    given = [one for one in standing.signatures if (one.organisation, one.role) != missing]
    return replace(standing, signatures=given)


def with_engine(document: Json) -> None:
    """A matching engine, with what else such a tool needs: a record of it and a review within the year."""
    first_flow(document, automation="matching")
    document["review_on"] = document["starts_on"]
    document.setdefault("assessments", {})["algorithmic_transparency"] = "ATRS 2026/1"


def elsewhere(document: Json) -> None:
    """A gateway of the other end of Great Britain."""
    scottish = document["jurisdictions"] == ["S"]
    document["flows"][0]["gateways"].append("CDA98-115" if scottish else "ASBS04-139")


WRONGS = (
    Wrong(
        "a controller without a lawful basis",
        frozenset({"LB-01"}),
        text(lambda document: document["flows"][0]["bases"].pop()),
    ),
    Wrong(
        "a public authority that relies on its legitimate interests",
        frozenset({"LB-08"}),
        text(lambda document: uk_basis(document).update(art6="f")),
    ),
    Wrong(
        "recognised legitimate interests, and no condition of Annex 1",
        frozenset({"LB-08", "LB-11"}),
        text(lambda document: uk_basis(document).update(art6="ea")),
    ),
    Wrong(
        "a public task that no law gives",
        frozenset({"LB-10"}),
        text(lambda document: uk_basis(document).update(domestic_basis="")),
    ),
    Wrong("a gateway of another nation", frozenset({"GW-01"}), text(elsewhere)),
    Wrong(
        "nothing said of how long it is kept",
        frozenset({"RT-01"}),
        text(lambda document: first_flow(document, retention={"period": "", "trigger": ""})),
    ),
    Wrong(
        "all records",
        frozenset({"MN-01"}),
        text(lambda document: document["items"][0].update(code="all-records", name="All records")),
    ),
    Wrong(
        "a country abroad and no mechanism",
        frozenset({"TR-01"}),
        text(lambda document: document.update(international={"countries": ["US"]})),
    ),
    Wrong(
        "a processor without a contract",
        frozenset({"PR-01"}),
        text(lambda document: document["security"].update(processors=["A host of records Ltd"])),
    ),
    Wrong(
        "no way out of it",
        frozenset({"EX-01"}),
        text(lambda document: document["governance"].update(exit="", notice_period="")),
    ),
    Wrong(
        "a matching engine nobody assessed",
        frozenset({"ET-01"}),
        lambda standing: paper(Kind.ETHICS, approved=False, status=Status.DRAFT)(text(with_engine)(standing)),
    ),
    Wrong("the lead has not signed", frozenset({"SD-06", "TM-01"}), unsigned),
)
