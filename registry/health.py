"""Whether this worker lives, and whether it is fit to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from pydantic import BaseModel
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from registry.auditlog import log_size
from registry.auditlog.checking.nightwatch import last_check
from registry.auditlog.publisher import Publisher
from registry.auditlog.queries import newest_checkpoint
from registry.auditlog.served import newest_served, served_without_quorum, witness_states
from registry.db import Database, Reading
from registry.decisions.follower import IndexFollower
from registry.housekeeping import Housekeeping
from registry.web.catalogue import catalogue
from registry.webhooks.delivering import Deliverer
from registry.witness.client import CONTRADICTING


class Parts(Protocol):
    """The parts of a worker whose health is asked."""

    db: Database
    publisher: Publisher
    follower: IndexFollower
    housekeeping: Housekeeping
    deliverer: Deliverer


@dataclass(frozen=True, slots=True)
class Health:
    """Looks at the parts of this worker."""

    parts: Parts

    def faults(self) -> list[str]:
        """What keeps this worker from being ready, as codes; none when it is."""
        parts = self.parts
        found = {
            "log-damaged": parts.publisher.fault is not None,
            "publisher-stopped": not parts.publisher.is_running,
            "publishing-fails": parts.publisher.trouble is not None,
            "index-loading": parts.follower.index.log_size is None,
            "index-not-followed": not parts.follower.is_running,
            "daily-pass-not-made": parts.housekeeping.fault is not None,
        }
        return [code for code, is_so in found.items() if is_so]

    def witnessing(self, reading: Reading) -> "WitnessingOut | None":
        """What the log's witnesses have said; None where the operator has named none."""
        witnesses, shown = self.parts.publisher.witnesses, newest_served(reading)
        if witnesses is None:
            return None
        states = witness_states(reading)
        is_held_back = _is_held_back(newest_checkpoint(reading), shown, states)
        return WitnessingOut(
            is_required=witnesses.is_required,
            has_quorum=shown is not None and shown.has_quorum and not is_held_back,
            served_size=shown.size if shown else 0,
            served_without_quorum=served_without_quorum(reading),
            rounds_short=witnesses.rounds_short,
            witnesses=[WitnessOut(**row._asdict()) for row in states],
        )

    def warnings(self, witnessing: "WitnessingOut | None") -> list[str]:
        """What the operator should look at though this worker is fit to answer, as codes."""
        found = {"webhooks-not-told": not self.parts.deliverer.is_running}
        if witnessing is not None:
            found |= {
                "witnesses-unheard": self.parts.publisher.unheard is not None,
                "witness-quorum-unmet": not witnessing.has_quorum,
                "witness-contradicts": any(one.fault in CONTRADICTING for one in witnessing.witnesses),
            }
        return [code for code, is_so in found.items() if is_so]


class ReasonOut(BaseModel):
    """A fault or a warning in words."""

    code: str
    en: str
    cy: str


class WitnessOut(BaseModel):
    """What a witness last answered: the size it has cosigned, and why its last answer was none if it was."""

    witness: str
    size: int
    cosigned_at: datetime | None
    fault: str | None
    failures: int


class WitnessingOut(BaseModel):
    """Whether enough witnesses have cosigned, and how often they have not."""

    is_required: bool
    has_quorum: bool
    served_size: int
    served_without_quorum: int
    rounds_short: int
    witnesses: list[WitnessOut]


class LogCheckOut(BaseModel):
    """What the last nightly check of every row came to."""

    checked_on: date
    size: int
    findings: int


class ReadyOut(BaseModel):
    """Ready or not, why not, and how far the log, its checkpoint and the permission index are."""

    status: Literal["ready", "not-ready"]
    faults: list[str]
    warnings: list[str]
    reasons: list[ReasonOut]
    log_size: int
    checkpoint_size: int
    index_log_size: int
    log_check: LogCheckOut | None
    witnessing: WitnessingOut | None


class LiveOut(BaseModel):
    """This process answers."""

    status: Literal["live"] = "live"


class HealthApi(Controller):
    """For load balancers, containers and whoever is on call."""

    path = "/health"
    tags = ("operations",)

    @get("/live", sync_to_thread=False)
    def live(self) -> LiveOut:
        """Say that this process answers."""
        return LiveOut()

    @get("/ready", sync_to_thread=True)
    def ready(self, health: NamedDependency[Health]) -> Response[ReadyOut]:
        """Say whether this worker is fit to answer: 200 if it is, else 503 with the reasons."""
        faults, size, published, witnessing, check = health.faults(), 0, 0, None, None
        try:
            with health.parts.db.read() as reading:
                size = log_size(reading)
                newest = newest_checkpoint(reading)
                published = newest.size if newest else 0
                witnessing = health.witnessing(reading)
                check = last_check(reading)
        except SQLAlchemyError:
            faults.append("database-unreachable")
        warnings = health.warnings(witnessing) + (["log-tampered"] if check and check.findings else [])
        out = ReadyOut(
            status="not-ready" if faults else "ready",
            faults=faults,
            warnings=warnings,
            reasons=[_reason(code) for code in faults + warnings],
            log_size=size,
            checkpoint_size=published,
            index_log_size=health.parts.follower.index.log_size or 0,
            log_check=LogCheckOut.model_validate(check._mapping) if check else None,
            witnessing=witnessing,
        )
        return Response(out, status_code=503 if faults else 200)


def _is_held_back(newest: Row[Any] | None, shown: Row[Any] | None, states: Sequence[Row[Any]]) -> bool:
    """Whether the newest checkpoint waits for a witness that failed. One signed a moment ago only waits."""
    is_behind = shown is None or (newest is not None and newest.size > shown.size)
    return is_behind and any(state.fault for state in states)


def _reason(code: str) -> ReasonOut:
    message = catalogue()[code]
    return ReasonOut(code=code, en=message.en, cy=message.cy)
