"""One function for each thing a person, or the registry itself, can do to organisations and people."""

from registry.organisations.actions.acting import Acting, Recorded
from registry.organisations.actions.delegating import agree, delegate, end
from registry.organisations.actions.granting import admit, give_role, take_role
from registry.organisations.actions.leaving import Left, leave
from registry.organisations.actions.reading import list_delegations, read_person
from registry.organisations.actions.recording import (
    end_authority,
    record_assurance,
    record_training,
    share_authority,
)
from registry.organisations.actions.register import (
    Registered,
    end_role,
    grant_role,
    register_organisation,
    register_person,
)
from registry.organisations.actions.succeeding import (
    carry_out_due,
    confirm_succession,
    list_successions,
    propose_succession,
)

__all__ = [
    "Acting",
    "Left",
    "Recorded",
    "Registered",
    "admit",
    "agree",
    "carry_out_due",
    "confirm_succession",
    "delegate",
    "end",
    "end_authority",
    "end_role",
    "give_role",
    "grant_role",
    "leave",
    "list_delegations",
    "list_successions",
    "propose_succession",
    "read_person",
    "record_assurance",
    "record_training",
    "register_organisation",
    "register_person",
    "share_authority",
    "take_role",
]
