"""The disk is full, or fails to flush: said in both languages, nothing half written, all well afterwards."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import pytest
import requests
from sqlalchemy import text

from registry.auditlog import log_size
from registry.db import Database
from tests.crash.house import Prepared
from tests.crash.serving import serving
from tests.crash.tracing import faulty
from tests.crash.wholeness import check_never_forked, check_whole, checkpoint_of
from tests.signoffs import House, SignOff

PATIENCE_SECONDS = 30
ATTEMPTS = 5
WRITERS = text("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

STORAGE = {
    "a disk that is full": "inject=pwrite64:error=ENOSPC",
    "a flush that fails": "inject=fdatasync:error=EIO",
}
HIGH_WATER = {
    "a full disk": "inject=write:error=ENOSPC",
    "a flush that fails": "inject=fsync:error=EIO",
    "a name that cannot be given": "inject=rename:error=EIO",
}


@dataclass
class Standing:
    """A running registry, what is still to be signed there, and what the world was told."""

    house: House
    pid: int
    todo: Iterator[SignOff]
    acknowledged: list[tuple[SignOff, int]] = field(default_factory=list)
    served: list[str] = field(default_factory=list)

    def sign(self, sign_off: SignOff) -> requests.Response:
        """Ask for one signature; what is granted is remembered."""
        answer = requests.post(
            f"{self.house.settings.base_url}/api/v1/agreements/{sign_off.ref}/sign",
            data=sign_off.body,
            headers={"authorization": f"Bearer {sign_off.token}", "content-type": "application/json"},
            timeout=30,
        )
        if answer.ok:
            self.acknowledged.append((sign_off, answer.json()["log_index"]))
        return answer

    def ready(self) -> requests.Response:
        """Ask whether it is ready."""
        return requests.get(f"{self.house.settings.base_url}/health/ready", timeout=5)

    def served_size(self) -> int:
        """How large a tree the checkpoint served is of."""
        note = requests.get(f"{self.house.settings.base_url}/log/checkpoint", timeout=5).text
        self.served.append(note)
        return checkpoint_of(note).size

    def storage_processes(self) -> list[int]:
        """The processes that write to the disk for it: all of PostgreSQL, or it itself."""
        db = Database(self.house.settings.database)
        if db.engine.dialect.name == "sqlite":
            return [self.pid]
        with db.read() as reading:
            found = [row.pid for row in reading.all(WRITERS)]
        db.dispose()
        return found

    def refused(self, fault: str) -> tuple[SignOff, requests.Response]:
        """The first signature that is refused while the disk has a fault.

        One is granted where the registry opens another connection just then: its process is a new one, whose
        disk is well. It is among the processes of the next attempt.
        """
        for sign_off in islice(self.todo, ATTEMPTS):
            with faulty(self.storage_processes(), fault):
                answer = self.sign(sign_off)
            if not answer.ok:
                return sign_off, answer
        raise AssertionError("signed, on a disk that has a fault")

    def check(self) -> None:
        """Find nothing amiss."""
        wait_for(lambda: self.ready().ok)
        db = Database(self.house.settings.database)
        with db.read() as reading:
            size = log_size(reading)  # also of what was done and never acknowledged
        wait_for(lambda: self.served_size() >= size)
        check_whole(db, self.acknowledged)
        check_never_forked(db, self.served)
        db.dispose()


@pytest.fixture(scope="module")
def standing(prepared: Prepared) -> Iterator[Standing]:
    with prepared.copy() as house, serving(house) as process:
        yield Standing(house, process.pid or 0, iter(prepared.sign_offs))


@pytest.mark.parametrize("fault", STORAGE)
def test_storage_that_fails_is_said_so_and_leaves_nothing_half_done(standing: Standing, fault: str) -> None:
    sign_off, answer = standing.refused(STORAGE[fault])
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "storage-unavailable")
    assert problem["detail"] != problem["detail_cy"]
    assert int(answer.headers["retry-after"])
    standing.check()
    again = standing.sign(sign_off)
    assert again.status_code == 200 or again.json()["code"] == "already-signed"
    standing.check()


@pytest.mark.parametrize("fault", HIGH_WATER)
def test_no_checkpoint_is_served_that_the_high_water_mark_is_behind(standing: Standing, fault: str) -> None:
    """LOG acceptance 10 and 11: signed, but neither noted nor served; both follow when the disk is well."""
    beside = standing.house.settings.log_key.with_name("log.pem.highwater.new")
    folder = fault == "a flush that fails"
    before = standing.served_size()
    with faulty([standing.pid], HIGH_WATER[fault], path=None if folder else beside):
        assert standing.sign(next(standing.todo)).status_code == 200
        wait_for(lambda: "publishing-fails" in standing.ready().json()["faults"])
        assert standing.served_size() == before
    standing.check()
    assert standing.served_size() > before


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, "it never holds"
        time.sleep(0.05)
