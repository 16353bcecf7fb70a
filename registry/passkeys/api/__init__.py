"""Passkeys, rosters, organisations' keys and the statements of approvals over JSON."""

from registry.passkeys.api.approvals import ApprovalsApi
from registry.passkeys.api.keys import OrganisationKeysApi
from registry.passkeys.api.passkeys import PasskeysApi
from registry.passkeys.api.rosters import RostersApi

CONTROLLERS = (PasskeysApi, RostersApi, OrganisationKeysApi, ApprovalsApi)

__all__ = ["CONTROLLERS"]
