"""One function for each thing a person, or the registry itself, can do to an agreement."""

from registry.agreements.actions.drafting import amend, create, edit, review, submit, withdraw
from registry.agreements.actions.reading import find, read
from registry.agreements.actions.reviewing import confirm, terminate
from registry.agreements.actions.signing import sign
from registry.agreements.actions.stopping import resume, suspend
from registry.agreements.actions.system import DailyPass, DailyPassHeld, daily_pass, follow

__all__ = [
    "DailyPass",
    "DailyPassHeld",
    "amend",
    "confirm",
    "create",
    "daily_pass",
    "edit",
    "find",
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
