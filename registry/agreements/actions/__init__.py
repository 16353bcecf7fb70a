"""One function for each thing a person, or the registry itself, can do to an agreement."""

from registry.agreements.actions.attesting import attest
from registry.agreements.actions.comparing import differences_between, find_similar
from registry.agreements.actions.copying import clone
from registry.agreements.actions.covering import find_askable, find_covering
from registry.agreements.actions.drafting import amend, create, edit, submit, withdraw
from registry.agreements.actions.ending import archive, terminate
from registry.agreements.actions.joining import accede
from registry.agreements.actions.quality import review
from registry.agreements.actions.reading import find, read
from registry.agreements.actions.reviewing import call_review, confirm
from registry.agreements.actions.signing import sign
from registry.agreements.actions.stopping import resume, suspend
from registry.agreements.actions.system import DailyPass, DailyPassHeld, check_clock, daily_pass, follow

__all__ = [
    "DailyPass",
    "DailyPassHeld",
    "accede",
    "amend",
    "archive",
    "attest",
    "call_review",
    "check_clock",
    "clone",
    "confirm",
    "create",
    "daily_pass",
    "differences_between",
    "edit",
    "find",
    "find_askable",
    "find_covering",
    "find_similar",
    "follow",
    "read",
    "resume",
    "review",
    "sign",
    "submit",
    "suspend",
    "terminate",
    "withdraw",
]
