"""Agreements over JSON, by what is done with them."""

from registry.agreements.api.amending import AmendingApi
from registry.agreements.api.coverage import CoverageApi
from registry.agreements.api.frame import Acting, Ref, provide_acting
from registry.agreements.api.lifecycle import LifecycleApi
from registry.agreements.api.published import SchemasApi, VocabularyApi
from registry.agreements.api.register import AgreementsApi

__all__ = [
    "Acting",
    "AgreementsApi",
    "AmendingApi",
    "CoverageApi",
    "LifecycleApi",
    "Ref",
    "SchemasApi",
    "VocabularyApi",
    "provide_acting",
]
