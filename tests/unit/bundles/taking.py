"""Bundles of small worlds, and what evaluators answer from them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from registry.agreements.sharing import SharingFlow
from registry.bundles.evaluate import Bundle
from registry.bundles.extract import extract
from registry.bundles.signing import BundleKey, create_bundle_key
from registry.decisions.index import Body
from registry.decisions.law.bars import no_bars
from registry.settings import Settings
from tests.unit.decisions.making import BODIES, LOG_SIZE, NOW, TRUST, policies

LIFETIME = timedelta(hours=8)


def key_in(folder: Path) -> BundleKey:
    """A key of bundles in a folder."""
    settings = Settings(data_dir=folder)
    create_bundle_key(settings)
    return BundleKey(settings.bundle_key)


def content(
    flows: Iterable[SharingFlow],
    organisation: str = TRUST,
    *,
    mode: str = "enforce",
    bodies: Iterable[Body] = BODIES,
    issued: datetime = NOW,
) -> dict[str, Any]:
    """What the bundle of an organisation says, of those of these flows of which it is an end."""
    own = [flow for flow in flows if organisation in (flow.holder, flow.recipient)]
    issued_at = int(issued.timestamp())
    return {
        "schema": "bundle/1",
        "iss": "https://registry.test",
        "aud": organisation,
        "mode": mode,
        "iat": issued_at,
        "exp": issued_at + int(LIFETIME.total_seconds()),
        "log_origin": "registry.test/log",
        "log_size": LOG_SIZE,
        "policy_digest": policies().digest,
        **extract(own, tuple(bodies), policies(), no_bars),
    }


def opened(key: BundleKey, flows: Iterable[SharingFlow], organisation: str = TRUST, **changes: Any) -> Bundle:
    """The bundle of an organisation as it opens it."""
    return Bundle(key.sign(content(flows, organisation, **changes)), {"keys": [key.public]}, organisation)
