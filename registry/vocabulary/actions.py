"""Proposing and approving a deployment's own entries of law, and finding out which policies count.

Entries lie in a folder beside the shipped ones, where whoever runs the registry put them. Lying there they
change nothing. Two people name their digest, the second of them seeing what differs; from the next start on
the registry judges and answers by them, and every answer says so.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from registry.auditlog import Event, Subject, append, conceal
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.organisations.principals import principal
from registry.policy import Law, Overlay, Policies, overlay_digest, read_overlay
from registry.settings import Settings
from registry.vocabulary import queries, rules
from registry.vocabulary.events import OverlayApproved, OverlayProposed
from registry.vocabulary.rules import MayNotChangeLaw, NoOverlay, OverlayDiffers, OverlayNotProposed, Standing

Status = Literal["none", "found", "proposed", "approved"]
logger = logging.getLogger("registry")


class Folders(NamedTuple):
    """Where the shipped policies lie, and the entries of this deployment, if it has any."""

    policies: Path
    overlay: Path | None

    @classmethod
    def of(cls, settings: Settings) -> "Folders":
        """The folders that the settings name."""
        return cls(settings.policies_dir, settings.policy_overlay_dir)


class Changed(NamedTuple):
    """What an act came to."""

    digest: str
    status: Literal["proposed", "approved"]
    log_index: int


class Found(NamedTuple):
    """The overlay that lies there, if one does, and how far its approval has come."""

    overlay: Overlay | None
    status: Status


def policies_in_force(reading: Reading, folders: Folders) -> Policies:
    """The policies that count: with the deployment's own entries, where two people approved them.

    Raises:
        BadPolicyFile: a file cannot be used.
    """
    if folders.overlay is None:
        return Policies.load(folders.policies)
    standing = queries.find(reading, overlay_digest(folders.overlay))
    if standing is None or standing.approved_by is None:
        logger.warning("the entries of law in %s are not approved and do not count", folders.overlay)
        return Policies.load(folders.policies)
    return Policies.load(folders.policies, folders.overlay)


def read(reading: Reading, folders: Folders) -> Found:
    """The overlay that lies there and how far its approval has come. Everyone may see it.

    Raises:
        BadPolicyFile: it cannot be used.
    """
    if folders.overlay is None:
        return Found(None, "none")
    overlay = read_overlay(folders.policies, folders.overlay)
    return Found(overlay, _status(queries.find(reading, overlay.digest)))


def proposed(reading: Reading, digest: str, *, folders: Folders) -> Law:
    """The law as it would be with the entries of a digest, which somebody has proposed.

    Raises:
        NoOverlay, OverlayDiffers: none lie there, or others than the digest says.
        OverlayNotProposed: nobody has proposed them.
        BadPolicyFile: they cannot be used.
    """
    _check_lies_there(folders, digest)
    if queries.find(reading, digest) is None:
        raise OverlayNotProposed
    return Policies.load(folders.policies, folders.overlay).law


def propose(
    tx: Transaction, digest: str, *, folders: Folders, policies: Policies, caller: Caller, now: datetime
) -> Changed:
    """Propose that the entries lying there count.

    Raises:
        MayNotChangeLaw: the access rules do not let the caller.
        NoOverlay, OverlayDiffers: there are none, or others than the digest says.
        OverlayProposed, OverlayApproved: it was done before.
    """
    person = _check_may(tx, "law.overlay-propose", policies, caller, now)
    _check_lies_there(folders, digest)
    rules.check_propose(queries.lock(tx, digest))

    queries.insert_proposal(tx, digest, person=person, now=now)
    return Changed(digest, "proposed", _append(tx, OverlayProposed, digest, caller, now))


def approve(
    tx: Transaction, digest: str, *, folders: Folders, policies: Policies, caller: Caller, now: datetime
) -> Changed:
    """Approve what another person proposed. It counts from the next start of the registry.

    Raises:
        MayNotChangeLaw: the access rules do not let the caller.
        NoOverlay, OverlayDiffers: there are none, or others than the digest says.
        OverlayNotProposed, OverlayApproved, ProposedBySame: see `rules.check_approve`.
    """
    person = _check_may(tx, "law.overlay-approve", policies, caller, now)
    _check_lies_there(folders, digest)
    rules.check_approve(queries.lock(tx, digest), person)

    queries.record_approval(tx, digest, person=person, now=now)
    return Changed(digest, "approved", _append(tx, OverlayApproved, digest, caller, now))


def _check_may(reading: Reading, action: str, policies: Policies, caller: Caller, now: datetime) -> str:
    """The person who acts, when the access rules let them."""
    allowed = policies.access.allows(action, principal=principal(reading, caller, now), resource={}).allowed
    if not allowed or caller.person is None:
        raise MayNotChangeLaw(action=action)
    return caller.person


def _check_lies_there(folders: Folders, digest: str) -> None:
    """Refuse a digest that is not that of the entries on disk, and entries that could not be used."""
    if folders.overlay is None:
        raise NoOverlay
    if read_overlay(folders.policies, folders.overlay).digest != digest:
        raise OverlayDiffers(digest=overlay_digest(folders.overlay))


def _append(tx: Transaction, event: type[Event], digest: str, caller: Caller, now: datetime) -> int:
    return append(
        tx,
        event(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("law", digest, digest=digest),
            demo=caller.demo,
        ),
    )


def _status(standing: Standing | None) -> Status:
    if standing is None:
        return "found"
    return "approved" if standing.approved_by else "proposed"
