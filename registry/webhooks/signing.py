"""Signing what goes to a webhook: Standard Webhooks, HMAC-SHA256 (`v1`) beside Ed25519 (`v1a`).

Both keys of each generation of a webhook's secret are worked out from the registry's key file: no copy of the
database holds them. An address proves that its owner has the secret by answering a challenge with it.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.records.vault import Vault

PROOF = b"registry-webhook-proof/v1\n"


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of one generation of a webhook's secret."""

    shared: bytes
    signing: Ed25519PrivateKey

    @property
    def secret(self) -> str:
        """The shared secret as its owner keeps it."""
        return f"whsec_{_text(self.shared)}"

    @property
    def public_key(self) -> str:
        """What anyone verifies the `v1a` signature with."""
        return f"whpk_{_text(self.signing.public_key().public_bytes_raw())}"

    def signatures(self, content: bytes) -> list[str]:
        """The signatures over what Standard Webhooks signs."""
        mac = hmac.digest(self.shared, content, hashlib.sha256)
        return [f"v1,{_text(mac)}", f"v1a,{_text(self.signing.sign(content))}"]

    def proof(self, challenge: str) -> str:
        """What the owner of the secret answers to a challenge."""
        return _text(hmac.digest(self.shared, PROOF + challenge.encode(), hashlib.sha256))


def keys_of(vault: Vault, webhook: str, generation: int) -> Keys:
    """The keys of a generation of a webhook's secret."""
    name = f"{webhook}:{generation}"
    signing = Ed25519PrivateKey.from_private_bytes(vault.derive("registry-webhook-ed25519/v1", name))
    return Keys(vault.derive("registry-webhook-hmac/v1", name), signing)


def headers(message: str, body: bytes, *, now: datetime, keys: list[Keys]) -> dict[str, str]:
    """The headers under which a message goes out, signed with each of these keys."""
    timestamp = str(int(now.timestamp()))
    content = f"{message}.{timestamp}.".encode() + body
    signatures = [signature for each in keys for signature in each.signatures(content)]
    return {
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def is_proof(answer: bytes, challenge: str, keys: Keys) -> bool:
    """Whether an answer, `{"proof": "..."}`, shows that whoever gave it has the secret."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    proof = said.get("proof") if isinstance(said, dict) else None
    if not isinstance(proof, str) or not proof.isascii():
        return False
    return hmac.compare_digest(proof, keys.proof(challenge))


def _text(octets: bytes) -> str:
    return b64encode(octets).decode()
