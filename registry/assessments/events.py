"""What the log says of assessments. Every one of these entries is sealed (CONTRACT, Log)."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class DpiaDrafted(Event):
    """A DPIA was begun."""

    type: ClassVar[str] = "dpia.drafted"


@dataclass(frozen=True, kw_only=True)
class DpiaEdited(Event):
    """The text of a DPIA was replaced."""

    type: ClassVar[str] = "dpia.edited"


@dataclass(frozen=True, kw_only=True)
class DpiaSubmitted(Event):
    """The text of a DPIA was frozen and sent for advice, under the policy set named."""

    type: ClassVar[str] = "dpia.submitted"
    requires: ClassVar[frozenset[str]] = frozenset({"policy"})


@dataclass(frozen=True, kw_only=True)
class DpiaAdvised(Event):
    """The data protection officer advised on a DPIA; `decision` is the advice."""

    type: ClassVar[str] = "dpia.advised"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class DpiaConsulted(Event):
    """The regulator was asked about a DPIA (UK GDPR Article 36); `decision`: `submitted`, or its reply."""

    type: ClassVar[str] = "dpia.consulted"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class DpiaConsultationExtended(Event):
    """The regulator took more time to reply about a DPIA."""

    type: ClassVar[str] = "dpia.consultation_extended"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaRegulatorReplied(Event):
    """The regulator replied about a DPIA; `decision` is `advice` or `cleared`."""

    type: ClassVar[str] = "dpia.regulator_replied"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class DpiaAdviceAnswered(Event):
    """Reasons were given for an approval of a DPIA against the advice on it."""

    type: ClassVar[str] = "dpia.advice_answered"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaConditionMet(Event):
    """A condition of an approved DPIA was met."""

    type: ClassVar[str] = "dpia.condition_met"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaReviewCalled(Event):
    """A review of an approved DPIA was called for; `reason_code` says by what."""

    type: ClassVar[str] = "dpia.review_called"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    permits: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaReviewConfirmed(Event):
    """An approved DPIA was reviewed and goes on unchanged."""

    type: ClassVar[str] = "dpia.review_confirmed"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaDecided(Event):
    """A DPIA was approved, with or without conditions, or rejected."""

    type: ClassVar[str] = "dpia.decided"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "policy", "role"})
    permits: ClassVar[frozenset[str]] = frozenset({"evidence", "reason_code", "strength"})


@dataclass(frozen=True, kw_only=True)
class DpiaAdopted(Event):
    """Another controller, `org`, made an approved DPIA its own."""

    type: ClassVar[str] = "dpia.adopted"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class DpiaReviewDue(Event):
    """The last day an approved DPIA holds is over."""

    type: ClassVar[str] = "dpia.review_due"


@dataclass(frozen=True, kw_only=True)
class DpiaSuperseded(Event):
    """An approved DPIA was replaced by a newer one."""

    type: ClassVar[str] = "dpia.superseded"


@dataclass(frozen=True, kw_only=True)
class DpiaRevoked(Event):
    """The owner took back its approval of a DPIA."""

    type: ClassVar[str] = "dpia.revoked"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EthicsDrafted(Event):
    """A data-ethics assessment was begun."""

    type: ClassVar[str] = "ethics.drafted"


@dataclass(frozen=True, kw_only=True)
class EthicsEdited(Event):
    """The text of a data-ethics assessment was replaced."""

    type: ClassVar[str] = "ethics.edited"


@dataclass(frozen=True, kw_only=True)
class EthicsSubmitted(Event):
    """The text of a data-ethics assessment was frozen and sent for advice, under the policy set named."""

    type: ClassVar[str] = "ethics.submitted"
    requires: ClassVar[frozenset[str]] = frozenset({"policy"})


@dataclass(frozen=True, kw_only=True)
class EthicsAdvised(Event):
    """The ethics panel advised on a data-ethics assessment; `decision` is the advice."""

    type: ClassVar[str] = "ethics.advised"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class EthicsDecided(Event):
    """A data-ethics assessment was approved, with or without conditions, or rejected."""

    type: ClassVar[str] = "ethics.decided"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "policy", "role"})
    permits: ClassVar[frozenset[str]] = frozenset({"evidence", "reason_code", "strength"})


@dataclass(frozen=True, kw_only=True)
class EthicsAdopted(Event):
    """Another controller, `org`, made an approved data-ethics assessment its own."""

    type: ClassVar[str] = "ethics.adopted"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EthicsAdviceAnswered(Event):
    """Reasons were given for an approval of a data-ethics assessment against the advice on it."""

    type: ClassVar[str] = "ethics.advice_answered"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EthicsConditionMet(Event):
    """A condition of an approved data-ethics assessment was met."""

    type: ClassVar[str] = "ethics.condition_met"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EthicsRolledOut(Event):
    """The tool of an approved data-ethics assessment was rolled out."""

    type: ClassVar[str] = "ethics.rolled_out"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EthicsEffectReviewed(Event):
    """What a tool achieved after its roll-out was reviewed; `decision` is the finding."""

    type: ClassVar[str] = "ethics.effect_reviewed"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class EthicsReopened(Event):
    """An approved data-ethics assessment was opened again; `reason_code` says by what."""

    type: ClassVar[str] = "ethics.reopened"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code", "role"})


@dataclass(frozen=True, kw_only=True)
class EthicsExpired(Event):
    """The last day an approved data-ethics assessment holds is over."""

    type: ClassVar[str] = "ethics.expired"


@dataclass(frozen=True, kw_only=True)
class EthicsSuperseded(Event):
    """An approved data-ethics assessment was replaced by a newer one."""

    type: ClassVar[str] = "ethics.superseded"


@dataclass(frozen=True, kw_only=True)
class EthicsRevoked(Event):
    """The owner took back its approval of a data-ethics assessment."""

    type: ClassVar[str] = "ethics.revoked"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class MatrixTightened(Event):
    """A body said which cells of the risk matrix it holds to be higher than everyone does."""

    type: ClassVar[str] = "matrix.tightened"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


EVENTS: dict[str, type[Event]] = {
    event.type: event
    for event in (
        DpiaDrafted,
        DpiaEdited,
        DpiaSubmitted,
        DpiaAdvised,
        DpiaConsulted,
        DpiaConsultationExtended,
        DpiaRegulatorReplied,
        DpiaAdviceAnswered,
        DpiaConditionMet,
        DpiaReviewCalled,
        DpiaReviewConfirmed,
        DpiaDecided,
        DpiaAdopted,
        DpiaReviewDue,
        DpiaSuperseded,
        DpiaRevoked,
        EthicsDrafted,
        EthicsEdited,
        EthicsSubmitted,
        EthicsAdvised,
        EthicsDecided,
        EthicsAdopted,
        EthicsAdviceAnswered,
        EthicsConditionMet,
        EthicsRolledOut,
        EthicsEffectReviewed,
        EthicsReopened,
        EthicsExpired,
        EthicsSuperseded,
        EthicsRevoked,
    )
}
"""The event of each type, for the transition tables, which name events by type."""
