"""What the log says of webhooks: that a body is told of events and whether it can be. Never an address."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class WebhookOpened(Event):
    """A body named an address of its own that is to be told of events."""

    type: ClassVar[str] = "webhook.opened"


@dataclass(frozen=True, kw_only=True)
class WebhookChallenged(Event):
    """A body asked that its address be challenged to prove that the body controls it."""

    type: ClassVar[str] = "webhook.challenged"


@dataclass(frozen=True, kw_only=True)
class WebhookProved(Event):
    """The address answered the challenge and is told of events from now on. The system's act."""

    type: ClassVar[str] = "webhook.proved"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class WebhookNotProved(Event):
    """The address did not answer the challenge; `reason_code` says how it failed. The system's act."""

    type: ClassVar[str] = "webhook.not_proved"
    requires: ClassVar[frozenset[str]] = frozenset({"party", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(Event):
    """The address could not be told for too long; `reason_code` says how it last failed. The system's act."""

    type: ClassVar[str] = "webhook.disabled"
    requires: ClassVar[frozenset[str]] = frozenset({"party", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class WebhookReplayed(Event):
    """A body asked to be told again from an entry on."""

    type: ClassVar[str] = "webhook.replayed"


@dataclass(frozen=True, kw_only=True)
class WebhookRotated(Event):
    """A body had the secret of a webhook replaced."""

    type: ClassVar[str] = "webhook.rotated"


@dataclass(frozen=True, kw_only=True)
class WebhookSecretShown(Event):
    """The secret of a webhook was shown, once."""

    type: ClassVar[str] = "webhook.secret_shown"


@dataclass(frozen=True, kw_only=True)
class WebhookEnded(Event):
    """A body ended a webhook: its address was forgotten, and nobody is told there any more."""

    type: ClassVar[str] = "webhook.ended"
