"""Organisations, people and their authority over JSON."""

from registry.organisations.api.delegations import DelegationsApi
from registry.organisations.api.organisations import OrganisationsApi
from registry.organisations.api.people import PeopleApi
from registry.organisations.api.standing import AssurancesApi
from registry.organisations.api.successions import SuccessionsApi

__all__ = ["AssurancesApi", "DelegationsApi", "OrganisationsApi", "PeopleApi", "SuccessionsApi"]
