"""Records over JSON: one module for each kind."""

from registry.records.api.complaints import ComplaintsApi, ContactsApi
from registry.records.api.disclosures import DisclosuresApi
from registry.records.api.emergencies import EmergenciesApi, RecordFormApi
from registry.records.api.evaluations import EvaluationsApi
from registry.records.api.exits import ExitsApi
from registry.records.api.incidents import IncidentsApi
from registry.records.api.tasks import TasksApi

WITH_TOKEN = (IncidentsApi, DisclosuresApi, EmergenciesApi, EvaluationsApi, TasksApi, ComplaintsApi, ExitsApi)
"""What nobody reads or writes without an access token."""

OPEN = (ContactsApi, RecordFormApi)
"""What everyone may read."""

__all__ = ["OPEN", "WITH_TOKEN"]
