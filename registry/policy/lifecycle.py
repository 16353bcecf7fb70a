"""How long the stages of an agreement's life last and what counts as high risk, from `policies/lifecycle`."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, ValidationError

from registry.policy.cedar import BadPolicyFile
from registry.policy.entries import Model
from registry.yamlfiles import read_yaml


class HighRisk(Model):
    """The facts of a text any of which makes it one of high risk."""

    automation: frozenset[str]
    biometrics: frozenset[str]
    sensitive_in_bulk: bool


class Trigger(Model):
    """Why a review can be called before its date."""

    code: str
    en: str = Field(min_length=1)
    cy: str = Field(min_length=1)


class Review(Model):
    """When a review opens, how long it may be overdue, and what can call it early."""

    notice_days: int = Field(ge=0)
    stop_after_days: int = Field(ge=0)
    triggers: tuple[Trigger, ...]


class Approvals(Model):
    """What the report of approvals points out."""

    quick_seconds: int = Field(ge=1)
    pair_texts: int = Field(ge=1)


class Lifecycle(Model):
    """Every period and list of `policies/lifecycle/lifecycle.yaml`."""

    mark: str
    high_risk: HighRisk
    review: Review
    expiry_grace_days: int = Field(ge=0)
    surviving_obligations: frozenset[str]
    archive_after_days: Mapping[str, int]
    approvals: Approvals

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/lifecycle`.

        Raises:
            BadPolicyFile: the file is missing or not of its shape.
        """
        path = folder / "lifecycle.yaml"
        try:
            return cls.model_validate(read_yaml(path))
        except (OSError, yaml.YAMLError, ValidationError) as fault:
            raise BadPolicyFile(f"{path}: {fault}") from fault

    def review_opens_on(self, review_on: date) -> date:
        """The day on which the review of a date opens."""
        return review_on - timedelta(days=self.review.notice_days)

    def stops_on(self, review_on: date) -> date:
        """The day from which an overdue review stops flows that protect nobody."""
        return review_on + timedelta(days=self.review.stop_after_days + 1)

    def expires_on(self, last_day: date) -> date:
        """The day on which a version in force is expired: after its last one and the days of grace."""
        return last_day + timedelta(days=self.expiry_grace_days + 1)
