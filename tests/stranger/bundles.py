"""A bundle as a stranger reads it (docs/bundles.md): signature, age, flows."""

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.stranger.deciding import Flow

Json = dict[str, Any]


def open_bundle(text: str, keys: Json, now: float) -> Json:
    """What a bundle says, if one of these keys signed it and it is neither too old nor too young."""
    header, payload, signature = text.split(".")
    named = json.loads(decoded(header))
    assert (named["alg"], named["typ"], named["zip"]) == ("Ed25519", "decision-bundle+jwt", "DEF")
    [key] = [decoded(key["x"]) for key in keys["keys"] if key["kid"] == named["kid"]]
    Ed25519PublicKey.from_public_bytes(key).verify(decoded(signature), f"{header}.{payload}".encode())
    content: Json = json.loads(zlib.decompress(decoded(payload), wbits=-15))
    assert content["schema"] == "bundle/1"
    assert content["iat"] <= now < content["exp"] <= content["iat"] + 24 * 3600
    return content


def flows_of(content: Json) -> Iterator[Flow]:
    """The flows of a bundle."""
    for values in content["flows"]:
        row = dict(zip(content["columns"], values, strict=True))
        terms = content["terms"][row["terms"]]
        yield Flow(
            agreement={name: row[name] for name in ("ref", "version", "hash", "flow")},
            holder=row["holder"],
            recipient=row["recipient"],
            actions=frozenset(terms["actions"]),
            items=frozenset(map(tuple, terms["items"])),
            purposes=frozenset(terms["purpose"]),
            subject_groups=frozenset(terms["subject_group"]),
            volume=terms["volume"][0],
            methods=frozenset(terms["method"]),
            regimes=frozenset(terms["regime"]),
            age_bands=frozenset(terms["age_band"] if "age_band" in terms["needs"] else ()),
            obliges=bool(terms["obligations"] or terms["checks"]),
            standing=_standing(row, content["iat"]),
            begins=row["begins_at"],
            ends=row["ends_at"],
            live=row["live_at"],
        )


def _standing(row: Json, at: float) -> str:
    return "blocked" if row["state"] == "live" and row["blocked_at"] <= at else str(row["state"])


def decoded(text: str) -> bytes:
    """The octets of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
