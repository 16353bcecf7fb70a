"""What a system that asks finds out beforehand: the metadata of the decision point (AuthZEN 1.0 section 9).

Signed as well (`signed_metadata`), and with what is the registry's own: that a system is registered either to
enforce answers or to advise people, and where the latter asks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from registry.decisions.requests.requestable import REQUESTS
from registry.decisions.sealing import Sealer
from registry.decisions.searches.searching import Searched
from registry.decisions.words.wording import wording

KIND = "authzen-metadata+jwt"
ACCESS_REQUEST = "urn:openid:authzen:capability:access-request"
"""The capability of the Access Request and Approval Profile."""

KEYS, RECEIPT_KEYS = "/oauth/jwks", "/decisions/jwks"
"""Where the keys are that verify what is signed here, and those that verify receipts of answers."""


def endpoints(base_url: str) -> dict[str, Any]:
    """Where a decision point answers what every decision point may be asked."""
    return {
        "policy_decision_point": base_url,
        "access_evaluation_endpoint": f"{base_url}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{base_url}/access/v1/evaluations",
        **{f"search_{searched}_endpoint": base_url + searched.path for searched in Searched},
    }


def metadata(base_url: str, obligations: Sequence[str]) -> dict[str, Any]:
    """What the register's decision point says of itself: where things are and what it can do."""
    said = wording().advice
    return {
        **endpoints(base_url),
        "access_request_endpoint": base_url + REQUESTS,
        "capabilities": [ACCESS_REQUEST],
        "supported_obligations": list(obligations),
        "jwks_uri": base_url + KEYS,
        "decision_receipts_jwks_uri": base_url + RECEIPT_KEYS,
        "advice_endpoint": f"{base_url}/api/v1/advice",
        "client_modes": {mode: said[f"mode-{mode}"]._asdict() for mode in ("enforce", "advise")},
    }


def signed(said: Mapping[str, Any], sealer: Sealer, now: datetime) -> dict[str, Any]:
    """Metadata with the same once more as a signed token: what it says takes precedence (section 9.1.3)."""
    return {**said, "signed_metadata": sealer.sign(KIND, {**said, "iat": int(now.timestamp())})}
