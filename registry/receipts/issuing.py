"""Signing receipts, and holding what was signed until a thread has kept it.

Nothing here waits for a database: an answer costs a signature. What is held is lost when the process dies
before the thread's next turn; the receipt in the client's hands stays good as a signature and is deposited
again by sending it to `/decisions/receipts`.
"""

from base64 import urlsafe_b64encode
from collections import deque

from registry.tlog.signing import KeySigner
from registry.verification.commitments import write_base64url
from registry.verification.receipt import leaf_of, thumbprint, write_header

MOST_HELD = 200_000
"""Receipts that wait for a database that does not answer; beyond them answers are given without."""


class Issuer:
    """Signs receipts with one key."""

    def __init__(self, signer: KeySigner) -> None:
        self.signer = signer
        self._sign = signer.private_key.sign
        self._header = write_base64url(write_header(thumbprint(signer.key.public_key))).encode() + b"."
        self._held: deque[bytes] = deque()

    @property
    def is_full(self) -> bool:
        """Whether no more can be held, so that nothing more is signed."""
        return len(self._held) >= MOST_HELD

    def issue(self, claims: bytes) -> bytes:
        """The receipt with these claims, a JSON object. Its hash is held until `take`."""
        signed = self._header + urlsafe_b64encode(claims).rstrip(b"=")
        jws = b"%s.%s" % (signed, urlsafe_b64encode(self._sign(signed)).rstrip(b"="))
        self._held.append(leaf_of(jws))
        return jws

    def take(self) -> list[bytes]:
        """The hashes held so far, which are the caller's from now on."""
        return [self._held.popleft() for _ in range(len(self._held))]

    def give_back(self, taken: list[bytes]) -> None:
        """Hold again what could not be kept."""
        self._held.extend(taken)
