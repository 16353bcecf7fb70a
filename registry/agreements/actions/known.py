"""What other parts know of a version: its assessments' findings, its parties' assurance, open incidents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from registry.agreements.facts import Act, Findings, Standing
from registry.agreements.queries import StoredVersion
from registry.agreements.schemas import SignIn
from registry.assessments.queries import CoveringAssessment, has_advised
from registry.callers import Caller
from registry.db import Reading
from registry.organisations.mandates import Assured
from registry.organisations.queries import assurances, delegation_of, shared_authority
from registry.policy import Unit
from registry.records.queries import open_incidents


def findings_of(assessments: Sequence[CoveringAssessment]) -> Mapping[str, Findings]:
    """What each assessment says beyond its scope, by its id."""
    return {one.id: _findings(one) for one in assessments}


def assurances_known(
    reading: Reading, organisations: Collection[str], today: date
) -> Mapping[str, Mapping[str, Assured]]:
    """What parties can show, by organisation and kind; of one that never recorded any, nothing is known."""
    found = assurances(reading, organisations, today)
    return {organisation: kinds for organisation, kinds in found.items() if kinds}


def act_unit(reading: Reading, version: StoredVersion, caller: Caller, *, role: str) -> Unit:
    """The facts of one person's act on a text as it stands, for the rules that keep duties apart."""
    return Act(
        role=role,
        actor_is_author=caller.person in version.authors,
        actor_advised=has_advised(reading, version.ref, caller.person or ""),
        hash_matches=True,
    ).unit()


def signing_unit(
    reading: Reading, version: StoredVersion, standing: Standing, wanted: SignIn, caller: Caller
) -> Unit:
    """The facts of a person who signs: by what authority, and for whom else they have (SD-01 to SD-05)."""
    person = caller.person or ""
    mandate = delegation_of(reading, person, caller.organisation, standing.today, role=wanted.role)
    given = (*standing.signatures, *standing.refusals)
    others = {one.organisation for one in given if one.person == caller.person} - {caller.organisation}
    return Act(
        role=wanted.role,
        actor_is_author=person in version.authors,
        actor_advised=bool(standing.assessments) and has_advised(reading, version.ref, person),
        hash_matches=wanted.hash == version.hash,
        mandate_covers=mandate.covers(
            kind=version.terms.kind, risk="high" if standing.is_high_risk() else "low"
        ),
        signed_for_another=bool(others),
        shared_authority=bool(others) and shared_authority(reading, person, {*others, caller.organisation}),
    ).unit()


def severe_incidents(reading: Reading, version: StoredVersion) -> Collection[str]:
    """The flows with a severe incident that is not closed."""
    severe = [one.flow for one in open_incidents(reading, version.ref) if one.is_severe]
    return set(version.flow_rows) if None in severe else {flow for flow in severe if flow}


def _findings(one: CoveringAssessment) -> Findings:
    return Findings(
        decided_on=one.approval.looked_at_on,
        residual_risk="high" if one.limits.high_residual else "low",
        regulator_answered=not one.lacks_consultation,
        overruled=one.overruled,
        overruling_reasons=one.overruled and not one.overruled_without_reasons,
    )
