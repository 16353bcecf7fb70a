"""A demo to measure: a process of its own, described by its demo.json."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from joserfc import jwt
from joserfc.jwk import import_key

from tests.servers import REGISTRY, free_port, running

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is being served."""

    port: int
    data_dir: Path
    described: dict[str, Any]

    @property
    def base_url(self) -> str:
        """Where it is served."""
        url: str = self.described["base_url"]
        return url


@contextmanager
def serving(
    data_dir: Path,
    *,
    agreements: int = 0,
    environment: Mapping[str, str] | None = None,
    patience: float = 300,
) -> Iterator[Demo]:
    """A demo loaded into a folder and served until the block ends."""
    port = free_port()
    command = (REGISTRY, "demo", "--port", str(port), "--data-dir", str(data_dir))
    ready = f"http://127.0.0.1:{port}/health/ready"
    with running(
        *command,
        "--agreements",
        str(agreements),
        ready_url=ready,
        environment=environment,
        patience_seconds=PATIENCE_SECONDS,
    ):
        yield Demo(port, data_dir, json.loads((data_dir / "demo.json").read_text(encoding="utf-8")))


def partner_token(demo: Demo, client: Mapping[str, Any]) -> str:
    """An access token for a partner system, which proves itself with a signed assertion (RFC 7523)."""
    now = int(time.time())
    claims = {
        "iss": client["client_id"],
        "sub": client["client_id"],
        "aud": client["assertion_audience"],
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
    }
    key = import_key(client["private_jwk"])
    header = {"alg": client["alg"], "kid": client["private_jwk"]["kid"]}
    answer = requests.post(
        f"{demo.base_url}/oauth/token",
        data={
            "grant_type": "client_credentials",
            "scope": client["scope"],
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(header, claims, key, algorithms=[client["alg"]]),
        },
        timeout=10,
    )
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token
