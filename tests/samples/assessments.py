"""Assessments that can be submitted, and those parts of them that tests change."""

import json
from copy import deepcopy
from typing import Any

from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.policy import Law, Policies
from registry.settings import ROOT

POLICIES = Policies.load(ROOT / "policies")
LAW: Law = POLICIES.law

LANCASHIRE = "gss:E10000017"
POLICE = "police:lancashire"


def dpia(**changes: Any) -> dict[str, Any]:
    """A finished DPIA whose risks are all low or medium in the end."""
    return deepcopy(
        {
            "covers": ["ISA-1"],
            "screening": {
                "ico": ["data-matching"],
                "wp248": ["sensitive-data", "vulnerable-subjects"],
                "outcome": "required",
                "reason": "Safeguarding flags of children are matched between bodies.",
            },
            "scope": {
                "categories": ["safeguarding-flag"],
                "purposes": ["child-safeguarding"],
                "parties": [LANCASHIRE, POLICE],
            },
            "need": {"aim": "Protect children.", "processing": "Flags on request.", "why": "Vulnerable."},
            "description": {
                "nature": "A flag is looked up and sent.",
                "scope": "About 400 children a year.",
                "context": "Families expect agencies to speak to each other.",
                "purposes": "Decide whether a child is at risk.",
            },
            "consultation": {
                "individuals": "A parents' forum was asked.",
                "internal": "The safeguarding partners.",
                "processors": "None are used.",
                "experts": "The security team.",
            },
            "necessity": {
                "basis": "Article 6(1)(e), Children Act 2004 s.10.",
                "alternatives": "Anonymous data cannot protect a named child.",
                "function_creep": "Purpose is fixed for each request.",
                "minimisation": "A flag and a contact, nothing else.",
                "information": "Privacy notices of both bodies.",
                "rights": "Each body answers for its own records.",
                "processors": "None are used.",
                "transfers": "None.",
            },
            "risks": [risk(), risk(id="r2", code="not-sharing", source="A child is harmed unseen.")],
        }
        | changes
    )


def risk(**changes: Any) -> dict[str, Any]:
    """A risk that measures bring from high to medium."""
    return deepcopy(
        {
            "id": "r1",
            "code": "wrong-person",
            "source": "Two children of one name are confused.",
            "likelihood": "possible",
            "severity": "severe",
            "measures": [{"text": "Match on three facts.", "effect": "reduced"}],
            "residual_likelihood": "possible",
            "residual_severity": "significant",
        }
        | changes
    )


def not_required(**changes: Any) -> dict[str, Any]:
    """A screening that says no DPIA is needed, and asks nothing against the lists."""
    screening = {"outcome": "not_required", "reason": "Counts only; nobody can be identified."}
    return deepcopy({"covers": ["ISA-1"], "screening": screening} | changes)


def ethics(score: int = 3, **changes: Any) -> dict[str, Any]:
    """A finished data-ethics assessment with the same score for every question."""
    answer = {"score": score, "evidence": "Report 7", "owner": "Head of digital policing"}
    return deepcopy(
        {
            "covers": ["ISA-1"],
            "scope": {
                "categories": ["biometric-id"],
                "purposes": ["missing-persons"],
                "parties": [LANCASHIRE, POLICE],
            },
            "triggers": {trigger.code: "no" for trigger in LAW.ethics.triggers} | {"biometrics": "yes"},
            "model": {"name": "FaceFinder", "version": "2.1", "vendor": "Invented Ltd"},
            "answers": {question.code: dict(answer) for question in LAW.ethics.questions},
            "conditions": [{"text": "Stop above 1% false alerts.", "owner": "Chief superintendent"}],
        }
        | changes
    )


def dpia_document(**changes: Any) -> DpiaDocument:
    """`dpia` as it comes over the wire."""
    return DpiaDocument.model_validate_json(json.dumps(dpia(**changes)))


def ethics_document(score: int = 3, **changes: Any) -> EthicsDocument:
    """`ethics` as it comes over the wire."""
    return EthicsDocument.model_validate_json(json.dumps(ethics(score, **changes)))
