"""Every table of the registry, for migrations and for tests that walk them."""

from sqlmodel import SQLModel

import registry.agreements.tables
import registry.asking.tables
import registry.assessments.tables
import registry.auditlog.tables
import registry.exchange.tables
import registry.oauth.tables
import registry.organisations.tables
import registry.passkeys.tables
import registry.receipts.tables
import registry.records.tables
import registry.signing.tables
import registry.templates.tables
import registry.vocabulary.tables
import registry.web.tables
import registry.webhooks.tables  # noqa: F401

metadata = SQLModel.metadata
