"""Delta signing: which earlier signatures count for a new version, and who signs again, and why.

A signature carries over when the text becomes ready to sign - it is frozen from then on, so that no edit can
follow - and only from the version that this one was made from. It stays what it was: one person's word on the
earlier text, whose hash it names. It does not carry over to a text that touches its body (`affected`), that
its signer has written in, or where a flow of its body has been stopped meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.change import Change
from registry.agreements.affected import Because, Texts
from registry.agreements.events import SignatureCarried
from registry.agreements.facts import Signed, Standing
from registry.agreements.queries import StoredVersion
from registry.db import Reading
from registry.policy import Policies

OUTSIDE = "attested"
"""The strength of a signature that was given outside the registry: it binds to that text alone."""

Signer = tuple[str, str]
"""An organisation and the role in which it signs."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A signature that a version still asks for, and every reason."""

    organisation: str
    role: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """What a version has of signatures on the one before it, and why others do not carry over."""

    given: Mapping[Signer, Row[Any]]
    because: Mapping[Signer, tuple[Because, ...]]


def needed(
    reading: Reading, version: StoredVersion, standing: Standing, policies: Policies
) -> tuple[Needed, ...]:
    """The signatures that a version asks for and does not have, nor will have carried over to it."""
    delta = delta_of(reading, version, standing, policies)
    return tuple(
        Needed(*signer, because)
        for signer, because in sorted(delta.because.items())
        if because and not standing.has_answered(*signer)
    )


def carry(change: Change, standing: Standing) -> Standing:
    """Let every signature of an untouched body count for a text that has just become ready to sign."""
    if change.version.amends is None:
        return standing
    delta = delta_of(change.tx, change.version, standing, change.policies)
    carried = []
    for signer, because in sorted(delta.because.items()):
        if not because:
            row = delta.given[signer]
            queries.insert_carried(change.tx, change.version, row.id, change.now)
            change.record_system(
                SignatureCarried,
                party=row.organisation,
                role=row.role,
                evidence=row.hash,
                policy=change.policies.digest,
            )
            carried.append(Signed(*signer, clock.london_day(row.signed_at)))
    return replace(standing, signatures=(*standing.signatures, *carried)) if carried else standing


def delta_of(reading: Reading, version: StoredVersion, standing: Standing, policies: Policies) -> Delta:
    """For every signature asked for, why the earlier one does not do; nothing where it does."""
    rules, signers = policies.amending, standing.signatures_needed()
    if version.amends is None:
        return Delta({}, dict.fromkeys(signers, (_state(policies, "first-text"),)))
    base = queries.get(reading, version.ref, version.amends)
    given = {
        (row.organisation, row.role): row
        for row in queries.signatures(reading, base.id)
        if row.decision == "sign"
    }
    touched = Texts(base.terms, version.terms).touched(rules)
    stopped = queries.stopped(reading, version)
    because = {}
    for signer in signers:
        states = _states(given.get(signer), base, version, stopped.get(signer[0], 0))
        because[signer] = (*touched.get(signer[0], ()), *(_state(policies, code) for code in states))
    return Delta(given, because)


def _states(row: Row[Any] | None, base: StoredVersion, version: StoredVersion, stopped: int) -> list[str]:
    """What keeps a signature on the earlier text from carrying over, apart from what the texts differ in."""
    if row is None:
        return ["not-signed-before"]
    states = {
        "signed-outside": row.strength == OUTSIDE,
        "signer-wrote-this-text": row.person in version.authors,
        "sharing-stopped": (row.carried_from or base.number) <= stopped,
    }
    return [code for code, holds in states.items() if holds]


def _state(policies: Policies, code: str) -> Because:
    reason = policies.amending.state(code)
    return Because(reason.code, reason.en, reason.cy)
