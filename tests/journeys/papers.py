"""The documents that the journeys register: terms, a DPIA and a data-ethics assessment, complete."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from registry.settings import ROOT

Json = dict[str, Any]

LANCASHIRE = "gss:E10000017"
MORECAMBE_BAY = "ods:RTX"
POLICE = "police:lancashire"


def today() -> date:
    """The present day in London."""
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/London")).date()


def missing_children_terms(**changes: Any) -> Json:
    """A council and a force match two registers by machine to find missing children."""
    start = today()
    document: Json = {
        "schema": "terms/1",
        "title": {"en": "Missing children: matching of records", "cy": "Plant ar goll: paru cofnodion"},
        "kind": "isp",
        "parent": None,
        "publication": "full",
        "marking": "OFFICIAL-SENSITIVE",
        "jurisdictions": ["E"],
        "starts_on": start.isoformat(),
        "expires_on": (start + timedelta(days=365)).isoformat(),
        "review_on": (start + timedelta(days=180)).isoformat(),
        "summary": {
            "en": "Police reports of missing children are matched with social care records.",
            "cy": "Caiff adroddiadau'r heddlu am blant ar goll eu paru â chofnodion gofal cymdeithasol.",
        },
        "parties": [
            {
                "organisation": LANCASHIRE,
                "roles": ["controller", "lead"],
                "contacts": {"ig": "ig@lancashire.test", "duty": "mash.duty@lancashire.test"},
            },
            {
                "organisation": POLICE,
                "roles": ["controller", "competent-authority"],
                "contacts": {"ig": "ig@lancashire-police.test", "duty": "duty@lancashire-police.test"},
            },
        ],
        "items": [
            item("i1", "missing-report", "safeguarding-flag", "Report that a child is missing"),
            item("i2", "child-identity", "identity", "Name and date of birth of the child"),
        ],
        "flows": [
            flow(
                "f1", POLICE, LANCASHIRE, automation="decision-support", matching_key="name and date of birth"
            ),
            flow("f2", LANCASHIRE, POLICE),
        ],
        "transparency": {
            "privacy_notices": {
                LANCASHIRE: "https://council.test/privacy",
                POLICE: "https://lancashire-police.test/privacy",
            }
        },
        "assessments": {
            "equality": "Equality impact assessment 2026/14",
            "algorithmic_transparency": "https://council.test/atrs/record-matcher",
        },
        "rights": {
            "subject_access": "The council answers.",
            "complaints": "complaints@lancashire.test",
            "complaints_acknowledged_days": 30,
        },
        "incidents": {"notify_hours": 24},
        "governance": {"notice_period": "P3M", "exit": "Returned or destroyed within a month."},
    }
    return deepcopy(document | changes)


def item(local_id: str, code: str, category: str, name: str, **changes: Any) -> Json:
    """One identifiable item."""
    return {
        "id": local_id,
        "code": code,
        "category": category,
        "name": name,
        "necessity": "Without it the child cannot be found.",
        "identifiability": "identifiable",
        "special": False,
        "criminal": False,
        "patient_information": False,
    } | changes


def flow(local_id: str, sender: str, receiver: str, **changes: Any) -> Json:
    """A protective flow about children, on the public task and the duty to co-operate."""
    return {
        "id": local_id,
        "from": sender,
        "to": receiver,
        "actions": ["receive"],
        "items": ["i1", "i2"],
        "purposes": ["missing-persons"],
        "subject_groups": ["child"],
        "volume": "one",
        "methods": ["api-mtls"],
        "frequency": "ad-hoc",
        "protective": True,
        "discloser_function": "",
        "automation": "none",
        "biometrics": "none",
        "bases": [basis(sender), basis(receiver)],
        "gateways": ["CA04-10"],
        "confidentiality": {"route": "", "caldicott_review": ""},
        "retention": {"period": "P1Y", "trigger": "the child is found"},
        "obligations": [{"code": "no-onward", "params": {}}, {"code": "record-decision", "params": {}}],
        "best_interests": "A missing child is found sooner when both registers are compared at once.",
    } | changes


def basis(party: str, **changes: Any) -> Json:
    """Public task and safeguarding."""
    return {
        "party": party,
        "regime": "uk-gdpr",
        "art6": "e",
        "domestic_basis": "Children Act 2004 s.10",
        "art9": "g",
        "sch1": "18",
    } | changes


def scope_of(terms: Json) -> Json:
    """The scope of an assessment that covers all of the terms."""
    return {
        "categories": sorted({one["category"] for one in terms["items"]}),
        "purposes": sorted({purpose for one in terms["flows"] for purpose in one["purposes"]}),
        "parties": [party["organisation"] for party in terms["parties"]],
    }


def dpia(ref: str, terms: Json) -> Json:
    """A complete DPIA of the terms: the ICO's seven steps, with the harm of not sharing weighed."""
    said = "Worked out with the people who do the work."
    return {
        "covers": [ref],
        "scope": scope_of(terms),
        "screening": {
            "art35_3": [],
            "ico": ["data-matching"],
            "wp248": ["vulnerable-subjects", "matching"],
            "outcome": "required",
            "reason": "Data about children is matched.",
        },
        "need": dict.fromkeys(("aim", "processing", "why"), said),
        "description": dict.fromkeys(("nature", "scope", "context", "purposes"), said),
        "consultation": dict.fromkeys(("individuals", "internal", "processors", "experts"), said),
        "necessity": dict.fromkeys(
            (
                "basis",
                "alternatives",
                "function_creep",
                "minimisation",
                "information",
                "rights",
                "processors",
                "transfers",
            ),
            said,
        ),
        "risks": [risk("r1", "wrong-person"), risk("r2", "not-sharing")],
    }


def risk(local_id: str, code: str) -> Json:
    """One risk that measures bring from medium to low."""
    return {
        "id": local_id,
        "code": code,
        "source": "Records of two bodies differ.",
        "likelihood": "possible",
        "severity": "significant",
        "measures": [{"text": "A person checks each match.", "effect": "reduced"}],
        "residual_likelihood": "remote",
        "residual_severity": "significant",
    }


def ethics(ref: str, terms: Json) -> Json:
    """A complete data-ethics assessment of the terms: every question answered well, with evidence."""
    catalogue = yaml.safe_load((ROOT / "policies/law/ethics.yaml").read_text("utf-8"))
    questions = [question["code"] for one in catalogue["dimensions"] for question in one["questions"]]
    answer = {"score": 4, "text": "Done.", "evidence": "Panel paper 7", "owner": "Head of safeguarding"}
    return {
        "covers": [ref],
        "scope": scope_of(terms),
        "triggers": {trigger["code"]: "yes" for trigger in catalogue["triggers"]},
        "model": {"name": "Record matcher", "version": "2.1", "vendor": "Made in house"},
        "answers": dict.fromkeys(questions, answer),
    }
