"""The facts of a person who is about to put their name to something."""

from dataclasses import asdict, dataclass

from registry.policy import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One person's act on one text, for the rules that keep duties apart; neutral where nothing is known.

    `actor_advised`: as data protection officer, on a DPIA that covers the text. `mandate_covers`: the
    role itself or a live delegation for this kind and risk. `signed_for_another`: the person has, for
    another body.
    """

    role: str
    actor_is_author: bool
    hash_matches: bool
    actor_advised: bool = False
    mandate_covers: bool = True
    signed_for_another: bool = False
    shared_authority: bool = False

    def unit(self) -> Unit:
        """The unit that rules judge."""
        return Unit("act", "", asdict(self))
