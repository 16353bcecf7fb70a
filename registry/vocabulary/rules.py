"""When a deployment's own entries of law count: two people have approved exactly their digest."""

from dataclasses import dataclass

from registry.errors import Conflict, Forbidden, NotFound


class NoOverlay(NotFound):
    """This registry has no entries of law of its own."""

    code = "no-overlay"


class NoSuchCode(NotFound):
    """The vocabulary has no such list, or the list no such code."""

    code = "no-such-code"


class OverlayDiffers(Conflict):
    """The digest is not that of the entries that lie there now: they changed, or another text was meant."""

    code = "overlay-differs"


class OverlayProposed(Conflict):
    """These entries have been proposed already; a second person approves them."""

    code = "overlay-proposed"


class OverlayNotProposed(Conflict):
    """Nobody has proposed these entries, so there is nothing to approve."""

    code = "overlay-not-proposed"


class OverlayApproved(Conflict):
    """These entries have been approved already; they count from the next start of the registry."""

    code = "overlay-approved"


class ProposedBySame(Conflict):
    """Whoever proposed the entries does not approve them."""

    code = "proposed-by-same"


class MayNotChangeLaw(Forbidden):
    """Only an administrator or operator, with the scope for it, decides about entries of law."""

    code = "may-not-change-law"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the approval of one digest has come, and by whom."""

    digest: str
    proposed_by: str
    approved_by: str | None


def check_propose(standing: Standing | None) -> None:
    """Refuse to propose what has been proposed.

    Raises:
        OverlayProposed, OverlayApproved: see there.
    """
    if standing is not None:
        raise OverlayApproved if standing.approved_by else OverlayProposed


def check_approve(standing: Standing | None, person: str) -> None:
    """Refuse an approval that would not make two people.

    Raises:
        OverlayNotProposed, OverlayApproved, ProposedBySame: see there.
    """
    if standing is None:
        raise OverlayNotProposed
    if standing.approved_by:
        raise OverlayApproved
    if standing.proposed_by == person:
        raise ProposedBySame
