"""What the log says about clients, and about how people sign in. Of people it names none."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class ClientRegistered(Event):
    """A client may ask for tokens; `party` is the organisation it speaks for, if any."""

    type: ClassVar[str] = "client.registered"
    permits: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class ClientRevoked(Event):
    """A client may not ask for tokens any more, and those it has are refused."""

    type: ClassVar[str] = "client.revoked"
    permits: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class SecondStepEnrolled(Event):
    """A person of `org` enrolled an app that makes codes; the subject is the app."""

    type: ClassVar[str] = "second_step.enrolled"


@dataclass(frozen=True, kw_only=True)
class SecondStepEnded(Event):
    """An app that makes codes stopped counting."""

    type: ClassVar[str] = "second_step.ended"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    """A person of `org` was given recovery codes, in place of those they had; the subject is the set."""

    type: ClassVar[str] = "recovery_codes.made"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """A person of `org` signed in with a recovery code of the set; it does not count again."""

    type: ClassVar[str] = "recovery_code.used"


@dataclass(frozen=True, kw_only=True)
class SignInReset(Event):
    """The operator gave a person a new password and ended every second step; the subject is the row id."""

    type: ClassVar[str] = "sign_in.reset"
