"""The worked example of the formats: keys from the octets 0 to 31 and 32 to 63, eight well-known entries."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.tlog.cosignature import Cosigner
from registry.tlog.keys import VerifierKey
from registry.tlog.signing import KeySigner

SPECIFICATION_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
ORIGIN = "registry.example/audit"
VKEY = "registry.example/audit+a6e2b966+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
SIGNER = KeySigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = VerifierKey.parse(VKEY)
LATTICE = KeySigner(ORIGIN, MLDSA44PrivateKey.from_seed_bytes(bytes(range(32))))
"""The log's ML-DSA-44 key. Its signatures differ from run to run, so none of them is golden."""
OTHER = KeySigner("other.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
WITNESS_VKEY = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
WITNESS = Cosigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
LATTICE_WITNESS = Cosigner("witness.example/w2", MLDSA44PrivateKey.from_seed_bytes(bytes(range(32, 64))))
COSIGNED_AT = datetime.fromtimestamp(1_767_225_600, UTC)
TEXT = "registry.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
LOG_LINE = (
    "— registry.example/audit puK5ZmosVKtzR4ZFis6zCO+Ea+jPQqkpRtZhT/V7IUNB6CcylqgCrNq1jZ0N7oNByCCmEiz07IjWcO"
    "wzvHCpcPkW2Aw=\n"
)
WITNESS_LINE = (
    "— witness.example/w1 IDJKvgAAAABpVbkAH4kk+BpYOaeSZIVyo2wlfcy8brjGYVHiKNeSEAnZygMW2dCXkPGhNjfI1xTfaj9T"
    "3oBhhdYnO+oHIPSHqfOGCg==\n"
)
CHECKPOINT = f"{TEXT}\n{LOG_LINE}{WITNESS_LINE}"
