"""A registry and a partner's witness, each as its operator runs it; and the drill after a restored backup."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from registry import clock
from registry.app import create_app
from registry.auditlog.keys import signer_of_log
from registry.auditlog.publisher import publish_once
from registry.auditlog.rules import LogDamaged
from registry.cli import main
from registry.db import Database
from registry.settings import Settings
from registry.tlog.policy import Policy
from tests.auditlog_world import grow
from tests.servers import REGISTRY, free_port, running

ORIGIN = "registry.test/log"


@dataclass
class Partners:
    """The registry's folder, the witness's folder, and the policy that the registry and its auditors pin."""

    folder: Path
    port: int = field(default_factory=free_port)

    def command(self, *arguments: str) -> Any:
        result = CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False)
        return json.loads(result.stdout)

    def set_up(self) -> None:
        """Exchange keys: the witness trusts the log, the registry's policy names the witness."""
        self.command("init")
        keys = [key["key"] for key in self.command("keys", "list")["keys"] if key["use"] == "log"]
        logs = [f"log {key}" for key in keys]
        made = self.command("witness", "init", "partner.test/witness", "--data-dir", str(self.witness))
        (self.witness / "logs").write_text("\n".join([*logs, "quorum none", ""]))
        address = f"http://127.0.0.1:{self.port}"
        lines = [*logs, f"witness partner {made['key']} {address}", "quorum partner"]
        self.policy.write_text("".join(f"{line}\n" for line in lines))

    @property
    def witness(self) -> Path:
        return self.folder / "witness"

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    @property
    def command_line(self) -> tuple[str, ...]:
        serve = (REGISTRY, "witness", "serve", "--port", str(self.port))
        return *serve, "--data-dir", str(self.witness)


@pytest.fixture
def partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Partners:
    """A registry on SQLite, whose database can be copied like any file, and a partner's witness."""
    partners = Partners(tmp_path)
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "LOG_ORIGIN": ORIGIN,
        "WITNESS_POLICY_FILE": str(partners.policy),
        "WITNESS_QUORUM": "required",
        "EGRESS_NETWORKS": "127.0.0.0/8",
        "PUBLISH_INTERVAL_SECONDS": "0.02",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"REGISTRY_{name}", value)
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "registry.sqlite3")
    partners.set_up()
    return partners


@contextmanager
def serving() -> Iterator[TestClient[Litestar]]:
    """A worker of the registry."""
    with TestClient(create_app(Settings()).pages) as client:
        yield client


def entries(count: int) -> int:
    """Append so many entries, as the register's work does; the size of the log."""
    db = Database(Settings().database)
    size = grow(db, count).stop
    db.dispose()
    return size


def wait_for(client: TestClient[Litestar], size: int) -> bytes:
    """The checkpoint, once it is of this size."""
    deadline = time.monotonic() + 20
    while f"{ORIGIN}\n{size}\n" not in (note := client.get("/log/checkpoint")).text:
        assert time.monotonic() < deadline, client.get("/health/ready").text
        time.sleep(0.02)
    return note.content


def reasons(client: TestClient[Litestar]) -> dict[str, dict[str, str]]:
    """What /health/ready warns of, in words."""
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    return {reason["code"]: reason for reason in answer.json()["reasons"]}


def publish_as_a_command_does() -> None:
    settings = Settings()
    db = Database(settings.database)
    try:
        with db.read() as reading:
            signer = signer_of_log(reading, settings)
        publish_once(db, settings, signer, clock.now())
    finally:
        db.dispose()


def test_a_partner_witnesses_the_log_and_a_restored_backup_is_refused(
    partners: Partners, tmp_path: Path
) -> None:
    """LOG acceptance 7 and 11 with the real witness, a process, in front of a real registry."""
    live, backup = tmp_path / "data" / "registry.sqlite3", tmp_path / "backup.sqlite3"
    with serving() as client:
        told = reasons(client)
        assert told.keys() == {"witnesses-unheard", "witness-quorum-unmet"}
        assert "No checkpoint is signed until they do" in told["witnesses-unheard"]["en"]
        assert "Ni lofnodir unrhyw bwynt gwirio" in told["witnesses-unheard"]["cy"]

        stack = ExitStack()
        stack.enter_context(running(*partners.command_line, ready_url=f"http://127.0.0.1:{partners.port}/"))
        size = entries(5)
        witnessed = Policy.parse(partners.policy.read_bytes()).check(wait_for(client, size))
        assert witnessed.cosigned.keys() == {"partner"}
        assert reasons(client) == {}
        (known,) = client.get("/health/ready").json()["witnessing"]["witnesses"]
        assert (known["witness"], known["size"], known["fault"]) == ("partner", size, None)
    with stack:
        copy(live, backup)
        entries(5)
        publish_as_a_command_does()

        copy(backup, live)
        Settings().log_key.with_name("log.pem.highwater").unlink()
        with pytest.raises(LogDamaged, match="the witness partner has seen 10 entries, the log has 5"):
            publish_as_a_command_does()
        looks = partners.command("doctor")["looks"]
        (fault,) = (look["fault"] for look in looks if look["name"] == "history")
        assert "was a backup restored" in fault
        assert "docs/operating.md" in fault


def copy(database: Path, to: Path) -> None:
    """Copy a database at rest, its newest changes included."""
    for path in (to, to.with_name(to.name + "-wal"), to.with_name(to.name + "-shm")):
        path.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
