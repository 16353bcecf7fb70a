"""The key that signs receipts and, as a note key, the checkpoints of their log.

What it signs as a JWS holds no newline and what it signs as a note always does, so that neither can ever be
taken for the other. A key is replaced by naming another file in the settings: the next root introduces it,
and those before stay published for as long as the main log names them.
"""

from typing import Any

from registry.auditlog import history
from registry.db import Reading
from registry.receipts.events import KIND_OF_KEY, SUBJECT
from registry.settings import Settings
from registry.signers.files import create_key, load_signer
from registry.tlog.keys import VerifierKey
from registry.tlog.signing import KeySigner
from registry.verification.commitments import write_base64url
from registry.verification.receipt import ALGORITHM, LOG_SUFFIX, thumbprint


def create_receipt_key(settings: Settings) -> None:
    """Make the key where there is none, encrypted as the log's keys are."""
    if not settings.receipt_key.exists():
        create_key(settings.receipt_key, passphrase_file=settings.signing_key_passphrase_file)


def load_receipt_key(settings: Settings, log_origin: str) -> KeySigner:
    """The signer of the log of receipts beside the log of this origin.

    Raises:
        FileNotFoundError: there is no key: `registry init` makes it.
        ValueError: it is no Ed25519 key, or its passphrase is wrong or missing.
    """
    path = settings.receipt_key
    signer = load_signer(path, log_origin + LOG_SUFFIX, passphrase_file=settings.signing_key_passphrase_file)
    if len(signer.key.public_key) != 32:
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return signer


def introduced_keys(reading: Reading) -> list[VerifierKey]:
    """The keys that the main log has introduced, the newest first."""
    found = history(reading, KIND_OF_KEY, SUBJECT)
    return [VerifierKey.parse(event.members["new_key"]) for event in found]


def every_key(reading: Reading, present: VerifierKey) -> list[VerifierKey]:
    """The present key, which may not be introduced yet, and those before it."""
    return list(dict.fromkeys([present, *introduced_keys(reading)]))


def jwk(key: VerifierKey) -> dict[str, Any]:
    """A public key as receipts' verifiers need it (RFC 8037)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": ALGORITHM,
        "use": "sig",
        "kid": thumbprint(key.public_key),
        "x": write_base64url(key.public_key),
    }
