"""`demo.json`: everything another program needs to try the demo, and the lines a person reads first."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from registry import clock
from registry.demo.clients import CLIENTS, OFFICER_CLIENT, REDIRECT_URI
from registry.demo.samples import sample_examples, terms_example
from registry.demo.secrets import DemoSecrets, write_private
from registry.oauth.rules import OFFICER_SCOPES
from registry.settings import Settings
from registry.signers.log import LogSigner

FILE = "demo.json"


def handout(settings: Settings, now: datetime) -> dict[str, Any]:
    """The content of `demo.json` (CONTRACT)."""
    made = DemoSecrets.read(settings.data_dir)
    return {
        "base_url": settings.base_url,
        "log": {"origin": settings.origin, "vkey": LogSigner.of(settings, settings.origin).keys[0].text()},
        "people": [{**person, "password": made.password} for person in made.people],
        "officer_client": {
            "client_id": OFFICER_CLIENT,
            "redirect_uri": REDIRECT_URI,
            "scope": " ".join(sorted(OFFICER_SCOPES)),
        },
        "clients": _clients(settings.base_url, made),
        "examples": sample_examples(),
        "terms_example": terms_example(clock.london_day(now)),
    }


def write_handout(settings: Settings, now: datetime) -> dict[str, Any]:
    """Write `demo.json` where only its owner can read it, and return what it says."""
    content = handout(settings, now)
    write_private(settings.data_dir / FILE, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return content


def withdraw_handout(data_dir: Path) -> None:
    """Remove the `demo.json` of an earlier start: whoever waits for it waits for the server it speaks of."""
    (data_dir / FILE).unlink(missing_ok=True)


def first_steps(content: dict[str, Any], data_dir: str) -> str:
    """Where to go, whom to sign in as, and a request that works at once."""
    base_url, person = content["base_url"], content["people"][0]
    return "\n".join(
        (
            f"Registry:  {base_url}/   Cymraeg: {base_url}/cy/   API: {base_url}/docs",
            f"Sign in:   {person['username']}   {person['password']}",
            f"           Everyone in {data_dir}/{FILE} has this password.",
            f"Try:       curl {base_url}/log/checkpoint",
        )
    )


def _clients(base_url: str, made: DemoSecrets) -> list[dict[str, Any]]:
    return [
        {
            "client_id": client.client_id,
            "organisation": client.organisation,
            "mode": client.mode,
            "scope": client.scope,
            "alg": client.alg,
            "assertion_audience": f"{base_url}/oauth/token" if client.nhs_legacy else base_url,
            "private_jwk": made.client_keys[client.client_id],
        }
        for client in CLIENTS
    ]
