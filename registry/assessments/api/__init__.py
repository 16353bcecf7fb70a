"""Assessments over JSON: DPIAs under one address, data-ethics assessments under another."""

from registry.assessments.api.dpias import DpiasApi
from registry.assessments.api.ethics import EthicsApi

__all__ = ["DpiasApi", "EthicsApi"]
