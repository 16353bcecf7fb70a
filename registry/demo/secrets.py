"""What the demo made up when its data folder was new, kept beside the registry's keys for the next start."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from registry.demo.clients import CLIENTS
from registry.demo.samples import sample_people

FILE = Path("keys") / "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSecrets:
    """The log's origin, the people and the password they share, the private keys of clients by client.

    `passkeys`, by user name, are those of people whose organisation vouches for them: a browser's virtual
    authenticator takes one, so that the demo's people can sign with it.
    """

    origin: str
    people: list[dict[str, Any]]
    password: str
    client_keys: dict[str, dict[str, Any]]
    passkeys: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "DemoSecrets":
        """Fresh ones. The origin is unlike that of any other demo, as the name of a log has to be."""
        return cls(
            origin=f"demo-{secrets.token_hex(4)}.registry.test/log",
            people=sample_people(),
            password=secrets.token_urlsafe(12),
            client_keys={client.client_id: client.new_key() for client in CLIENTS},
        )

    @classmethod
    def read(cls, data_dir: Path) -> "DemoSecrets":
        """Those of a data folder.

        Raises:
            FileNotFoundError: the folder is not that of a demo.
        """
        return cls(**json.loads((data_dir / FILE).read_text(encoding="utf-8")))

    def write(self, data_dir: Path) -> None:
        """Keep them where only their owner can read."""
        write_private(data_dir / FILE, json.dumps(asdict(self)))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)
