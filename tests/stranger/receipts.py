"""A receipt as a stranger reads it: who signed it, of which question, and that the logs hold it."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.stranger.bundles import decoded
from tests.stranger.logs import Export, climb, leaf, read_checkpoint, read_key

Json = dict[str, Any]


def check_receipt(held: Json, export: Export) -> Json:
    """The claims of a receipt that its holder kept with the proof, the question and the salt.

    The main log introduced the key that signed it; it is of this question; the log of receipts has it under
    a root that the main log names.
    """
    header, payload, signature = held["receipt"].split(".")
    named, claims = json.loads(decoded(header)), json.loads(decoded(payload))
    assert (named["alg"], named["typ"]) == ("Ed25519", "decision-receipt+jwt")
    [vkey] = [each for each in introduced(export) if thumbprint(read_key(each)[2]) == named["kid"]]
    key = Ed25519PublicKey.from_public_bytes(read_key(vkey)[2])
    key.verify(decoded(signature), f"{header}.{payload}".encode())

    question = json.dumps(held["request"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hashed = hashlib.sha256(decoded(held["salt"]) + question.encode()).hexdigest()
    assert claims["request_hash"] == f"sha256:{hashed}"

    proof, _, note = held["proof"].partition("\n\n")
    _, index, *path = proof.splitlines()
    head = read_checkpoint(note, vkey)
    entry = leaf(hashlib.sha256(held["receipt"].encode()).digest())
    steps = [base64.b64decode(step) for step in path]
    assert climb(int(index.removeprefix("index ")), head.size, entry, steps) == head.root
    assert f"sha256:{head.root.hex()}" in roots(export)
    assert claims["log"] == export.head.origin
    assert claims["log_size"] <= export.head.size
    found: Json = claims
    return found


def introduced(export: Export) -> list[str]:
    return [entry["new_key"] for entry in export.entries if entry["type"] == "receipt_key.introduced"]


def roots(export: Export) -> set[str]:
    """The roots of the log of receipts that the main log names."""
    return {entry["subject"]["digest"] for entry in export.entries if entry["type"] == "decisions.rooted"}


def thumbprint(key: bytes) -> str:
    """The name of a key (RFC 7638)."""
    point = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    spelt = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": point}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(spelt.encode()).digest()).rstrip(b"=").decode()
