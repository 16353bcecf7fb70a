"""The worked example of the formats: keys from the octets 0 to 31 and 32 to 63, eight well-known entries."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.keys import VerifierKey
from registry.tlog.signing import KeySigner

SPECIFICATION_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
ORIGIN = "registry.example/audit"
VKEY = "registry.example/audit+a6e2b966+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
SIGNER = KeySigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = VerifierKey.parse(VKEY)
OTHER = KeySigner("other.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
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
