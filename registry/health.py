"""Whether this worker lives, and whether it is fit to answer."""

from dataclasses import dataclass
from typing import Literal, Protocol

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from registry.auditlog import log_size
from registry.auditlog.publisher import Publisher
from registry.auditlog.queries import newest_checkpoint
from registry.db import Database
from registry.decisions.follower import IndexFollower
from registry.housekeeping import Housekeeping


class Parts(Protocol):
    """The parts of a worker whose health is asked."""

    db: Database
    publisher: Publisher
    follower: IndexFollower
    housekeeping: Housekeeping


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


class ReadyOut(BaseModel):
    """Ready or not, why not, and how far the log, its checkpoint and the permission index are."""

    status: Literal["ready", "not-ready"]
    faults: list[str]
    log_size: int
    checkpoint_size: int
    index_log_size: int


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
        faults, size, published = health.faults(), 0, 0
        try:
            with health.parts.db.read() as reading:
                size = log_size(reading)
                newest = newest_checkpoint(reading)
                published = newest.size if newest else 0
        except SQLAlchemyError:
            faults.append("database-unreachable")
        out = ReadyOut(
            status="not-ready" if faults else "ready",
            faults=faults,
            log_size=size,
            checkpoint_size=published,
            index_log_size=health.parts.follower.index.log_size or 0,
        )
        return Response(out, status_code=503 if faults else 200)
