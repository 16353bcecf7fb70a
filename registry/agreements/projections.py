"""From the terms to the rows that are searched and indexed; the document itself stays as it is."""

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlmodel import SQLModel

from registry.agreements.rules import FlowState
from registry.agreements.tables import AgreementFlow, AgreementParty, AgreementTitle, AgreementTopic
from registry.agreements.terms import AFTER_SUCCESSION, Terms
from registry.web.documents import Bilingual

SEARCHED = 300
"""How many characters of a title are searched."""


@lru_cache(maxsize=2048)
def parse(document: bytes) -> Terms:
    """The terms that frozen bytes say. The bytes were checked before they were stored."""
    return Terms.model_validate_json(document)


def mentioned(terms: Terms) -> frozenset[str]:
    """Every organisation identifier a document uses."""
    ids = {party.organisation for party in terms.parties}
    for flow in terms.flows:
        ids |= {flow.from_, flow.to, *flow.onward_recipients}
    return frozenset(ids)


def resolved(terms: Terms, names: Mapping[str, str], *, stored: bool = False) -> Terms:
    """The terms with every organisation under its primary identifier; the same object if they all are.

    In a text that is stored already, one body may have come to stand where two stood: they merged.
    """
    if all(name == primary for name, primary in names.items()):
        return terms
    document = replaced(terms.model_dump(mode="json", by_alias=True, exclude_unset=True), names)
    if not stored:
        return Terms.model_validate_json(json.dumps(document))
    document["parties"] = list({party["organisation"]: party for party in document["parties"]}.values())
    return Terms.model_validate_json(json.dumps(document), context=AFTER_SUCCESSION)


def replaced(value: Any, names: Mapping[str, str]) -> Any:
    """A JSON value in which every text and member name that has another name is under that."""
    if isinstance(value, dict):
        return {names.get(key, key): replaced(child, names) for key, child in value.items()}
    if isinstance(value, list):
        return [replaced(child, names) for child in value]
    return names.get(value, value) if isinstance(value, str) else value


def flow_spec(terms: Terms, index: int) -> dict[str, Any]:
    """What the permission index needs of one flow of the (resolved) terms."""
    flow = terms.flows[index]
    return {
        "actions": flow.actions,
        "items": [[item.code, item.category, item.identifiability] for item in terms.items_of(flow)],
        "purposes": flow.purposes,
        "subject_groups": flow.subject_groups,
        "volume": flow.volume,
        "methods": flow.methods,
        "regimes": sorted({basis.regime for basis in flow.bases if basis.party == flow.from_}),
        "age_bands": flow.age_bands,
        "onward_recipients": flow.onward_recipients,
        "gateways": flow.gateways,
        "obligations": [[one.code, one.params] for one in flow.obligations],
        "retention": flow.retention.period,
        "protective": flow.protective,
        "known_to": [party.organisation for party in terms.parties]
        if terms.publication == "withheld"
        else [],
    }


def columns_of(terms: Terms) -> dict[str, Any]:
    """The columns of a version that repeat what its document says."""
    return {
        "publication": terms.publication,
        "title_en": terms.title.en,
        "title_cy": terms.title.cy,
        "starts_on": terms.starts_on,
        "expires_on": terms.expires_on,
        "review_on": terms.review_on,
        "look_on": terms.review_on + timedelta(days=1),
    }


def searchable(title: Bilingual) -> str:
    """A title as it is searched: both languages, lower case, so much of it as an index takes."""
    return f"{title.en[:SEARCHED]}\n{title.cy[:SEARCHED]}".lower()


def rows_of(version_id: str, ref: str, terms: Terms) -> dict[type[SQLModel], list[dict[str, Any]]]:
    """The rows of parties, topics and flows of a (resolved) text."""
    controllers = terms.controllers()
    purposes = {code for flow in terms.flows for code in flow.purposes}
    categories = {item.category for item in terms.items}
    return {
        AgreementParty: [
            {
                "version_id": version_id,
                "organisation": party.organisation,
                "ref": ref,
                "is_controller": party.organisation in controllers,
            }
            for party in terms.parties
        ],
        AgreementTopic: [
            {"version_id": version_id, "kind": kind, "code": code, "ref": ref}
            for kind, codes in (("purpose", purposes), ("category", categories))
            for code in sorted(codes)
        ],
        AgreementTitle: [{"version_id": version_id, "ref": ref, "text": searchable(terms.title)}],
        AgreementFlow: [
            {
                "version_id": version_id,
                "flow": flow.id,
                "position": index,
                "ref": ref,
                "holder": flow.from_,
                "recipient": flow.to,
                "state": FlowState.WAITING.value,
                "ended_by": None,
                "live_at": None,
                "blocked_by": [],
                "blocked_from": None,
                "warned_of": [],
                "stopped_by": [],
                "watched": flow.automation != "none" or flow.biometrics != "none",
                "awaiting": [end for end in (flow.from_, flow.to) if end in controllers],
                "spec": flow_spec(terms, index),
            }
            for index, flow in enumerate(terms.flows)
        ],
    }
